"""Packing headers: whatever goes in comes out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bus.port import Headers
from shared.bus.sqlite_headers import decode_headers, encode_headers

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["", "\x00", "\x1f", "a\x1fb"]
)


@given(st.lists(st.tuples(NAMES, st.binary(max_size=6)), max_size=6).map(tuple))
def test_headers_survive_packing(headers: Headers) -> None:
    assert decode_headers(encode_headers(headers)) == headers


def test_no_headers_take_no_bytes() -> None:
    assert encode_headers(()) == b""


@pytest.mark.parametrize(
    "packed", [b"\x00\x00\x00", b"\x00\x00\x00\x00\x00\x09a", b"\x00\x00\x00\x00\x00\x01a"]
)
def test_bytes_that_end_too_early_are_an_error(packed: bytes) -> None:
    with pytest.raises(ValueError, match="headers end"):
        decode_headers(packed)
