"""The wall clock of processes under test, which may be moved while they run.

Only their wall clock: monotonic time and sleeps stay the machine's, and so does the clock of the tests
themselves. libfaketime would do, but its Debian package breaks `time.sleep` from Python 3.11 on.
"""

import shutil
import struct
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.servers.requiring import missing

SOURCE = Path(__file__).with_suffix(".c")


class WallClock:
    """Read by every process that starts with `environment`."""

    def __init__(self, directory: Path) -> None:
        self._library = _built(directory)
        self._told = directory / "shift"
        self._told.write_bytes(struct.pack("q", 0))

    def shift(self, seconds: int) -> None:
        """From now on the clock is so far ahead of the machine's; behind it, when negative."""
        with self._told.open("r+b", buffering=0) as told:
            told.write(struct.pack("q", seconds))

    @property
    def environment(self) -> Mapping[str, str]:
        return {"LD_PRELOAD": str(self._library), "WALL_CLOCK_SHIFT": str(self._told)}


def _built(directory: Path) -> Path:
    compiler = shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        missing("wall-clock", "clocks that jump need Linux and a C compiler (cc)")
    if sys.version_info < (3, 11):
        missing("wall-clock", "Python 3.10 itself waits for locks by the wall clock")
    library = directory / "wall_clock.so"
    subprocess.run([compiler, "-O2", "-Wall", "-shared", "-fPIC", "-o", library, SOURCE], check=True)
    return library
