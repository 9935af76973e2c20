"""Connect only where an outgoing webhook may go: the guard stands on the resolved address.

The name is resolved once and the connection is made to exactly that address, so that a name which
answers differently the second time (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from shared.errors import RefusedError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class ForbiddenAddressError(RefusedError):
    """The host resolves to an address that webhooks may not reach."""

    code = "forbidden-address"


def networks_from(texts: Sequence[str]) -> tuple[Network, ...]:
    """Parse networks such as ``127.0.0.0/8``; raises ValueError."""
    return tuple(ipaddress.ip_network(text) for text in texts)


def connect_guarded(host: str, port: int, timeout_s: float, allowed: Sequence[Network]) -> socket.socket:
    """Open a TCP connection to *host*; raises ForbiddenAddressError or OSError.

    Every address of the name must be permitted: one forbidden answer among good ones is an attack too.
    """
    addresses = _resolve(host, port)
    for address in addresses:
        if not is_permitted(address, allowed):
            raise ForbiddenAddressError(
                f"{host} resolves to {address}, which is not a public address; an administrator may "
                "permit its network when adding the subscription"
            )
    return _connect_first(addresses, port, timeout_s)


def is_permitted(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether *address*, or the IPv4 address embedded in it, is public or in an *allowed* network."""
    real = _embedded(address) or address
    if any(real.version == network.version and real in network for network in allowed):
        return True
    return real.is_global and not (real.is_multicast or real.is_reserved or real.is_unspecified)


def _embedded(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


def _resolve(host: str, port: int) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    texts = dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found)
    return [ipaddress.ip_address(text.partition("%")[0]) for text in texts]


def _connect_first(addresses: Sequence[Address], port: int, timeout_s: float) -> socket.socket:
    failure: OSError = OSError("the name has no address")
    for address in addresses:
        try:
            return socket.create_connection((str(address), port), timeout=timeout_s)
        except OSError as error:
            failure = error
    raise failure
