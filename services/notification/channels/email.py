"""Send one notification to one person's address over SMTP: in their language, within a time limit.

Reports what happened and decides nothing about retries. Addresses stay in the subscription: what the server
answers is kept without them.
"""

import smtplib
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any

from services.notification.channels.mail_server import MailServer
from services.notification.channels.watchdog import cut_off_after
from services.notification.retry import Result
from services.notification.subscriptions import Subscription
from shared.clock import Clock
from shared.model.values import in_language
from shared.store.port import Document

CONNECT_TIMEOUT_S = 10.0
TOTAL_TIMEOUT_S = 30.0
NO_SERVER = "no mail server is set up: set GUANXI_SMTP_URL"
_PERMANENT = 500
_DETAIL = 300


@dataclass(frozen=True, slots=True)
class EmailChannel:
    """Sends through *server*; without one every attempt fails, and what is owed waits for it."""

    server: MailServer | None
    clock: Clock
    total_timeout_s: float = TOTAL_TIMEOUT_S
    batch_size: int = 1

    def send(self, subscription: Subscription, deliveries: Sequence[Document]) -> list[Result]:
        """Send each delivery; one result for each, in order."""
        return [self._send(subscription, delivery) for delivery in deliveries]

    def _send(self, subscription: Subscription, delivery: Document) -> Result:
        if self.server is None:
            return Result("failed", NO_SERVER)
        begun = self.clock.monotonic()
        message = self._message(self.server, subscription, delivery)
        result = self._attempt(self.server, message)
        took_ms = round((self.clock.monotonic() - begun) * 1000)
        hidden = result.detail.replace(subscription.target, "the address")[:_DETAIL]
        return Result(result.outcome, hidden, result.status, duration_ms=took_ms)

    def _message(self, server: MailServer, subscription: Subscription, delivery: Document) -> EmailMessage:
        """The same delivery is the same message: who gets it twice can tell by its id."""
        data, language = delivery["payload"]["data"], subscription.language
        words = data.get("text", {})
        message = EmailMessage(policy=SMTP)
        message["From"] = server.sender
        message["To"] = subscription.target
        message["Subject"] = " ".join(in_language(data.get("subject", words), language).split())
        message["Date"] = format_datetime(self.clock.now())
        message["Message-ID"] = f"<{delivery['_id']}@{parseaddr(server.sender)[1].rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = "zh-CN" if language == "zh" else language
        message.set_content(in_language(data.get("body", words), language) + "\n")
        if page := data.get("page"):
            message.add_attachment(page, subtype="html", filename=_file_name(data))
        return message

    def _attempt(self, server: MailServer, message: EmailMessage) -> Result:
        expired = threading.Event()
        client = _client(server)
        watchdog = cut_off_after(self.total_timeout_s, client, expired)
        try:
            client.connect(server.host, server.port)
            _introduce(client, server)
            client.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            ((code, answer),) = error.recipients.values()
            return _refused(code, answer)
        except smtplib.SMTPAuthenticationError as error:
            return Result("failed", "the mail server refuses user or password", error.smtp_code)
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError as error:
            return Result("failed", str(error))
        except (OSError, smtplib.SMTPException) as error:
            return Result("failed", self._why(error, expired))
        finally:
            watchdog.cancel()
            with suppress(OSError, smtplib.SMTPException):
                client.quit()
            client.close()
        return Result("delivered")

    def _why(self, error: Exception, expired: threading.Event) -> str:
        if expired.is_set() or isinstance(error, TimeoutError):
            return f"no answer within {self.total_timeout_s:g} s"
        return f"{type(error).__name__}: {error}"


class _Client(smtplib.SMTP):
    """Connects later, and knows before against which name the certificate is checked."""

    def __init__(self, server: MailServer) -> None:
        super().__init__(timeout=CONNECT_TIMEOUT_S)
        self._host = server.host  # `connect` leaves it empty


class _TlsClient(smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""

    def __init__(self, server: MailServer) -> None:
        super().__init__(timeout=CONNECT_TIMEOUT_S, context=_trusting(server))
        self._host = server.host


def _client(server: MailServer) -> smtplib.SMTP:
    return _TlsClient(server) if server.security == "tls" else _Client(server)


def _introduce(client: smtplib.SMTP, server: MailServer) -> None:
    if server.security == "starttls":
        client.starttls(context=_trusting(server))
    if server.user:
        client.login(server.user, server.password)


def _trusting(server: MailServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.ca or None)


def _refused(code: int, answer: bytes | str) -> Result:
    """A server's no: for good from 500 on, for now below."""
    told = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    outcome = "refused" if code >= _PERMANENT else "failed"
    return Result(outcome, f"answered {code}: {' '.join(told.split())}", code)


def _file_name(data: dict[str, Any]) -> str:
    return f"guanxi-digest-{data['day']}.html"
