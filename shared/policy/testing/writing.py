"""Tests as YAML that people read: the text of a suggested test, ready to be put into its suite. Pure."""

from collections.abc import Sequence

from shared.contracts.decision import DecisionRecord
from shared.model.rules import Bundle
from shared.model.values import FactValue, Kind
from shared.policy.nodes import ListNode, MapNode, Node
from shared.policy.phrases.sentence import quote
from shared.policy.quantities import write_value
from shared.policy.testing.drafting import Draft
from shared.policy.testing.model import Given, Wanted
from shared.policy.testing.running import Day, actions_of

CONFIRM = "# Suggested: this is what the rules do now. Read it; if it is what you want, delete this line."


def written(name: str, draft: Draft, days: Sequence[Day], bundle: Bundle) -> str:
    """The test *name* with the outcome that *days* had, marked for a person to confirm."""
    lines = [CONFIRM, f"- name: {name}"]
    start = _given(draft, bundle)
    lines += [f"  given: {start}"] if start else []
    if len(days) == 1 and not days[0].point.offset and not days[0].point.given.facts:
        return "\n".join([*lines, f"  expect: {_expected(days[0].decisions)}"]) + "\n"
    lines.append("  timeline:")
    for day in days:
        given = day.point.given
        changes = f"given: {{{_facts(given, bundle)}}}, " if given.facts else ""
        lines += [f"    - {{at: {_at(at)}, expect: {_expected(told)}}}" for at, told in _between(day)]
        lines.append(f"    - {{at: {_at(day.point.offset)}, {changes}expect: {_expected(day.decisions)}}}")
    return "\n".join(lines) + "\n"


def told(draft: Draft, bundle: Bundle) -> str:
    """What is particular to *draft*, for its name."""
    facts = ", ".join(
        f"{name} {_value(name, value, draft.given, bundle)}" for name, value in draft.given.facts.items()
    )
    return facts.replace('"', "") or f"as {draft.like or 'given'}"


def _at(offset: int) -> str:
    return f"{offset:+d}d"


def _between(day: Day) -> list[tuple[int, list[DecisionRecord]]]:
    """What happens on days that the draft did not look at, by offset."""
    today = max((s.day for s in day.situations.values()), default=0)
    found: dict[int, list[DecisionRecord]] = {}
    for decision in day.between:
        if actions_of(decision):
            found.setdefault(day.point.offset - (today - decision.day), []).append(decision)
    return sorted(found.items())


def _given(draft: Draft, bundle: Bundle) -> str:
    facts = _facts(draft.given, bundle)
    if draft.like:
        return f"{{like: {draft.like}, {facts}}}" if facts else draft.like
    return f"{{{facts}}}" if facts else ""


def _facts(given: Given, bundle: Bundle) -> str:
    return ", ".join(f"{name}: {_value(name, value, given, bundle)}" for name, value in given.facts.items())


def _value(name: str, value: FactValue, given: Given, bundle: Bundle) -> str:
    kind, currency = bundle.facts[name].kind, bundle.catalogue.currency
    if value is None:
        return "missing"
    if isinstance(value, tuple):
        return f"[{', '.join(quote(text, was_quoted=False) for text in value)}]"
    text = write_value(value, kind, currency)
    if name in given.before:
        return f"{text} after {write_value(given.before[name], kind, currency)}"
    return f'"{text}"' if kind is Kind.TEXT else text


def _expected(decisions: Sequence[DecisionRecord]) -> str:
    actions = [action for decision in decisions for action in actions_of(decision)]
    if not actions:
        return "{nothing: true}"
    kinds = dict.fromkeys(action.kind for action in actions)
    return f"{{{', '.join(_kind(kind, [a for a in actions if a.kind == kind]) for kind in kinds)}}}"


def _kind(kind: str, actions: Sequence[Wanted]) -> str:
    if kind == "set":
        facts = dict.fromkeys(action.subject for action in actions)
        return f"set: {{{', '.join(f'{fact}: {_settings(fact, actions)}' for fact in facts)}}}"
    if len(actions) == 1:
        return f"{kind}: {actions[0].subject}"
    return f"{kind}: [{', '.join(action.subject for action in actions)}]"


def _settings(fact: str, actions: Sequence[Wanted]) -> str:
    values = [_plain(action.value) for action in actions if action.subject == fact]
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def new_suite(policy: str, now: str) -> str:
    """The beginning of a new file of tests for *policy*."""
    return (
        "# yaml-language-server: $schema=../schema/test.json\n"
        f"suite: {policy}\nnow: {now}\npolicies: {policy}\ntests:\n"
    )


def inserted(text: str, node: Node, tests: Sequence[str]) -> str:
    """The *text* of a suite, read as *node*, with *tests* at the end of its list."""
    assert isinstance(node, MapNode)
    lines = text.rstrip("\n").split("\n")
    names = [key.text for key, _ in node.entries]
    after = node.entries[names.index("tests") + 1 :]
    at = after[0][0].span.line - 1 if after else len(lines)
    given = node.get("tests")
    first = given.items[0].span.column if isinstance(given, ListNode) and given.items else 5
    indent = " " * max(0, first - 3)
    added = [f"{indent}{line}".rstrip() for test in tests for line in ("", *test.splitlines())]
    return "\n".join([*lines[:at], *added, *lines[at:]]) + "\n"
