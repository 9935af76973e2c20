"""`guanxi rule`: stop single rules, quieten them, and let them go on.

Works on the installation's store directly; running services notice within a second or so. Exit codes: 0
done, 1 refused, 2 misuse.
"""

from datetime import datetime
from typing import Any

import click

from services.cli.json_output import print_json
from services.cli.options import json_option, language_option
from services.rules.opening import Instant, Opened, acting
from services.rules.switch_desk import PREVIEW_DAYS, Matchers
from shared.model.values import in_language
from shared.switches.model import Switch, told

_rule = click.argument("name", metavar="RULE")
_reason = click.option("--reason", required=True, help="Why; it is kept.")
_HOLDS = {
    "en": {"pause": "paused", "silence": "silenced", "brake": "stopped by its brake"},
    "zh": {"pause": "已暂停", "silence": "已静默", "brake": "已被制动"},
}
_SAID = {
    "en": {
        "would": "in the last {} days it would have held back {} decisions about {} customers",
        "since": "since {} by {}: {}",
        "until": "until {}",
        "paused": "rule {} is paused",
        "resumed": "rule {} goes on",
        "silenced": "silence {} holds until {}",
        "over": "silence {} is over",
    },
    "zh": {
        "would": "最近 {} 天内会拦下 {} 项决策，涉及 {} 位客户",
        "since": "自 {} 起，{}：{}",
        "until": "至 {}",
        "paused": "规则 {} 已暂停",
        "resumed": "规则 {} 继续执行",
        "silenced": "静默 {} 生效至 {}",
        "over": "静默 {} 已结束",
    },
}


@click.group()
def rule() -> None:
    """Stop single rules, quieten them, and let them go on."""


@rule.command("list")
@acting
@json_option
@language_option
def list_rules(opened: Opened, as_json: bool, language: str) -> None:
    """List the active release's rules, and what holds any of them back."""
    rows = opened.desk.rules()
    silences = [told(each) for each in opened.desk.board.open() if not each.rule]
    if as_json:
        print_json({"rules": rows, "silences": silences})
        return
    width = max(len(row["rule"]) for row in rows)
    for row in rows:
        mode = row["mode"] if row["mode"] != "percent" else f"{row['percent']:g} %"
        click.echo(f"{row['rule']:<{width}}  {mode:<7} {in_language(row['title'], language)}")
        for held in row["held_by"]:
            click.secho(f"  {_held(held, language)}", fg="yellow")
    for silence in silences:
        click.secho(_held(silence, language), fg="yellow")


def _held(switch: dict[str, Any], language: str) -> str:
    said = _SAID[language]
    about = ", ".join(f"{name} {switch[name]}" for name in ("customer", "segment", "alert") if switch[name])
    parts = [f"#{switch['number']} {_HOLDS[language][switch['kind']]}", about]
    parts.append(said["since"].format(switch["starts"] or switch["at"], switch["by"], switch["reason"]))
    parts.append(said["until"].format(switch["until"]) if switch["until"] else "")
    return "  ".join(part for part in parts if part)


@rule.command()
@_rule
@_reason
@acting
@json_option
@language_option
def pause(opened: Opened, name: str, reason: str, as_json: bool, language: str) -> None:
    """Stop RULE at once. Its customers are still watched; its actions wait."""
    done = opened.desk.pause(name, opened.person, reason)
    _tell(done, _SAID[language]["paused"].format(name), as_json)


@rule.command()
@_rule
@_reason
@acting
@json_option
@language_option
def resume(opened: Opened, name: str, reason: str, as_json: bool, language: str) -> None:
    """Let RULE go on after a pause."""
    done = opened.desk.resume(name, opened.person, reason)
    _tell(done, _SAID[language]["resumed"].format(name), as_json)


@rule.command()
@_rule
@_reason
@acting
@json_option
@language_option
def release(opened: Opened, name: str, reason: str, as_json: bool, language: str) -> None:
    """Let RULE go on after its brake has stopped it; what waits goes through within its budget."""
    done = opened.desk.release(name, opened.person, reason)
    _tell(done, _SAID[language]["resumed"].format(name), as_json)


@rule.command()
@click.option("--rule", "of_rule", default="", help="Only this rule.")
@click.option("--customer", default="", help="Only this customer.")
@click.option("--segment", default="", help="Only customers of this segment.")
@click.option("--alert", default="", help="Only rules that raise this alert.")
@click.option("--from", "starts", type=Instant(), help="When it begins; now by default.")
@click.option("--until", type=Instant(), help="When it ends.")
@click.option("--reason", default="", help="Why; it is kept.")
@click.option("--preview", is_flag=True, help="Only tell what it would have held back.")
@click.option(
    "--days", default=PREVIEW_DAYS, show_default=True, type=click.IntRange(1, 400), help="Looked back."
)
@acting
@json_option
@language_option
def silence(
    opened: Opened,
    *,
    of_rule: str,
    customer: str,
    segment: str,
    alert: str,
    starts: datetime | None,
    until: datetime | None,
    reason: str,
    preview: bool,
    days: int,
    as_json: bool,
    language: str,
) -> None:
    """Hold back what reaches outward (alerts, tasks, offers, notices) for a time."""
    matchers = Matchers(of_rule, customer, segment, alert)
    if preview:
        _tell_preview(opened.desk.preview(matchers, days), as_json, language)
        return
    if until is None or not reason:
        raise click.UsageError("a silence needs --until TIME and --reason TEXT; --preview needs neither")
    done = opened.desk.silence(matchers, opened.person, reason, until, starts)
    _tell(done, _SAID[language]["silenced"].format(done.number, done.until), as_json)


@rule.command()
@click.argument("number", type=int)
@_reason
@acting
@json_option
@language_option
def unsilence(opened: Opened, number: int, reason: str, as_json: bool, language: str) -> None:
    """End silence NUMBER before its time."""
    done = opened.desk.end(number, opened.person, reason)
    _tell(done, _SAID[language]["over"].format(number), as_json)


def _tell(done: Switch, words: str, as_json: bool) -> None:
    if as_json:
        print_json(told(done))
    else:
        click.echo(words)


def _tell_preview(found: dict[str, Any], as_json: bool, language: str) -> None:
    if as_json:
        print_json(found)
        return
    said = _SAID[language]["would"]
    click.echo(said.format(found["days"], found["decisions"], found["customers"]))
    for name, count in found["by_rule"].items():
        click.echo(f"  {name}  {count:,}")
    for each in found["latest"]:
        click.echo(f"    {each['as_of']}  {each['customer']}  {in_language(each['reason'], language)}")
