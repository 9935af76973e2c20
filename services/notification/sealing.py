"""Seal signing secrets for storage with a key derived from the installation's secret.

AES-256-GCM; the subscription's id is bound in, so that a sealed secret is of no use elsewhere.
"""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.errors import StopError

_PURPOSE = b"guanxi webhook signing secrets"
_NONCE_BYTES = 12


class UnreadableSecretError(StopError):
    """A stored secret does not open: the installation's secret is not the one it was sealed with."""

    code = "unreadable-secret"


class SecretBox:
    """Seals and opens short secrets."""

    def __init__(self, installation_secret: bytes) -> None:
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
        self._cipher = AESGCM(derive.derive(installation_secret))

    def seal(self, secret: str, owner: str) -> str:
        """Return *secret* sealed for *owner*, as text."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, secret.encode(), owner.encode())
        return base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, owner: str) -> str:
        """Return what was sealed for *owner*; raises UnreadableSecretError."""
        raw = base64.b64decode(sealed)
        try:
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], owner.encode()).decode()
        except InvalidTag as error:
            raise UnreadableSecretError(
                f"the signing secret of {owner} was sealed with another GUANXI_SECRET; "
                "set that one again, or rotate with `guanxi subscriptions rotate`"
            ) from error
