"""policy.yaml: the gates of a backtest, and what actions cost."""

from collections.abc import Iterable, Iterator, Mapping

from shared.model.rules import Action, ActionKind, Gates, PolicyDef
from shared.model.values import Kind
from shared.policy.codes import MISSING_KEY
from shared.policy.nodes import Node, ScalarNode
from shared.policy.quantities import ValueType
from shared.policy.reading import Fields, Reading
from shared.policy.said import Said
from shared.policy.shapes import GATES

_ITEM = {ActionKind.CREATE_TASK: "task", ActionKind.OFFER: "item"}


def read_gates(node: Node | None, reading: Reading) -> Gates:
    """Read what a backtest may show at most."""
    fields = reading.fields(node, GATES) if node is not None else None
    if fields is None:
        return Gates()
    if not fields.node.entries:
        names = ", ".join(GATES.names)
        said = Said(f"gates need one of {names}", f"gates 须含以下之一：{names}")
        reading.problems.add(MISSING_KEY, fields.span, said)
    return Gates(
        max_share_moved=fields.percent("max_share_moved", 100) if fields.has("max_share_moved") else None,
        max_flips_per_year=_count(fields, "max_flips_per_year"),
        max_alerts_per_day=_count(fields, "max_alerts_per_day"),
        max_tasks_per_day=_count(fields, "max_tasks_per_day"),
        max_cost_per_day=_amount(fields.word("max_cost_per_day"), reading),
    )


def _count(fields: Fields, name: str) -> int | None:
    return fields.integer(name) if fields.has(name) else None


def _amount(word: ScalarNode | None, reading: Reading) -> int | None:
    wanted = ValueType(Kind.AMOUNT, reading.currency, minimum=0)
    value = reading.value(word, wanted) if word is not None else None
    return value if isinstance(value, int) else None


def read_costs(node: Node | None, reading: Reading) -> tuple[tuple[ScalarNode, int], ...]:
    """Read what one action costs; whether there is such an action is known when the rules are."""
    found = []
    expected = Said("actions, each with an amount", "动作，各带一个金额")
    for name, value in reading.entries(node, expected):
        cost = _amount(reading.scalar(value, Said("an amount", "金额")), reading)
        if cost is not None:
            found.append((name, cost))
    return tuple(found)


def checked_costs(
    costs: Iterable[tuple[ScalarNode, int]], policies: Iterable[PolicyDef], reading: Reading
) -> dict[str, int]:
    """The costs by name; one of what no rule orders is reported."""
    known: Mapping[str, str] = {name: name for name in _names(policies)}
    found = {}
    for word, cost in costs:
        what = Said("task, offered item or kind of action", "任务、赠品或动作种类")
        name = reading.lookup(word, known, what)
        if name is not None:
            found[name] = cost
    return dict(sorted(found.items()))  # the order of a stored release, whose keys are sorted


def _names(policies: Iterable[PolicyDef]) -> Iterator[str]:
    yield from (kind.value for kind in ActionKind)
    for policy in policies:
        for rule in policy.rules:
            yield from (name for action in rule.actions if (name := item_of(action)))


def item_of(action: Action) -> str:
    """The task or offered item of an action, if it has one."""
    named = action.fields.get(_ITEM.get(action.kind, ""))
    return named if isinstance(named, str) else ""
