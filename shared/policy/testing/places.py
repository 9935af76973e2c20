"""Where in the rule files each part of a rule stands, so that reports can point at it. Pure."""

from collections.abc import Iterator, Mapping

from shared.policy.documents.conditions import CONNECTIVES
from shared.policy.layout import POLICIES
from shared.policy.nodes import ListNode, MapNode, Node, ScalarNode, Span
from shared.policy.release import Sources

Places = Mapping[tuple[str, str, int], Span]
"""By rule, key and number: the leaves of a condition in the order written; 0 for any other key."""

_CONDITIONS = ("when", "clear_when")


def places_in(rules: Sources) -> Places:
    """Return the place of every leaf and key of every rule."""
    documents, _ = rules.parsed
    found: dict[tuple[str, str, int], Span] = {}
    for path, document in documents.items():
        if path.startswith(f"{POLICIES}/"):
            for rule in _rules(document):
                found.update(_places(rule))
    return found


def _rules(document: Node) -> Iterator[MapNode]:
    node = document.get("rules") if isinstance(document, MapNode) else None
    for item in node.items if isinstance(node, ListNode) else ():
        if isinstance(item, MapNode):
            yield item


def _places(rule: MapNode) -> Iterator[tuple[tuple[str, str, int], Span]]:
    word = rule.get("id")
    if not isinstance(word, ScalarNode):
        return
    yield (word.text, "id", 0), word.span
    for key, value in rule.entries:
        if key.text in _CONDITIONS:
            for number, span in enumerate(_leaves(value)):
                yield (word.text, key.text, number), span
        elif key.text != "id":
            yield (word.text, key.text, 0), key.span


def _leaves(node: Node) -> Iterator[Span]:
    if not isinstance(node, MapNode) or len(node.entries) != 1:
        return
    key, value = node.entries[0]
    if key.text not in CONNECTIVES:
        yield key.span
    elif isinstance(value, ListNode):
        for item in value.items:
            yield from _leaves(item)
