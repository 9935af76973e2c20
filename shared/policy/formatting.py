"""One canonical layout for rule files, comments kept; on request one language for phrases. Pure.

Every scalar is kept as text, so nothing is reinterpreted on the way; what comes out says the same as
what went in, or it is not written.
"""

from collections.abc import Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import ScalarString

from shared.errors import RefusedError
from shared.model.conditions import Connective
from shared.model.rules import FactDef
from shared.model.values import Kind
from shared.policy.canonical import encode
from shared.policy.phrases import parse, write
from shared.policy.problems import Problems
from shared.policy.source import read_yaml

_CONDITIONS = frozenset({"when", "clear_when"})
_GROUPS = frozenset(item.value for item in Connective)


class UnformattableError(RefusedError):
    """The file is not valid YAML, or formatting would change what it says."""

    code = "unformattable"


class _TextResolver(VersionedResolver):
    """Resolves every scalar to text: ``010`` and ``NO`` stay as written."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """Return the tag of a node."""
        return self.DEFAULT_SCALAR_TAG if kind is ScalarNode else super().resolve(kind, value, implicit)


def format_text(text: str, facts: Mapping[str, FactDef] | None = None, language: str | None = None) -> str:
    """Return *text* in the canonical layout, phrases of *facts* in *language* if one is given.

    Raises `UnformattableError` when the file cannot be read.
    """
    before = _meaning(text)
    document = _yaml().load(text)
    if language and facts:
        _translate(document, facts, language)
    stream = StringIO()
    _yaml().dump(document, stream)
    dumped = stream.getvalue()
    if language:
        return _tidy(dumped)
    for formatted in (_tidy(dumped), dumped):  # empty lines of a block text mean something
        if _meaning(formatted) == before:
            return formatted
    raise UnformattableError("formatting would change what the file says")


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Resolver = _TextResolver
    yaml.preserve_quotes = True
    yaml.width = 10_000  # lines are broken where people broke them
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _meaning(text: str) -> bytes:
    problems = Problems()
    node = read_yaml("", text, problems)
    if node is None or problems.has_errors:
        first = next(iter(problems.sorted()), None)
        raise UnformattableError(
            f"{first.line}:{first.column} {first.message}" if first else "the file is empty"
        )
    return encode({"": node})


def _tidy(text: str) -> str:
    """No blanks at line ends, at most one empty line in a row, one line end at the end."""
    lines: list[str] = []
    for line in map(str.rstrip, text.splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).rstrip() + "\n"


def _translate(node: Any, facts: Mapping[str, FactDef], language: str) -> None:
    """Write the phrases of every condition under *node* in *language*."""
    if isinstance(node, CommentedSeq):
        for item in node:
            _translate(item, facts, language)
    elif isinstance(node, CommentedMap):
        for key, value in node.items():
            if key in _CONDITIONS:
                _translate_condition(value, facts, language)
            else:
                _translate(value, facts, language)


def _translate_condition(node: Any, facts: Mapping[str, FactDef], language: str) -> None:
    if not isinstance(node, CommentedMap):
        return
    for key, value in node.items():
        if key in _GROUPS and isinstance(value, CommentedSeq):
            for item in value:
                _translate_condition(item, facts, language)
        elif key in facts and isinstance(value, str):
            node[key] = _in_language(value, facts[key].kind, language)


def _in_language(phrase: str, kind: Kind, language: str) -> str:
    sentence = parse(phrase)
    if sentence is None:
        return phrase
    said = write(sentence, language, kind)
    return type(phrase)(said) if isinstance(phrase, ScalarString) else said
