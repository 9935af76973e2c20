import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import standardwebhooks

from services.notification.cancelling import cancel_owed
from services.notification.retry import DELAYS_S
from services.notification.sending import Sending
from services.notification.subscribers import SubscriptionRefusedError
from shared.clock import from_rfc3339

from .conftest import START, Bench, Receiver, status


@pytest.fixture
def hook(bench: Bench, receiver: Receiver) -> str:
    return bench.hook(receiver.url)[0]


class TestDelivered:
    def test_the_receiver_can_verify_what_it_got(self, bench: Bench, receiver: Receiver) -> None:
        bench.clock.current = datetime.now(timezone.utc)  # the reference library reads the real clock
        identity, secret = bench.hook(receiver.url)
        bench.owe(identity, "msg_1")

        assert bench.dispatcher.drain(identity) == 1

        (request,) = receiver.received
        told = standardwebhooks.Webhook(secret).verify(request.body, request.headers)
        assert told["data"]["body"] == {"zh": "中文"}
        assert request.headers["webhook-id"] == "msg_1"
        document = bench.document("msg_1")
        assert document["status"] == "delivered"
        assert document["next_attempt_at"] is None
        assert document["attempts"][0]["excerpt"] == "ok"

    def test_a_rotated_secret_signs_beside_the_old_one_for_a_day(
        self, bench: Bench, receiver: Receiver
    ) -> None:
        identity, _ = bench.hook(receiver.url)
        bench.subscribers.rotate(identity)
        bench.owe(identity, "msg_1")
        bench.dispatcher.drain(identity)
        bench.clock.advance(86_401)
        bench.owe(identity, "msg_2")
        bench.dispatcher.drain(identity)

        signatures = [request.headers["webhook-signature"].split(" ") for request in receiver.received]
        assert [len(several) for several in signatures] == [2, 1]

    def test_what_is_not_due_yet_waits(self, bench: Bench, receiver: Receiver, hook: str) -> None:
        bench.owe(hook, "msg_1")
        bench.clock.current = START - timedelta(seconds=1)

        assert bench.dispatcher.drain(hook) == 0
        assert receiver.received == []


class TestFailures:
    @pytest.mark.parametrize("code", [301, 302, 307, 308, 400, 401, 404, 500, 501])
    def test_any_other_answer_is_tried_again_by_the_schedule(
        self, bench: Bench, receiver: Receiver, hook: str, code: int
    ) -> None:
        receiver.answers = [status(code, b"no", location=receiver.url)]
        bench.owe(hook, "msg_1")

        bench.dispatcher.drain(hook)

        document = bench.document("msg_1")
        assert len(receiver.received) == 1, "a redirect is not followed"
        assert document["status"] == "pending"
        assert document["next_attempt_at"] == "2026-03-02T10:00:05Z"
        assert document["attempts"][0]["status"] == code
        assert document["attempts"][0]["excerpt"] == "no"

    def test_ten_attempts_with_one_id_at_the_exact_times_then_it_has_failed(
        self, bench: Bench, receiver: Receiver, hook: str
    ) -> None:
        receiver.answers = [status(500)]
        bench.owe(hook, "msg_1")
        made: list[float] = []
        while (due := bench.document("msg_1")["next_attempt_at"]) is not None:
            bench.clock.advance((from_rfc3339(due) - bench.clock.now()).total_seconds() - 1)
            assert bench.dispatcher.drain(hook) == 0, "not a second early"
            bench.clock.advance(1)
            made.append((bench.clock.now() - START).total_seconds())
            assert bench.dispatcher.drain(hook) == 1

        assert made == [sum(DELAYS_S[: number + 1]) for number in range(len(DELAYS_S))]
        assert receiver.ids() == ["msg_1"] * 10
        assert bench.document("msg_1")["status"] == "failed"

    @pytest.mark.parametrize("code", [429, 502, 503, 504])
    def test_a_receiver_that_asks_for_less_is_left_alone(
        self, bench: Bench, receiver: Receiver, hook: str, code: int
    ) -> None:
        receiver.answers = [status(code, retry_after="120"), status(200)]
        bench.owe(hook, "msg_1", "msg_2")

        bench.dispatcher.drain(hook)
        assert len(receiver.received) == 1
        assert bench.document("msg_1")["next_attempt_at"] == "2026-03-02T10:02:00Z"

        bench.clock.advance(119)
        assert bench.dispatcher.drain(hook) == 0
        bench.clock.advance(1)
        assert bench.dispatcher.drain(hook) == 2

    def test_retry_after_may_be_a_date(self, bench: Bench, receiver: Receiver, hook: str) -> None:
        receiver.answers = [status(503, retry_after="Mon, 02 Mar 2026 10:03:00 GMT")]
        bench.owe(hook, "msg_1")

        bench.dispatcher.drain(hook)

        assert bench.document("msg_1")["next_attempt_at"] == "2026-03-02T10:03:00Z"

    def test_gone_disables_the_subscriber_and_keeps_what_waits(
        self, bench: Bench, receiver: Receiver, hook: str
    ) -> None:
        receiver.answers = [status(410), status(200)]
        bench.owe(hook, "msg_1", "msg_2")

        bench.dispatcher.drain(hook)

        assert len(receiver.received) == 1
        assert bench.subscribers.get(hook).status == "disabled"
        assert [bench.document(name)["status"] for name in ("msg_1", "msg_2")] == ["failed", "pending"]
        bench.subscribers.enable(hook)
        bench.dispatcher.drain(hook)
        assert bench.document("msg_2")["status"] == "delivered"

    def test_a_receiver_that_fails_again_and_again_is_not_hammered(
        self, bench: Bench, receiver: Receiver, hook: str
    ) -> None:
        receiver.answers = [status(500)]
        bench.owe(hook, *(f"msg_{number}" for number in range(10)))

        assert bench.dispatcher.drain(hook) == 5
        bench.clock.advance(59)
        assert bench.dispatcher.drain(hook) == 0

    def test_removing_a_subscriber_cancels_what_it_is_owed(
        self, bench: Bench, receiver: Receiver, hook: str
    ) -> None:
        bench.owe(hook, "msg_1", "msg_2")
        bench.subscribers.remove(hook)

        assert cancel_owed(bench.dispatcher.deliveries, hook) == 2
        assert bench.dispatcher.drain(hook) == 0
        assert bench.document("msg_1")["status"] == "cancelled"


def _reset(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def _silence(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def _drip(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(1000):
        handler.wfile.write(b"x-%d: y\r\n" % number)
        time.sleep(0.05)


def _garbage(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x00\x01 not http at all\r\n\r\n")


class TestBadReceivers:
    @pytest.mark.parametrize("behave", [_reset, _silence, _drip, _garbage])
    def test_it_costs_a_bounded_time_and_is_tried_again(
        self,
        bench: Bench,
        receiver: Receiver,
        hook: str,
        behave: Callable[[BaseHTTPRequestHandler], None],
    ) -> None:
        receiver.answers = [behave]
        bench.owe(hook, "msg_1")
        begun = time.monotonic()

        bench.dispatcher.drain(hook)

        assert time.monotonic() - begun < 2
        document = bench.document("msg_1")
        assert (document["status"], document["attempts"][0]["outcome"]) == ("pending", "failed")
        assert document["attempts"][0]["detail"]

    def test_an_endless_body_is_not_read(self, bench: Bench, receiver: Receiver, hook: str) -> None:
        def endless(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("content-length", str(10**9))
            handler.end_headers()
            for _ in range(1000):
                handler.wfile.write(b"x" * 10**6)

        receiver.answers = [endless]
        bench.owe(hook, "msg_1")

        bench.dispatcher.drain(hook)

        document = bench.document("msg_1")
        assert document["status"] == "delivered"
        assert document["attempts"][0]["excerpt"] == "x" * 1000

    def test_a_certificate_that_nobody_vouches_for_is_a_failure(self, bench: Bench, self_signed: int) -> None:
        subscription, _ = bench.subscribers.add_webhook(
            f"https://127.0.0.1:{self_signed}/", allow_networks=["127.0.0.0/8"]
        )
        bench.owe(subscription.id, "msg_1")

        bench.dispatcher.drain(subscription.id)

        attempt = bench.document("msg_1")["attempts"][0]
        assert attempt["outcome"] == "failed"
        assert "SSLCertVerificationError" in attempt["detail"]

    def test_nobody_listening_is_a_failure(self, bench: Bench) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            identity, _ = bench.hook(f"http://127.0.0.1:{unused.getsockname()[1]}/")
            bench.owe(identity, "msg_1")
            bench.dispatcher.drain(identity)

        assert "ConnectionRefusedError" in bench.document("msg_1")["attempts"][0]["detail"]


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            try:
                connection, _ = server.accept()
                with context.wrap_socket(connection, server_side=True):
                    pass
            except OSError:
                pass

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]


def _certificate(directory: Path) -> Path:
    from cryptography import x509  # noqa: PLC0415 - slow to import, for one test
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = directory / "certificate.pem"
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(encoding)
    )
    return path


class TestGuard:
    def test_an_address_that_is_not_allowed_is_never_called(self, bench: Bench, receiver: Receiver) -> None:
        subscription, _ = bench.subscribers.add_webhook(
            f"http://127.0.0.1:{receiver.port}/", allow_networks=["10.0.0.0/8"]
        )
        bench.owe(subscription.id, "msg_1")

        bench.dispatcher.drain(subscription.id)

        assert receiver.received == []
        document = bench.document("msg_1")
        assert (document["status"], document["attempts"][0]["outcome"]) == ("failed", "refused")

    @pytest.mark.parametrize(
        ("url", "networks"),
        [
            ("http://example.org/hook", []),
            ("ftp://example.org/", []),
            ("https://user:password@example.org/", []),
            ("https:///hook", []),
            ("https://example.org:99999/", []),
            ("https://example.org/#part", []),
            ("not a url", []),
            ("https://example.org/", ["10.0.0.0/33"]),
        ],
    )
    def test_a_url_that_cannot_be_right_is_refused_at_once(
        self, bench: Bench, url: str, networks: list[str]
    ) -> None:
        with pytest.raises(SubscriptionRefusedError):
            bench.subscribers.add_webhook(url, allow_networks=networks)

    def test_consent_withdrawn_while_waiting_stops_the_message(
        self, bench: Bench, receiver: Receiver, hook: str
    ) -> None:
        bench.owe(hook, "msg_1")
        bench.gate.refused = "no_consent: withdrawn while it waited"

        assert bench.dispatcher.drain(hook) == 0

        document = bench.document("msg_1")
        assert (document["status"], document["cancelled_because"]) == ("cancelled", bench.gate.refused)
        assert receiver.received == []

    def test_a_message_due_in_a_quiet_hour_is_put_off_without_an_attempt(
        self, bench: Bench, receiver: Receiver, hook: str
    ) -> None:
        bench.owe(hook, "msg_1")
        bench.gate.until = START + timedelta(hours=3)
        bench.dispatcher.drain(hook)
        assert (bench.document("msg_1")["held_until"], receiver.received) == ("2026-03-02T13:00:00Z", [])

        bench.gate.until = None
        bench.clock.advance(3 * 3600)
        bench.dispatcher.drain(hook)
        assert len(bench.document("msg_1")["attempts"]) == 1


class TestClocks:
    def test_a_retry_put_off_by_a_clock_set_back_since_is_due_at_once(
        self, bench: Bench, receiver: Receiver, hook: str
    ) -> None:
        receiver.answers = [status(500), status(200)]
        bench.owe(hook, "msg_1")
        bench.clock.advance(3_600)
        bench.dispatcher.drain(hook)
        bench.clock.current = START

        assert bench.dispatcher.drain(hook) == 0
        assert bench.dispatcher.hasten() == 1
        assert bench.dispatcher.hasten() == 0
        assert bench.dispatcher.drain(hook) == 1
        assert bench.document("msg_1")["status"] == "delivered"

    def test_what_was_not_tried_ahead_of_the_clock_waits_as_it_was_told_to(
        self, bench: Bench, receiver: Receiver, hook: str
    ) -> None:
        receiver.answers = [status(500)]
        bench.owe(hook, "tried")
        bench.dispatcher.drain(hook)
        later = {**bench.document("tried"), "_id": "held", "attempts": []}
        bench.dispatcher.deliveries.insert_absent([later])
        bench.clock.advance(1)

        assert bench.dispatcher.hasten() == 0
        assert bench.document("tried")["next_attempt_at"] == "2026-03-02T10:00:05Z"

    @pytest.mark.parametrize(("seconds", "hastened"), [(-3_600, 1), (-0.5, 0), (60, 0)])
    def test_the_sending_thread_heeds_a_clock_that_was_set_back(
        self, bench: Bench, receiver: Receiver, hook: str, seconds: float, hastened: int
    ) -> None:
        sending = Sending(bench.dispatcher)
        sending._heed_the_clock()
        receiver.answers = [status(500)]
        bench.owe(hook, "msg_1")
        bench.dispatcher.drain(hook)
        sending._heed_the_clock()
        due = bench.document("msg_1")["next_attempt_at"]
        bench.clock.current += timedelta(seconds=seconds)

        sending._heed_the_clock()

        assert (bench.document("msg_1")["next_attempt_at"] != due) == bool(hastened)


class TestCrashes:
    def test_a_crash_between_sending_and_recording_repeats_the_same_id_and_is_counted(
        self, bench: Bench, receiver: Receiver, hook: str
    ) -> None:
        bench.owe(hook, "msg_1")

        class PowerCutError(Exception):
            pass

        def cut(point: str) -> None:
            if point == "after-send":
                raise PowerCutError

        bench.dispatcher.reach = cut
        with pytest.raises(PowerCutError):
            bench.dispatcher.drain(hook)
        bench.dispatcher.reach = lambda _point: None

        assert bench.dispatcher.drain(hook) == 0, "the lease still holds"
        assert bench.dispatcher.reclaim() == 1
        assert bench.dispatcher.drain(hook) == 1

        document = bench.document("msg_1")
        assert receiver.ids() == ["msg_1", "msg_1"]
        assert (document["status"], document["ambiguous"]) == ("delivered", 1)
        assert [attempt["outcome"] for attempt in document["attempts"]] == ["ambiguous", "delivered"]

    def test_another_process_takes_over_only_when_the_lease_has_ended(
        self, bench: Bench, receiver: Receiver, hook: str
    ) -> None:
        bench.owe(hook, "msg_1")
        bench.dispatcher._claim(bench.dispatcher._due(bench.subscribers.get(hook)))
        bench.dispatcher.member = "notification-2"

        assert bench.dispatcher.reclaim() == 0
        bench.clock.advance(59)
        assert bench.dispatcher.drain(hook) == 0
        bench.clock.advance(1)
        assert bench.dispatcher.drain(hook) == 1

    def test_a_file_gets_each_line_once_whatever_was_not_recorded(self, bench: Bench, tmp_path: Path) -> None:
        path = tmp_path / "out.jsonl"
        identity = bench.subscribers.add_file(str(path)).id
        names = [f"msg_{number:03d}" for number in range(450)]
        bench.owe(identity, *names, kind="file")

        def cut(point: str) -> None:
            if point == "after-send":
                raise KeyboardInterrupt

        bench.dispatcher.reach = cut
        with pytest.raises(KeyboardInterrupt):
            bench.dispatcher.drain(identity)
        path.write_bytes(path.read_bytes()[:-7])
        bench.dispatcher.reach = lambda _point: None
        bench.dispatcher.channels["file"]._sinks.clear()  # type: ignore[attr-defined]
        bench.dispatcher.reclaim()
        bench.dispatcher.drain(identity)

        lines = path.read_bytes().splitlines()
        assert len(lines) == len(names)
        assert sorted(line[7:14].decode() for line in lines) == names
