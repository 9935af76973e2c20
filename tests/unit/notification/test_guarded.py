import ipaddress
import socket
from typing import Any

import pytest

from services.notification.channels.guarded import (
    ForbiddenAddressError,
    connect_guarded,
    is_permitted,
    networks_from,
)

FORBIDDEN = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1", "198.18.0.1",
    "::1", "::", "fc00::1", "fd12::1", "fe80::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", FORBIDDEN)
def test_addresses_that_are_not_public_are_forbidden(address: str) -> None:
    assert not is_permitted(ipaddress.ip_address(address), ())


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_permitted(address: str) -> None:
    assert is_permitted(ipaddress.ip_address(address), ())


def test_an_allowed_network_is_permitted_and_no_other() -> None:
    allowed = networks_from(["10.1.0.0/16"])

    assert is_permitted(ipaddress.ip_address("10.1.2.3"), allowed)
    assert is_permitted(ipaddress.ip_address("::ffff:10.1.2.3"), allowed)
    assert not is_permitted(ipaddress.ip_address("10.2.0.1"), allowed)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.1", "::1", "0"])
def test_a_host_that_resolves_to_loopback_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises((ForbiddenAddressError, socket.gaierror)):
        connect_guarded(host, 9, 1.0, ())


def test_one_forbidden_answer_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(*_args: Any, **_kwargs: Any) -> list[Any]:
        return [(2, 1, 6, "", (address, 80)) for address in ("8.8.8.8", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", answers)

    with pytest.raises(ForbiddenAddressError, match=r"127\.0\.0\.1"):
        connect_guarded("rebinding.example", 80, 1.0, ())


def test_the_name_is_resolved_once_and_the_checked_address_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def first_public_then_private(host: str, *_args: Any, **_kwargs: Any) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", ("8.8.8.8" if len(asked) == 1 else "127.0.0.1", 80))]

    connected: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", first_public_then_private)
    monkeypatch.setattr(socket, "create_connection", lambda address, timeout: connected.append(address))

    connect_guarded("rebinding.example", 80, 1.0, ())

    assert asked == ["rebinding.example"]
    assert connected == [("8.8.8.8", 80)]
