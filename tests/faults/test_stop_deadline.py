"""R9, R17: a service told to stop is gone within 10 s even if it hangs; exit code 0 says it was in time.

No clock is read here: the system's own timer ends the process, and its exit code tells.
"""

import signal
import subprocess
import sys

from services.supervisor import STOP_WITHIN_S as SUPERVISOR_WAITS_S
from shared.lifecycle import STOP_WITHIN_S
from tests.flow.cli.conftest import ROOT

WITHIN_S = 0.5
HANGS = """
import sys, threading
from shared.lifecycle import stop_on_signals
stop = stop_on_signals(within_s={within})
print("ready", flush=True)
stop.wait()
if {hangs}:
    held = threading.Lock()
    held.acquire()
    held.acquire()
"""


def exit_code(hangs: bool) -> int:
    """Of a child that is told to stop, twice, and does so or hangs for ever in a lock."""
    code = HANGS.format(within=WITHIN_S, hangs=hangs)
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        child.send_signal(signal.SIGTERM)
        child.send_signal(signal.SIGTERM)
        return child.wait(timeout=60)


def test_a_service_that_hangs_when_it_is_to_stop_is_ended_by_the_system() -> None:
    assert exit_code(hangs=True) == -signal.SIGALRM


def test_a_service_that_stops_in_time_ends_as_it_wants() -> None:
    assert exit_code(hangs=False) == 0


def test_the_deadline_lies_within_ten_seconds_and_before_the_supervisor_loses_patience() -> None:
    assert STOP_WITHIN_S < 10 < SUPERVISOR_WAITS_S
