"""Which ports are free, and whether a process of ours is the one that listens on one."""

import socket
from contextlib import ExitStack
from pathlib import Path

_LISTENING = "0A"


def free_ports(count: int) -> list[int]:
    """Different ports of the loopback interface that nobody listens on now."""
    with ExitStack() as bound:
        sockets = [bound.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def listens(pid: int, port: int) -> bool:
    """Whether process *pid* listens on *port*; where /proc is missing, whether anybody does."""
    if not Path("/proc/net/tcp").exists():
        return _answers(port)
    inodes = {
        f"socket:[{columns[9]}]"
        for table in ("tcp", "tcp6")
        for columns in map(str.split, Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:])
        if columns[3] == _LISTENING and int(columns[1].rpartition(":")[2], 16) == port
    }
    return bool(inodes) and any(_target(link) in inodes for link in Path(f"/proc/{pid}/fd").iterdir())


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:  # closed while we looked
        return ""
