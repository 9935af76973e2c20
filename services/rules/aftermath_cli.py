"""What a rollback tells: the decisions of the release that was taken back, and how to put them right."""

from collections import Counter
from collections.abc import Mapping

import click

from services.cli.json_output import print_json
from services.rules.aftermath import decided_under
from services.rules.opening import Opened
from services.rules.release_words import tell_activation
from shared.releases.aftermath import Aftermath, told
from shared.releases.documents import Activation, activation_told
from shared.store.collections import DECISIONS

SHOWN = 20
_SAID = {
    "en": {
        "decided": "{} decisions under release {}, {} customers touched",
        "plan": "to put it right (nothing is ordered):",
        "final": "cannot be taken back",
        "more": "… and {} more; --json lists all",
    },
    "zh": {
        "decided": "共 {} 项决策由版本 {} 作出，涉及 {} 位客户",
        "plan": "补救方案（仅演示，未执行）：",
        "final": "无法撤回",
        "more": "……另有 {} 项；--json 可列出全部",
    },
}


def tell_aftermath(opened: Opened, bad: Activation, done: Activation, as_json: bool, language: str) -> None:
    """Tell of the activation that took *bad* back, and of what *bad* left behind."""
    if not as_json:
        tell_activation(done, as_json)  # first: what matters has happened
    found = decided_under(opened.store.collection(DECISIONS), bad)
    if as_json:
        print_json({"activation": activation_told(done), "aftermath": told(found)})
        return
    said = _SAID[language]
    click.echo(said["decided"].format(found.decisions, found.release[:12], len(found.customers)))
    for (rule, outcome), count in found.counts.items():
        click.echo(f"  {rule}  {outcome}  {count:,}")
    if found.plan:
        click.echo(said["plan"])
        _tell_plan(found, said)


def _tell_plan(found: Aftermath, said: Mapping[str, str]) -> None:
    for (undoes, kind), count in sorted(Counter((each.undoes, each.kind) for each in found.plan).items()):
        click.echo(f"  {undoes} → {kind or said['final']}  {count:,}")
    for each in found.plan[:SHOWN]:
        fields = ", ".join(f"{name} {value}" for name, value in each.fields.items() if isinstance(value, str))
        click.echo(f"    {each.customer}: {each.kind or said['final']}  {fields}")
    if len(found.plan) > SHOWN:
        click.echo(f"    {said['more'].format(len(found.plan) - SHOWN)}")
