"""Which API key a command sends: given, from the environment, or kept in the home directory."""

import os
from pathlib import Path

from shared.errors import RefusedError

KEY_FILE = "replay.key"
HOW = "guanxi keys create replay --scope events:write --scope clock"
TASKS_KEY_FILE = "tasks.key"
TASKS_HOW = "guanxi keys create YOUR_NAME --scope tasks:write"


class NoKeyError(RefusedError):
    """No API key was given and none is kept."""

    code = "no-key"


def api_key(given: str | None, home: Path, file: str = KEY_FILE, how: str = HOW) -> str:
    """Return the key to send; raises `NoKeyError` telling how to make one."""
    if found := given or os.environ.get("GUANXI_KEY"):
        return found
    try:
        return (home / file).read_text(encoding="ascii").strip()
    except OSError as error:
        raise NoKeyError(
            f"no API key: give --key, set GUANXI_KEY or keep one in {home / file}; make one with `{how}`"
        ) from error


def keep_key(key: str, home: Path) -> Path:
    """Keep *key* in the home directory for its owner only."""
    path = home / KEY_FILE
    path.touch(mode=0o600)
    path.write_text(f"{key}\n", encoding="ascii")
    return path
