"""`make mongo`: a MongoDB for development in the foreground; Ctrl-C stops it, and its data is kept."""

import sys
from pathlib import Path

from deploy.servers.foreground import in_foreground, tell
from deploy.servers.mongo_server import MongoServer, NoServerError, fetch_double

DATA = Path(__file__).parents[2] / ".guanxi" / "mongo"
PORT = 27017


def main() -> None:
    """Run one server until told to stop."""
    fetch_double()
    server = MongoServer(DATA, PORT)
    in_foreground(server, lambda: _started(server))


def _started(server: MongoServer) -> None:
    tell(f"{server.name} listens; use it with\n\n  export GUANXI_STORE={server.url()}\n")


if __name__ == "__main__":
    try:
        main()
    except NoServerError as error:
        sys.exit(f"no MongoDB: {error}")
