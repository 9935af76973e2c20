"""Signing in a person's name with a key that only the holder of an API key can make.

Ed25519; the private half is derived from the API key's secret and kept nowhere, the public half stands with
the API key. So a stored signature can be checked for good, also after the key was revoked.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"guanxi signatures of people"


def _private(identity: str, secret: str) -> Ed25519PrivateKey:
    derive = HKDF(algorithm=SHA256(), length=32, salt=identity.encode(), info=_PURPOSE)
    return Ed25519PrivateKey.from_private_bytes(derive.derive(secret.encode()))


def public_key(identity: str, secret: str) -> str:
    """The public half for the API key with this id and secret, in hexadecimal."""
    return _private(identity, secret).public_key().public_bytes_raw().hex()


def sign(identity: str, secret: str, content: bytes) -> str:
    """Sign *content* as the holder of the API key; hexadecimal."""
    return _private(identity, secret).sign(content).hex()


def is_signed(public: str, content: bytes, signature: str) -> bool:
    """Whether *signature* was made over *content* by the private half of *public*."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True
