"""Keep the services of one home directory running: start, restart after a crash, stop in order.

Starts and ends only its own children. What they do is their own affair; whether they are ready they
say in HOME/run. One thread per child copies its lines into the one log stream.
"""

import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import IO

from services.cli.running import RunningService
from shared.clock import Clock

STOP_WITHIN_S = 12.0
"""A service stops by itself within 10 s; a child that does not is killed."""

HEALTHY_AFTER_S = 30.0
"""A child that ran this long starts again without having to wait."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
TRIES_BEFORE_READY = 5
NEEDS_A_PERSON = frozenset({2, 3})
"""Exit codes of a child with wrong settings, or that stopped for good: starting it again would not help."""


ENDED_WELL = frozenset({0, -signal.SIGTERM})
"""A child that was still starting when it was told to stop ends by the signal; nothing was under way."""


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """How to start one service process."""

    service: str
    member: str
    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass(slots=True)
class Child:
    """A service process under supervision."""

    spec: ChildSpec
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    failures: int = 0
    was_ready: bool = False
    told: bool = False
    given_up: bool = False

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self.process is not None and self.process.poll() is None


@dataclass(slots=True)
class Supervisor:
    """Runs *specs* (in the order they are to stop) until `stop` is set; *say* gets every line."""

    specs: Sequence[ChildSpec]
    clock: Clock
    say: Callable[[str, str], None]
    ready: Callable[[], Sequence[RunningService]]
    stop: Event = field(default_factory=Event)
    interval_s: float = 0.2
    children: list[Child] = field(default_factory=list)
    _pumps: list[Thread] = field(default_factory=list)

    def run(self) -> int:
        """Start every child and watch over them; return the exit code for the whole."""
        self.children = [Child(spec) for spec in self.specs]
        code = 0
        try:
            for child in self.children:
                self._start(child)
            while code == 0 and not self.stop.wait(self.interval_s):
                code = self._watch()
        finally:
            clean = self.stop_in_order()
        return code if code or clean else 1

    def stop_in_order(self) -> bool:
        """Stop service after service, so that each may finish what it was sent; True if none was killed."""
        clean = True
        for service in dict.fromkeys(child.spec.service for child in self.children):
            group = [child for child in self.children if child.spec.service == service and child.is_running]
            for child in group:
                self._process(child).terminate()
            for child in group:
                clean = self._ended(child) and clean
        for pump in self._pumps:
            pump.join(timeout=2)
        return clean

    def _watch(self) -> int:
        waiting = [child for child in self.children if not child.told and child.is_running]
        if waiting:
            self._tell_ready(waiting)
        for child in self.children:
            if child.process is not None and not child.is_running:
                if code := self._crashed(child):
                    return code
            elif (
                child.process is None
                and not child.given_up
                and self.clock.monotonic() >= child.start_again_at
            ):
                self._start(child)
        return 0

    def _tell_ready(self, waiting: Sequence[Child]) -> None:
        listening = {service.pid: service for service in self.ready()}
        for child in waiting:
            if running := listening.get(self._process(child).pid):
                child.told = child.was_ready = True
                self.say("guanxi", f"{child.spec.member} is ready at {running.url}")
        if all(child.told for child in self.children):
            self.say("guanxi", "all services are ready; stop with Ctrl-C")

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(  # noqa: S603 - our own command line
            [*child.spec.command],
            env=dict(child.spec.environment),
            stdin=subprocess.PIPE,  # closes when we are gone, which tells the child to stop
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches only us, so that the stop is in order
        )
        child.started_at, child.told = self.clock.monotonic(), False
        pump = Thread(target=self._copy_lines, args=(child.spec.member, child.process.stdout), daemon=True)
        pump.start()
        self._pumps = [*(old for old in self._pumps if old.is_alive()), pump]

    def _copy_lines(self, member: str, lines: IO[bytes]) -> None:
        with lines:
            for line in lines:
                self.say(member, line.decode(errors="replace").rstrip("\n"))

    def _crashed(self, child: Child) -> int:
        """Plan the next start of a child that ended by itself; a code other than 0 ends everything."""
        ended = self._process(child).returncode
        self._release(child)
        ran_s = self.clock.monotonic() - child.started_at
        child.failures = 1 if ran_s >= HEALTHY_AFTER_S else child.failures + 1
        if not child.was_ready and (ended in NEEDS_A_PERSON or child.failures >= TRIES_BEFORE_READY):
            self.say("guanxi", f"{child.spec.member} cannot start ({_how(ended)}); stopping everything")
            return ended if ended > 0 else 1
        if ended in NEEDS_A_PERSON:
            child.given_up = True
            self.say(
                "guanxi", f"{child.spec.member} stopped for good ({_how(ended)}); mend the cause, start again"
            )
            return 0
        pause_s = 0.0 if ran_s >= HEALTHY_AFTER_S else pause_before(child.failures)
        child.start_again_at = self.clock.monotonic() + pause_s
        self.say("guanxi", f"{child.spec.member} ended ({_how(ended)}); starting it again in {pause_s:g} s")
        return 0

    def _ended(self, child: Child) -> bool:
        process = self._process(child)
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.say("guanxi", f"{child.spec.member} did not stop within {STOP_WITHIN_S:g} s; killing it")
            process.kill()
            process.wait()
            return False
        finally:
            self._release(child)
        self.say("guanxi", f"{child.spec.member} stopped ({_how(process.returncode)})")
        return process.returncode in ENDED_WELL

    def _release(self, child: Child) -> None:
        process = self._process(child)
        if process.stdin is not None:
            process.stdin.close()
        child.process = None

    @staticmethod
    def _process(child: Child) -> "subprocess.Popen[bytes]":
        if child.process is None:
            raise RuntimeError(f"{child.spec.member} was never started")
        return child.process


def pause_before(failures: int) -> float:
    """Seconds to wait after so many failures in a row: half a second, doubling up to half a minute."""
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** (failures - 1))


def serve_command(service: str) -> list[str]:
    """The command line that runs *service* under this supervisor, with this interpreter."""
    return [sys.executable, "-m", "services", "serve", service, "--supervised"]


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"
