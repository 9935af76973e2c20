"""A network that misbehaves: a small TCP proxy that delays, stalls, resets or half-closes what passes it.

Loopback only, on a port that the system picks. Knows nothing of the protocols it carries.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

PIECE_BYTES = 65_536
DELAY_S = 0.2

MODES = ("pass", "delay", "stall", "cut answers", "half-close", "refuse")
"""What happens: nothing; later; not before the mode changes; the request arrives and its answer never does;
the same, with an orderly end; nobody listens.
"""


class Proxy:
    """Carries connections to wherever *target* says at the time. Use it in a ``with`` statement."""

    def __init__(self, target: Callable[[], tuple[str, int] | None], seed: int) -> None:
        self._target = target
        self._chance = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._ready = Event()
        self._thread = Thread(target=self._run, name="proxy", daemon=True)
        self._server: asyncio.Server | None = None
        self._pumps: set[asyncio.Future[None]] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self.mode = "pass"
        self.share = 1.0  # of the pieces that the mode befalls
        self.befallen = 0
        self.port = 0

    def __enter__(self) -> "Proxy":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_error: object) -> None:
        self.mode = "pass"
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        self._server.close()
        open_yet = asyncio.all_tasks(self._loop)
        for task in open_yet:
            task.cancel()
        if open_yet:
            self._loop.run_until_complete(asyncio.wait(open_yet))
        self._loop.run_until_complete(asyncio.sleep(0))  # aborted connections are closed in the next round
        self._loop.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)
        place = self._target()
        if self.mode == "refuse" or place is None:
            writer.transport.abort()
            return
        with suppress(OSError, asyncio.CancelledError):
            their_reader, their_writer = await asyncio.open_connection(*place)
            ends = (writer, their_writer)
            pumps = [
                asyncio.ensure_future(self._pump(reader, their_writer, ends, is_answer=False)),
                asyncio.ensure_future(self._pump(their_reader, writer, ends, is_answer=True)),
            ]
            self._pumps.update(pumps)  # the loop itself holds tasks only weakly
            try:
                await asyncio.gather(*pumps)
            finally:
                self._pumps.difference_update(pumps)
                for pump in pumps:
                    pump.cancel()
                for end in ends:
                    end.transport.abort()

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
        *,
        is_answer: bool,
    ) -> None:
        while piece := await reader.read(PIECE_BYTES):
            if self._befalls():
                await self._hold_up(ends, is_answer=is_answer)
            writer.write(piece)
            await writer.drain()
        with suppress(OSError):
            writer.write_eof()

    def _befalls(self) -> bool:
        return self.mode != "pass" and self._chance.random() < self.share

    async def _hold_up(
        self, ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter], *, is_answer: bool
    ) -> None:
        """Do to a piece what the mode says; raises OSError when that is the end of the connection."""
        mode = self.mode
        if mode in ("cut answers", "half-close") and not is_answer:
            return
        self.befallen += 1
        if mode == "delay":
            await asyncio.sleep(DELAY_S)
        while mode == "stall" and self.mode == "stall":
            await asyncio.sleep(0.02)
        if mode == "half-close":
            ends[0].write_eof()
            await asyncio.sleep(DELAY_S)
        if mode in ("cut answers", "half-close", "refuse"):
            raise ConnectionResetError(mode)
