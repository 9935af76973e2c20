"""The network that misbehaves does what it is told to, and nothing else."""

import socket
import threading
from collections.abc import Iterator

import pytest

from deploy.servers.listening import free_ports
from tests.faults.proxy import LOOPBACK, Proxy
from tests.flow.cli.conftest import until


@pytest.fixture
def echo() -> Iterator[socket.socket]:
    """A server that sends everything back."""
    listener = socket.create_server((LOOPBACK, 0))

    def answer(connection: socket.socket) -> None:
        with connection:
            try:
                while chunk := connection.recv(65_536):
                    connection.sendall(chunk)
            except OSError:
                pass  # reset, as the test wanted

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield listener
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


@pytest.fixture
def proxy(echo: socket.socket) -> Iterator[Proxy]:
    with Proxy(lambda: int(echo.getsockname()[1])) as made:
        yield made


@pytest.fixture
def client(proxy: Proxy) -> Iterator[socket.socket]:
    with socket.create_connection((LOOPBACK, proxy.port), timeout=30) as connected:
        yield connected


def said(client: socket.socket, text: bytes) -> bytes:
    """What comes back for *text*."""
    client.sendall(text)
    return received(client, len(text))


def received(client: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size and (chunk := client.recv(size - len(found))):
        found += chunk
    return found


def test_a_whole_network_passes_every_byte_on(client: socket.socket) -> None:
    text = bytes(range(256)) * 2_000
    sender = threading.Thread(target=client.sendall, args=(text,))
    sender.start()
    assert received(client, len(text)) == text
    sender.join()


def test_a_slow_network_keeps_each_answer(proxy: Proxy, client: socket.socket) -> None:
    proxy.delay(60.0)
    client.sendall(b"slow")
    client.settimeout(0.5)
    with pytest.raises(TimeoutError):
        client.recv(1)


def test_a_stalled_network_accepts_and_keeps_everything_until_it_is_whole(
    proxy: Proxy, client: socket.socket
) -> None:
    assert said(client, b"one") == b"one"
    proxy.stall()
    with socket.create_connection((LOOPBACK, proxy.port), timeout=30) as second:
        for each in (client, second):
            each.sendall(b"two")
            each.settimeout(0.3)
            with pytest.raises(TimeoutError):
                each.recv(1)
            each.settimeout(30)
        proxy.heal()
        assert received(client, 3) == received(second, 3) == b"two"


def test_a_reset_network_resets_what_is_open_and_takes_new_connections(
    proxy: Proxy, client: socket.socket
) -> None:
    assert said(client, b"one") == b"one"
    proxy.reset_all()
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    with socket.create_connection((LOOPBACK, proxy.port), timeout=30) as second:
        assert said(second, b"two") == b"two"
    until(lambda: proxy.accepted == 2)
    assert proxy.resets == 1


def test_half_an_answer_is_the_end_of_its_connection_as_often_as_was_told(
    proxy: Proxy, client: socket.socket
) -> None:
    proxy.cut_answers(times=1, after=3)
    assert said(client, b"whole") == b"who"
    with socket.create_connection((LOOPBACK, proxy.port), timeout=30) as second:
        assert said(second, b"whole") == b"whole"
    assert proxy.cuts == 1


def test_a_network_that_refuses_ends_every_connection_until_it_is_whole(
    proxy: Proxy, client: socket.socket
) -> None:
    assert said(client, b"one") == b"one"
    proxy.refuse()
    for _ in range(2):
        with (
            pytest.raises((ConnectionError, AssertionError)),
            socket.create_connection((LOOPBACK, proxy.port), timeout=30) as second,
        ):
            assert said(second, b"two") == b"two"
    proxy.heal()
    with socket.create_connection((LOOPBACK, proxy.port), timeout=30) as third:
        assert said(third, b"three") == b"three"


def test_a_network_to_nowhere_closes_the_connection() -> None:
    with (
        Proxy(lambda: free_ports(1)[0]) as proxy,
        socket.create_connection((LOOPBACK, proxy.port), timeout=30) as client,
    ):
        assert client.recv(1) == b""
