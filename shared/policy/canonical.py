"""The canonical form of a bundle: the data of its files as JSON, without comments, formatting or key order.

Pure. Scalars stay the text that was written. Where the order of names has a meaning (tiers, routes) or is
shown to people, a mapping becomes a list of one-key mappings, which readers accept as well; so the form
survives a store that sorts keys.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from shared.errors import CorruptError
from shared.policy.nodes import ListNode, MapNode, Node, ScalarNode, Span

FORMAT = 1
_ORDERED = frozenset(
    {"events", "fields", "metrics", "traits", "tiers", "entitlements", "facts", "groups", "routes", "values"}
)


def encode(documents: Mapping[str, Node]) -> bytes:
    """Return the canonical JSON of *documents* by path."""
    files = {path: _data(node) for path, node in documents.items()}
    return orjson.dumps({"format": FORMAT, "files": files}, option=orjson.OPT_SORT_KEYS)


def decode(content: bytes) -> dict[str, Node]:
    """Return the documents of canonical JSON; their places are the files' beginnings."""
    try:
        stored = orjson.loads(content)
        if stored["format"] != FORMAT:
            raise CorruptError(f"the stored release has format {stored['format']}, not {FORMAT}")
        return {path: _node(data, Span(path)) for path, data in sorted(stored["files"].items())}
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise CorruptError(f"the stored release is not a canonical bundle: {error}") from error


def _data(node: Node, key: str = "") -> Any:
    if isinstance(node, ScalarNode):
        return None if node.is_empty else node.text
    if isinstance(node, ListNode):
        return [_data(item) for item in node.items]
    if key in _ORDERED:  # what stands below it are names that people chose: a field may be named "fields"
        return [{name.text: _data(value)} for name, value in node.entries]
    return {name.text: _data(value, name.text) for name, value in node.entries}


def _node(data: Any, span: Span) -> Node:
    if data is None:
        return ScalarNode("", span)
    if isinstance(data, str):
        return ScalarNode(data, span, plain=False)
    if isinstance(data, list):
        return ListNode(tuple(_node(item, span) for item in data), span)
    return MapNode(tuple((ScalarNode(name, span), _node(value, span)) for name, value in data.items()), span)
