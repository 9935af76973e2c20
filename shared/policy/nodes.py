"""Positioned nodes: what a rule file says, and where each word of it stands.

Pure. A scalar is text whatever it looks like; its reader decides by the key it stands under whether
it is a number, a duration or a phrase.
"""

from dataclasses import dataclass

from shared.policy.said import Said


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file; lines and columns count from 1, columns in characters."""

    file: str
    line: int = 1
    column: int = 1
    length: int = 1


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A single value, as written; *block* tells a ``|`` or ``>`` text."""

    text: str
    span: Span
    plain: bool = True
    block: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands here (``key:``, ``~`` or ``null``)."""
        return self.plain and self.text in {"", "~", "null"}


@dataclass(frozen=True, slots=True)
class ListNode:
    """A sequence."""

    items: tuple["Node", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping, in the order written; keys are unique."""

    entries: tuple[tuple[ScalarNode, "Node"], ...]
    span: Span

    def get(self, name: str) -> "Node | None":
        """The value under *name*, if it is there."""
        return next((value for key, value in self.entries if key.text == name), None)

    def key(self, name: str) -> ScalarNode | None:
        """The key node *name* itself, to point at it."""
        return next((key for key, _ in self.entries if key.text == name), None)


Node = ScalarNode | ListNode | MapNode


def describe(node: Node) -> Said:
    """Name what stands at *node*, for messages."""
    if isinstance(node, MapNode):
        return Said("a mapping", "映射")
    if isinstance(node, ListNode):
        return Said("a list", "列表")
    return Said("nothing", "空值") if node.is_empty else Said(f'"{node.text}"', f"“{node.text}”")
