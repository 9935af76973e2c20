"""What never reaches a log line: secrets by name or look, and fields a catalogue marks personal.

Pure. Values are replaced, names stay, so that a line still says which field it was about.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

HIDDEN = "[hidden]"

SECRET_WORDS = (
    "secret",
    "password",
    "passwd",
    "token",
    "authorization",
    "api_key",
    "apikey",
    "cookie",
    "signature",
)
"""A field whose name contains one of these is a secret."""

_LOOKS_SECRET = re.compile(
    r"(?i)\b(?:bearer\s+\S+|(?:gx|guanxi|whsec)_[A-Za-z0-9_\-+/=.]{16,}|[a-z][a-z0-9+.]*://[^\s/@:]+:[^\s/@]+@)"
)


class Redactor:
    """A structlog processor hiding secrets and the given personal fields at any depth."""

    def __init__(self, personal: frozenset[str] = frozenset()) -> None:
        self._personal = personal

    def __call__(
        self, _logger: object, _method: str, line: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Return *line* with every value that must not be seen replaced."""
        return {name: self._field(name, value) for name, value in line.items()}

    def _field(self, name: object, value: Any) -> Any:
        return HIDDEN if self._is_hidden(str(name)) else self._value(value)

    def _is_hidden(self, name: str) -> bool:
        return name in self._personal or any(word in name.lower() for word in SECRET_WORDS)

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return _LOOKS_SECRET.sub(HIDDEN, value)
        if isinstance(value, Mapping):
            return {name: self._field(name, inner) for name, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._value(inner) for inner in value]
        return value
