"""Notifications by e-mail, through a mail server that listens on this machine."""

import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.notification.channels.email import EmailChannel
from services.notification.channels.mail_server import MailServer, mail_server
from services.notification.deliveries import payload_of
from services.notification.delivery import Dispatcher
from services.notification.sealing import SecretBox
from services.notification.subscribers import Subscribers, SubscriptionRefusedError
from shared.clock import ManualClock
from shared.config import load_config
from shared.errors import ConfigError
from shared.store.collections import DELIVERIES, SUBSCRIPTIONS
from shared.store.port import Document, Store
from tests.servers import mail_server as test_mail
from tests.servers.mail_server import Mailbox

from .conftest import START, OpenGate

ADDRESS = "lina.chen@example.org"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with test_mail.mail_server() as box:
        yield box


def plain(box: Mailbox) -> str:
    return f"smtp://127.0.0.1:{box.port}?from=guanxi@example.org&security=none"


class Post:
    """A dispatcher that writes to one address."""

    def __init__(self, store: Store, url: str, language: str = "en", limit_s: float = 30) -> None:
        self.clock = ManualClock(START)
        self.deliveries = store.collection(DELIVERIES)
        self.subscribers = Subscribers(store.collection(SUBSCRIPTIONS), SecretBox(b"k" * 32), self.clock)
        self.person = self.subscribers.add_email(ADDRESS, language=language)
        channel = EmailChannel(mail_server(url), self.clock, limit_s)
        self.dispatcher = Dispatcher(
            self.deliveries, self.subscribers, {"email": channel}, OpenGate(), self.clock, spread=lambda: 0.0
        )

    def owe(self, identity: str, subject: str = "Leaving") -> None:
        data = {"subject": {"en": subject, "zh": "即将流失"}, "body": {"en": "silent", "zh": "沉默"}}
        self.deliveries.insert_absent([owed(identity, self.person.id, data)])

    def drain(self) -> Document:
        self.dispatcher.drain(self.person.id)
        return self.deliveries.get_many(["msg_1"])["msg_1"].document


def owed(identity: str, subscription: str, data: Document) -> Document:
    return {
        "_id": identity, "notification": "n", "subscription": subscription, "channel": "email",
        "customer": "", "to_customer": False, "created_at": "2026-03-02T10:00:00Z", "status": "pending",
        "next_attempt_at": "2026-03-02T10:00:00Z", "held_until": None, "attempts": [], "ambiguous": 0,
        "payload": payload_of("guanxi.notification", "2026-03-02T10:00:00Z", data),
    }  # fmt: skip


def test_a_person_is_written_to_in_their_language(store: Store, mailbox: Mailbox) -> None:
    post = Post(store, plain(mailbox), language="zh")
    post.owe("msg_1")

    assert post.drain()["status"] == "delivered"
    (message,) = mailbox.messages
    assert message["To"] == ADDRESS
    assert message["From"] == "guanxi@example.org"
    assert message["Subject"] == "即将流失"
    assert message["Message-ID"] == "<msg_1@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().strip() == "沉默"


def test_a_subject_of_several_lines_cannot_add_headers(store: Store, mailbox: Mailbox) -> None:
    post = Post(store, plain(mailbox))
    post.owe("msg_1", "Leaving\r\nBcc: thief@example.org")

    post.drain()
    (message,) = mailbox.messages
    assert message["Bcc"] is None
    assert message["Subject"] == "Leaving Bcc: thief@example.org"


def test_a_server_that_is_busy_is_tried_again_by_the_schedule(store: Store, mailbox: Mailbox) -> None:
    post = Post(store, plain(mailbox))
    post.owe("msg_1")
    mailbox.answers["RCPT"] = "451 busy"

    assert post.drain()["status"] == "pending"
    mailbox.answers.clear()
    assert post.drain()["attempts"][-1]["number"] == 1, "not before its time"
    post.clock.advance(6)
    assert post.drain()["status"] == "delivered"


def test_an_address_that_is_refused_for_good_is_not_tried_again_and_not_told(
    store: Store, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    post = Post(store, plain(mailbox))
    post.owe("msg_1")
    mailbox.answers["RCPT"] = f"550 5.1.1 <{ADDRESS}>: no such person"

    found = post.drain()
    assert found["status"] == "failed"
    assert found["attempts"][-1]["detail"] == "answered 550: 5.1.1 <the address>: no such person"
    told = capsys.readouterr()
    assert ADDRESS not in told.out + told.err


def test_a_message_whose_answer_was_lost_comes_again_as_the_same_message(
    store: Store, mailbox: Mailbox
) -> None:
    post = Post(store, plain(mailbox))
    post.owe("msg_1")
    mailbox.drops_after_data = 1

    assert post.drain()["status"] == "pending"
    post.clock.advance(6)
    assert post.drain()["status"] == "delivered"
    assert {message["Message-ID"] for message in mailbox.messages} == {"<msg_1@example.org>"}
    assert len(mailbox.messages) == 2


def test_a_server_that_says_nothing_holds_up_nobody_for_long(store: Store, mailbox: Mailbox) -> None:
    post = Post(store, plain(mailbox), limit_s=0.3)
    mailbox.silent = True
    post.owe("msg_1")

    found = post.drain()
    assert found["status"] == "pending"
    assert found["attempts"][-1]["detail"] == "no answer within 0.3 s"


def test_without_a_mail_server_what_is_owed_waits_and_says_why(store: Store) -> None:
    post = Post(store, "")
    post.owe("msg_1")

    found = post.drain()
    assert found["status"] == "pending"
    assert "GUANXI_SMTP_URL" in found["attempts"][-1]["detail"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_nothing_is_said_before_tls_is_on(store: Store, tmp_path: Path, scheme: str) -> None:
    context, ca = certified(tmp_path)
    with test_mail.mail_server(context) as box:
        box.at_once = scheme == "smtps"
        url = f"{scheme}://me:p%40ss@localhost:{box.port}?from=guanxi@example.org&ca={ca}"
        post = Post(store, url)
        post.owe("msg_1")

        found = post.drain()
        assert found["status"] == "delivered", found["attempts"]
        assert box.encrypted == [True]
        assert len(box.logins) == 1


def test_a_server_without_tls_is_told_no_password_and_nothing_else(store: Store, mailbox: Mailbox) -> None:
    post = Post(store, f"smtp://me:secret@127.0.0.1:{mailbox.port}?from=guanxi@example.org")
    post.owe("msg_1")

    assert post.drain()["status"] == "pending"
    assert (mailbox.raw, mailbox.logins) == ([], [])


def test_a_certificate_that_nobody_vouches_for_is_refused(store: Store, tmp_path: Path) -> None:
    context, _ = certified(tmp_path)
    with test_mail.mail_server(context) as box:
        post = Post(store, f"smtp://localhost:{box.port}?from=guanxi@example.org")
        post.owe("msg_1")

        assert "certificate" in post.drain()["attempts"][-1]["detail"].lower()
        assert box.raw == []


def certified(directory: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS for localhost, and the file that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = directory / "certificate.pem", directory / "key.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("smtp://host", "the sender's address"),
        ("http://host?from=a@b", "expected smtp://host:587"),
        ("smtp://host:99999?from=a@b", "the port is no number"),
        ("smtp://host?from=a@b&security=ssl", "found 'ssl'"),
        ("smtp://host?from=a@b&sender=x", "no option 'sender'"),
        ("smtp://me:hidden@host?from=a@b&security=none", "a password is not sent without TLS"),
    ],
)
def test_a_wrong_setting_is_told_without_its_password(url: str, told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        mail_server(url)

    assert told in str(raised.value)
    assert "hidden" not in str(raised.value)


def test_a_right_setting_is_read_and_its_password_does_not_print(tmp_path: Path) -> None:
    url = "smtps://me:hidden@mail.example.org?from=Guanxi+%3Cguanxi@example.org%3E"
    config = load_config({"GUANXI_HOME": str(tmp_path), "GUANXI_SMTP_URL": url})
    server = mail_server(config.smtp_url)

    assert server == MailServer("mail.example.org", 465, "Guanxi <guanxi@example.org>", "tls", "me", "hidden")
    assert "hidden" not in f"{config!r} {server!r}"


@pytest.mark.parametrize("address", ["nobody", "a@b,c@d", "A <a@b>", "a@b\nBcc: c@d", "@b"])
def test_what_is_no_single_address_is_refused(store: Store, address: str) -> None:
    subscribers = Subscribers(store.collection(SUBSCRIPTIONS), SecretBox(b"k" * 32), ManualClock(START))

    with pytest.raises(SubscriptionRefusedError):
        subscribers.add_email(address)
