"""A copy of rule files in which some customers are held out, by chance, of every rule that orders care."""

import re
import shutil
from pathlib import Path

from shared.errors import RefusedError
from shared.model.rules import ActionKind, Bundle, RolloutMode
from shared.policy.problems import to_human
from shared.policy.release import build, load_directory

OUTWARD = frozenset({ActionKind.CREATE_TASK, ActionKind.OFFER})


class RulesRefusedError(RefusedError):
    """The rule files do not pass."""

    code = "rules-refused"


def with_holdout(rules: Path, copy: Path, percent: float) -> None:
    """Copy *rules*; rules that order tasks or offers and have no holdout get one of *percent*."""
    shutil.copytree(rules, copy)
    ids = _without_holdout(_bundle(copy)) if percent else set()
    for file in sorted((copy / "policies").rglob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        for identity in ids:
            text = re.sub(
                rf"^( *)- id: {re.escape(identity)} *$",
                rf"\g<0>\n\1  holdout: {percent:g} percent",
                text,
                flags=re.MULTILINE,
            )
        file.write_text(text, encoding="utf-8")
    if left := _without_holdout(_bundle(copy)) & ids:
        names = ", ".join(sorted(left))
        raise RulesRefusedError(
            f"cannot hold customers out of {names}: their `- id:` stands on no line alone"
        )


def _without_holdout(bundle: Bundle) -> set[str]:
    return {
        rule.id
        for policy in bundle.policies
        for rule in policy.rules
        if rule.rollout is not RolloutMode.SHADOW
        and not rule.holdout_percent
        and any(action.kind in OUTWARD for action in rule.actions)
    }


def _bundle(rules: Path) -> Bundle:
    sources = load_directory(rules)
    result = build(sources)
    if result.bundle is None:
        raise RulesRefusedError(to_human(result.problems, sources.texts))
    return result.bundle
