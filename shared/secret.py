"""The installation's secret: made once, kept in a file that only its owner may read.

API keys are stored as hashes keyed with it, so it must outlive restarts and be the same for every
process; when several start at once, the first to write it wins and all read the same.
"""

import os
import secrets
from pathlib import Path

from shared.errors import ConfigError

_SECRET_BYTES = 32


def load_secret(path: Path) -> bytes:
    """Return the secret kept at *path*, creating it first if it is not there."""
    try:
        if not path.exists():
            _create(path)
        return _read(path)
    except OSError as error:
        expected = "expected a directory that can be written"
        raise ConfigError(
            [f"GUANXI_HOME: cannot keep data in {path.parent} ({error.strerror}); {expected}"]
        ) from error


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, secrets.token_hex(_SECRET_BYTES).encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(draft, path)  # atomic, and fails when another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _read(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise ConfigError([f"{path}: readable by others; expected mode 0600, run: chmod 600 {path}"])
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise ConfigError(
            [f"{path}: expected hexadecimal digits, as `openssl rand -hex 32` prints"]
        ) from error
    if len(secret) < _SECRET_BYTES:
        raise ConfigError([f"{path}: expected at least {_SECRET_BYTES} bytes, found {len(secret)}"])
    return secret
