"""Standard Webhooks 1.0, symmetric scheme v1: headers that let a receiver trust a body.

Pure. The signed content is ``id.timestamp.body``; several secrets give several signatures (rotation).
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256

SECRET_PREFIX = "whsec_"  # noqa: S105 - the public prefix, not a secret
_SECRET_BYTES = 32


def new_secret() -> str:
    """A fresh signing secret in its exchange form, ``whsec_…``."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(webhook_id: str, timestamp: int, body: bytes, signing: Sequence[str]) -> dict[str, str]:
    """The three headers for *body*, sent at *timestamp* (Unix seconds), signed with each of *signing*."""
    content = b".".join((webhook_id.encode(), str(timestamp).encode(), body))
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(secret, content) for secret in signing),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, content, sha256).digest()).decode()
