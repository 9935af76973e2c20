"""Send one notification to one URL: signed, within a time limit, never following a redirect.

Reports what happened and decides nothing about retries. Keeps only an excerpt of the answer.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urlsplit

import orjson

from services.notification.channels.guarded import ForbiddenAddressError, connect_guarded, networks_from
from services.notification.channels.signing import signed_headers
from services.notification.channels.watchdog import cut_off_after
from services.notification.retry import Result
from services.notification.sealing import SecretBox
from services.notification.subscriptions import Subscription
from shared.clock import Clock, from_rfc3339
from shared.store.port import Document
from shared.telemetry.version import guanxi_version

CONNECT_TIMEOUT_S = 5.0
TOTAL_TIMEOUT_S = 20.0
EXCERPT_BYTES = 1_000
_GONE = 410


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """Signs with the subscriber's live secrets and posts."""

    box: SecretBox
    clock: Clock
    connect_timeout_s: float = CONNECT_TIMEOUT_S
    total_timeout_s: float = TOTAL_TIMEOUT_S
    batch_size: int = 1

    def send(self, subscription: Subscription, deliveries: Sequence[Document]) -> list[Result]:
        """Post each delivery; one result for each, in order."""
        return [self._post(subscription, delivery) for delivery in deliveries]

    def _post(self, subscription: Subscription, delivery: Document) -> Result:
        body = orjson.dumps(delivery["payload"])
        timestamp = int(self.clock.now().timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": f"Guanxi/{guanxi_version()}",
            **signed_headers(delivery["_id"], timestamp, body, self._live_secrets(subscription)),
        }
        begun = self.clock.monotonic()
        result = self._attempt(subscription, body, headers)
        took_ms = round((self.clock.monotonic() - begun) * 1000)
        return _with_duration(result, took_ms)

    def _live_secrets(self, subscription: Subscription) -> list[str]:
        now = self.clock.now()
        live = (s for s in subscription.secrets if s.until is None or from_rfc3339(s.until) > now)
        return [self.box.open(secret.sealed, subscription.id) for secret in live]

    def _attempt(self, subscription: Subscription, body: bytes, headers: Mapping[str, str]) -> Result:
        url = urlsplit(subscription.target)
        connection: http.client.HTTPConnection | None = None
        watchdog: threading.Timer | None = None
        expired = threading.Event()
        try:
            connection = self._connect(url, subscription.allow_networks)
            watchdog = cut_off_after(self.total_timeout_s, connection, expired)
            connection.request("POST", _request_target(url), body=body, headers=dict(headers))
            response = connection.getresponse()
            if expired.is_set():
                raise TimeoutError  # cut off while it came: what looks like an answer may be half of one
            return self._answer(response)
        except ForbiddenAddressError as error:
            return Result("refused", str(error))
        except (OSError, http.client.HTTPException) as error:
            return Result("failed", self._why(error, expired))
        finally:
            if watchdog is not None:
                watchdog.cancel()
            if connection is not None:
                connection.close()

    def _connect(self, url: SplitResult, allow: Sequence[str]) -> http.client.HTTPConnection:
        host, secure = url.hostname or "", url.scheme == "https"
        port = url.port or (443 if secure else 80)
        raw = connect_guarded(host, port, self.connect_timeout_s, networks_from(allow))
        raw.settimeout(self.total_timeout_s)
        # The connection object only speaks HTTP on the socket that was guarded; it never connects itself.
        connection = http.client.HTTPConnection(host, port)
        connection.sock = _secured(raw, host) if secure else raw
        return connection

    def _answer(self, response: http.client.HTTPResponse) -> Result:
        excerpt = _excerpt(response)
        status = response.status
        if 200 <= status < 300:
            return Result("delivered", status=status, excerpt=excerpt)
        wait_s = self._retry_after(response.getheader("retry-after"))
        if status == _GONE:
            return Result("gone", "the receiver wants no more webhooks", status, excerpt)
        if 300 <= status < 400:
            return Result("failed", "answered with a redirect, which is not followed", status, excerpt)
        return Result("failed", f"answered {status}", status, excerpt, wait_s)

    def _retry_after(self, header: str | None) -> float | None:
        if header is None:
            return None
        if header.strip().isdigit():
            return float(header)
        with suppress(ValueError, TypeError):
            return max(0.0, (parsedate_to_datetime(header) - self.clock.now()).total_seconds())
        return None

    def _why(self, error: Exception, expired: threading.Event) -> str:
        if expired.is_set() or isinstance(error, TimeoutError):
            return f"no answer within {self.total_timeout_s:g} s"
        return f"{type(error).__name__}: {error}"[:200]


def _secured(raw: socket.socket, host: str) -> socket.socket:
    try:
        return _tls_context().wrap_socket(raw, server_hostname=host)
    except BaseException:
        raw.close()
        raise


_tls_context: Callable[[], ssl.SSLContext] = ssl.create_default_context


def _request_target(url: SplitResult) -> str:
    return (url.path or "/") + (f"?{url.query}" if url.query else "")


def _excerpt(response: http.client.HTTPResponse) -> str:
    """The beginning of the body; the status has decided already, so a body that breaks off is no failure."""
    raw = b""
    with suppress(OSError, http.client.HTTPException):
        raw = response.read(EXCERPT_BYTES)
    text = raw.decode("utf-8", "replace")
    return "".join(char if char.isprintable() or char in "\n\t" else "�" for char in text)


def _with_duration(result: Result, took_ms: int) -> Result:
    return Result(result.outcome, result.detail, result.status, result.excerpt, result.retry_after_s, took_ms)
