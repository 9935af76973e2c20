"""A TCP proxy on a loopback port that the system picks: a network that can be made to misbehave.

Passes bytes on and knows no protocol. One thread runs it; its methods may be called from any other.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Any

LOOPBACK = "127.0.0.1"
CHUNK = 65_536
AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER on, with no time: what is closed is reset."""

Pass = Callable[[bytes, asyncio.StreamWriter], Awaitable[bool]]


class Proxy:
    """In front of the port that *upstream* names at each connection. Used as a context manager."""

    def __init__(self, upstream: Callable[[], int]) -> None:
        self._upstream = upstream
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._delay_s = 0.0
        self._cuts_left = self._cut_after = 0
        self._refuses = False
        self.port = self.accepted = self.resets = self.cuts = 0

    def __enter__(self) -> "Proxy":
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # -- how it behaves

    def heal(self) -> None:
        """Pass everything on at once again, also what was kept while it stalled."""
        self._delay_s = 0.0
        self._cuts_left = 0
        self._refuses = False
        self._loop.call_soon_threadsafe(self._flows.set)

    def delay(self, seconds: float) -> None:
        """From now on keep each piece of an answer for *seconds*."""
        self._delay_s = seconds

    def stall(self) -> None:
        """Go on accepting, and pass nothing on until `heal`."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def cut_answers(self, times: int, after: int) -> None:
        """Close the connections of the next *times* answers after so many bytes of them."""
        self._cut_after, self._cuts_left = after, times

    def reset_all(self) -> None:
        """Reset every connection that is open now, towards both sides."""
        self._do(self._reset())

    def refuse(self) -> None:
        """Reset what is open, and from now on every connection that is made."""
        self._refuses = True
        self.reset_all()

    # -- how it works; everything below runs in the proxy's thread

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _listen(self) -> None:
        self._flows.set()
        self._server = await asyncio.start_server(self._accept, LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _reset(self) -> None:
        self.resets += len(self._open) // 2
        for writer in self._open:
            with suppress(OSError):  # closed just now by its other side
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            writer.transport.abort()

    async def _accept(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if self._refuses:
            to_client.transport.abort()
            return
        try:
            from_server, to_server = await asyncio.open_connection(LOOPBACK, self._upstream())
        except OSError:
            to_client.transport.abort()
            return
        self._open |= {to_client, to_server}
        ways = [
            self._pump(from_client, to_server, self._question),
            self._pump(from_server, to_client, self._answer),
        ]
        tasks = [asyncio.ensure_future(way) for way in ways]
        self._tasks.update(tasks)
        try:
            await asyncio.wait(tasks)
        finally:
            self._tasks.difference_update(tasks)
            self._open -= {to_client, to_server}

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, way: Pass) -> None:
        try:
            while chunk := await source.read(CHUNK):
                await self._flows.wait()
                if not await way(chunk, target):
                    break
        except OSError:
            pass  # the other way finds out by itself
        finally:
            target.close()

    async def _question(self, chunk: bytes, target: asyncio.StreamWriter) -> bool:
        target.write(chunk)
        await target.drain()
        return True

    async def _answer(self, chunk: bytes, target: asyncio.StreamWriter) -> bool:
        if self._delay_s:
            await asyncio.sleep(self._delay_s)
        whole = self._cuts_left == 0
        if not whole:
            self._cuts_left -= 1
            self.cuts += 1
            chunk = chunk[: self._cut_after]
        target.write(chunk)
        await target.drain()
        return whole
