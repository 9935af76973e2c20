"""W309 from history: rules that have not fired for long, as the decisions of an installation tell.

Reads decisions, writes nothing. Time is that of the decisions: the latest of them says how far it has come.
"""

from datetime import date

from shared.model.rules import Bundle, RolloutMode
from shared.policy.codes import NEGLECTED
from shared.policy.nodes import Span
from shared.policy.problems import Problem, Problems
from shared.policy.release import Sources
from shared.policy.said import Said
from shared.store.port import Collection, Filter, Query

LONG_DAYS = 90


def idle_rules(bundle: Bundle, sources: Sources, decisions: Collection) -> list[Problem]:
    """The rules of which no decision in 90 days says that they fired; none before there are so many days."""
    first, last = _day(decisions, {}, 1), _day(decisions, {}, -1)
    if first is None or last is None or last - first < LONG_DAYS:
        return []
    problems = Problems()
    for policy in bundle.policies:
        for rule in policy.rules:
            fired = _day(decisions, {"rule": rule.id, "outcome": "fired"}, -1)
            if rule.rollout is not RolloutMode.SHADOW and (fired is None or last - fired >= LONG_DAYS):
                _tell(problems, _place(sources, policy.id, rule.id), rule.id, fired)
    return problems.sorted()


def _day(decisions: Collection, wanted: Filter, order: int) -> int | None:
    found = decisions.find(Query(wanted, [("as_of", 1 if order > 0 else -1)], limit=1)).documents
    return int(found[0].document["day"]) if found else None


def _place(sources: Sources, policy: str, rule: str) -> Span:
    """Where the rule's id stands in its file."""
    path = f"policies/{policy}.yaml"
    for number, line in enumerate(sources.files.get(path, "").splitlines(), start=1):
        key, _, value = line.strip().removeprefix("- ").partition(":")
        if (key, value.split("#")[0].strip().strip("\"'")) == ("id", rule):
            return Span(sources.shown(path), number, line.index(rule) + 1, len(rule))
    return Span(sources.shown(path))


def _tell(problems: Problems, place: Span, rule: str, fired: int | None) -> None:
    last = Said("it never did", "从未触发")
    if fired is not None:
        day = date.fromordinal(fired).isoformat()
        last = Said(f"last on {day}", f"上次 {day}")
    problems.add(
        NEGLECTED,
        place,
        Said(
            f'rule "{rule}" has not fired in {LONG_DAYS} days ({last.en})',
            f"规则“{rule}”已有 {LONG_DAYS} 天未触发（{last.zh}）",
        ),
        suggestion=Said(
            "see `guanxi rules test --coverage` for what it waits for, or remove it",
            "用 `guanxi rules test --coverage` 查看原因，或删除该规则",
        ),
    )
