"""Pack a record's headers into bytes and back. Pure.

The names of headers repeat from record to record, so they are encoded once and looked up; values are
joined by NUL. Values that hold a NUL themselves, which is rare, are stored with their lengths.
"""

from functools import lru_cache
from struct import Struct

from shared.bus.port import Headers

_NUL = b"\x00"
_LENGTH = Struct(">I")
_WITH_LENGTHS = b"\x00\x00"
_SEPARATOR = "\x1f"


def encode_headers(headers: Headers) -> bytes:
    """Return *headers* as bytes, nothing for none."""
    if not headers:
        return b""
    names, values = zip(*headers)  # noqa: B905 - pairs by type, and this is the hot path
    packed = _NUL.join((_names_as_bytes(names), *values))
    if packed.count(_NUL) == len(values) and packed[0]:
        return packed
    return _encode_with_lengths(headers)


def decode_headers(packed: bytes) -> Headers:
    """Return what `encode_headers` was given; raises ValueError for other bytes."""
    if not packed:
        return ()
    if packed.startswith(_WITH_LENGTHS):
        return _decode_with_lengths(packed)
    parts = iter(packed.split(_NUL))
    return tuple(zip(_names_from_bytes(next(parts)), parts))  # noqa: B905 - counted when packed


@lru_cache(maxsize=1024)
def _names_as_bytes(names: tuple[str, ...]) -> bytes:
    joined = _SEPARATOR.join(names)
    # A name that looks like our own marks makes the count of NULs wrong, so that lengths are used.
    return _NUL + _NUL if joined.count(_SEPARATOR) != len(names) - 1 else joined.encode()


@lru_cache(maxsize=1024)
def _names_from_bytes(names: bytes) -> tuple[str, ...]:
    return tuple(names.decode().split(_SEPARATOR))


def _encode_with_lengths(headers: Headers) -> bytes:
    parts = [_WITH_LENGTHS]
    for name, value in headers:
        for part in (name.encode(), value):
            parts += (_LENGTH.pack(len(part)), part)
    return b"".join(parts)


def _decode_with_lengths(packed: bytes) -> Headers:
    parts: list[bytes] = []
    at = len(_WITH_LENGTHS)
    while at < len(packed):
        if at + _LENGTH.size > len(packed):
            raise ValueError("headers end within a length")
        start = at + _LENGTH.size
        at = start + _LENGTH.unpack_from(packed, at)[0]
        parts.append(packed[start:at])
    if at != len(packed) or len(parts) % 2:
        raise ValueError("headers end within a value")
    return tuple((name.decode(), value) for name, value in zip(parts[::2], parts[1::2], strict=True))
