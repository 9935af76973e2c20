"""notifications.yaml: which decision reaches whom, through which channel, in which words."""

import re
from collections.abc import Iterable, Iterator, Mapping

from shared.model.rules import ActionKind, FactDef, FactSource, NotificationPlan, Route
from shared.model.values import Kind
from shared.policy.codes import BAD_VALUE, UNKNOWN_FACT, UNKNOWN_NAME
from shared.policy.documents.contact_cap import read_contact_cap
from shared.policy.documents.digests import read_digest
from shared.policy.documents.escalation import read_escalation
from shared.policy.nodes import ListNode, MapNode, Node, ScalarNode, Span
from shared.policy.reading import RULE_NAME, Fields, Reading
from shared.policy.said import Said
from shared.policy.shapes import MATCH, NOTIFICATIONS, QUIET_HOURS, ROUTE, SEVERITIES
from shared.policy.suggest import did_you_mean

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OF_DECISION = ("customer", "reason", "title", "rule", "policy", "day", "tier_before", "tier_after")
_OF_ACTION = (
    *(
        "alert",
        "severity",
        "task",
        "playbook",
        "due_days",
        "due_date",
        "channel",
        "owner",
        "key_event",
        "template",
    ),
    *("to", "kind", "item", "entitlement", "group", "fact", "value"),
)
ROUTE_WORDS = frozenset((*_OF_DECISION, *_OF_ACTION))
"""What a message may name besides facts."""

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_GROUPING = (
    "rule",
    "policy",
    "alert",
    "severity",
    "template",
    "task",
    "channel",
    "key_event",
    "action",
    "customer",
)
_GROUPED = Said("something to group by", "合并依据")
_KNOWN = {"action": Said("a known action", "动作"), "severity": Said("a known severity", "严重程度")}
_CHANNELS = ("inbox", "webhook", "file", "email", "sms")


def read_notifications(node: Node, facts: Mapping[str, FactDef], reading: Reading) -> NotificationPlan:
    """Read the whole plan. Policies and rules named by routes are checked by `check_routes`."""
    fields = reading.fields(node, NOTIFICATIONS)
    if fields is None:
        return NotificationPlan()
    entries = reading.entries(fields.get("routes"), Said("routes by name", "按名称列出的路由"))
    routes = (_route(key, value, facts, reading) for key, value in entries)
    cap, keeps = read_contact_cap(fields, reading)
    return NotificationPlan(
        tuple(route for route in routes if route),
        cap,
        _quiet_hours(fields, reading),
        _consent(fields, facts, reading),
        fields.text("default_channel", "inbox"),
        keeps,
        read_escalation(fields, reading),
        read_digest(fields.get("digest"), reading),
    )


def templates_of(node: Node | None) -> frozenset[str]:
    """The templates that routes match, read ahead of everything else."""
    named = (match.get("template") for match in _matches(node))
    return frozenset(word.text for found in named for word in _words_in(found))


def _matches(node: Node | None) -> Iterator[MapNode]:
    """Yield ``match`` of every route."""
    routes = node.get("routes") if isinstance(node, MapNode) else None
    listed = routes.items if isinstance(routes, ListNode) else (routes,)
    for routes_map in listed:
        for _, route in routes_map.entries if isinstance(routes_map, MapNode) else ():
            match = route.get("match") if isinstance(route, MapNode) else None
            if isinstance(match, MapNode):
                yield match


def _words_in(node: Node | None) -> Iterator[ScalarNode]:
    """Yield the single values at *node*: itself, a list's items, or the texts of a mapping."""
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, ListNode):
        yield from (item for item in node.items if isinstance(item, ScalarNode))
    elif isinstance(node, MapNode):
        yield from (value for _, value in node.entries if isinstance(value, ScalarNode))


def _route(key: ScalarNode, node: Node, facts: Mapping[str, FactDef], reading: Reading) -> Route | None:
    fields = reading.fields(node, ROUTE)
    if fields is None or not reading.name(key, RULE_NAME, Said("a route", "路由")):
        return None
    for name in ("subject", "body"):
        check_placeholders(fields, name, {*facts, *ROUTE_WORDS}, reading)
    channels = tuple(
        word.text
        for word in fields.scalars("channels")
        if reading.option(word, _CHANNELS, Said("a channel of notifications", "通知渠道"))
    )
    grouping = fields.scalars("group_by")
    return Route(
        key.text,
        _match(fields, reading),
        fields.text("to", "owner"),
        channels,
        fields.words("subject"),
        fields.words("body"),
        tuple(word.text for word in grouping if reading.option(word, _GROUPING, _GROUPED)),
        fields.boolean("counts_as_contact"),
    )


def _match(fields: Fields, reading: Reading) -> dict[str, tuple[str, ...]]:
    node = fields.get("match")
    found = reading.fields(node, MATCH) if node is not None else None
    if found is None:
        return {}
    allowed = {"action": tuple(kind.value for kind in ActionKind), "severity": SEVERITIES}
    match: dict[str, tuple[str, ...]] = {}
    for key in MATCH.names:
        if found.has(key):
            words = found.scalars(key)
            for word in words:
                if key in allowed:
                    reading.option(word, allowed[key], _KNOWN[key])
            match[key] = tuple(word.text for word in words)
    return match


def check_placeholders(fields: Fields, name: str, known: Iterable[str], reading: Reading) -> None:
    """Report every ``{name}`` in the words under *name* that nothing is known by."""
    node = fields.get(name)
    names = set(known)
    for word in _words_in(node):
        for found in PLACEHOLDER.finditer(word.text):
            if found[1] not in names and found[1] not in reading.broken and not reading.incomplete:
                span = word.span if word.block else _within(word, found)
                said = Said(f'"{{{found[1]}}}" is no fact', f"“{{{found[1]}}}”不是事实")
                reading.problems.add(UNKNOWN_FACT, span, said, suggestion=did_you_mean(found[1], names))


def _within(word: ScalarNode, found: re.Match[str]) -> Span:
    offset = found.start() + (0 if word.plain else 1)
    return Span(word.span.file, word.span.line, word.span.column + offset, len(found[0]))


def _consent(fields: Fields, facts: Mapping[str, FactDef], reading: Reading) -> str | None:
    word = fields.word("consent")
    if word is None:
        return None
    profile = {name: fact for name, fact in facts.items() if fact.source is FactSource.PROFILE}
    fact = reading.lookup(word, profile, Said("profile fact", "档案事实"), UNKNOWN_NAME)
    if fact and fact.kind not in {Kind.BOOLEAN, Kind.TEXTS, Kind.CHOICE}:
        said = Said(f'"{fact.name}" is of type {fact.kind.value}', f"“{fact.name}”的类型为 {fact.kind.value}")
        expected = Said("true or false, or the channels agreed to", "true 或 false，或客户同意的渠道")
        reading.problems.add(BAD_VALUE, word.span, said, expected=expected)
    return fact.name if fact else None


def _quiet_hours(fields: Fields, reading: Reading) -> tuple[int, int] | None:
    node = fields.get("quiet_hours")
    found = reading.fields(node, QUIET_HOURS) if node is not None else None
    if found is None:
        return None
    minutes = [_minute(found.word(name), reading) for name in ("from", "until")]
    first, last = minutes
    return (first, last) if first is not None and last is not None else None


def _minute(word: ScalarNode | None, reading: Reading) -> int | None:
    if word is None:
        return None
    found = _TIME.fullmatch(word.text)
    if found is None:
        said = Said(f'"{word.text}" is not a time of day', f"“{word.text}”不是一天中的时刻")
        expected = Said("a time such as 21:00", "时刻，例如 21:00")
        reading.problems.add(BAD_VALUE, word.span, said, expected=expected)
        return None
    return int(found[1]) * 60 + int(found[2])


def check_routes(node: Node | None, policies: Iterable[str], rules: Iterable[str], reading: Reading) -> None:
    """Report routes that match a policy or rule that does not exist."""
    known = {"policy": {name: name for name in policies}, "rule": {name: name for name in rules}}
    called = {"policy": Said("policy", "策略"), "rule": Said("rule", "规则")}
    for match in _matches(node):
        for kind, names in known.items():
            for word in _words_in(match.get(kind)):
                reading.lookup(word, names, called[kind])
