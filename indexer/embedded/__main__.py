"""`python -m indexer.embedded --data DIR`: one server on one folder, until it is told to end."""

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path

from indexer.embedded.http.app import create_app
from indexer.embedded.http.lifetime import announce, end_when_unused, withdraw
from indexer.embedded.http.readers import Readers
from indexer.embedded.index.errors import CannotStart, StoreUnreadable
from indexer.embedded.index.machine import trouble
from indexer.embedded.index.memory import collect_rarely, share_arenas
from indexer.listening.patience import Patience
from indexer.listening.running import server_of
from indexer.listening.sockets import CannotListen, listen, url_of

UNREADABLE = 3  # exit code: the store is damaged, and starting again would not help
GRACE_S = 1  # for requests under way when the end is called
READERS = 4  # each takes some 50 MB once it is asked


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. Returns: 0, 1 when it could not start, or UNREADABLE."""
    asked = _arguments(arguments)
    os.umask(0o077)  # documents and keys are its owner's alone
    share_arenas()
    collect_rarely()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    readers = Readers(asked.data, asked.readers)  # before there are sockets, locks and threads
    try:
        return asyncio.run(_serve(asked, listen(asked.host, asked.port), readers))
    except (CannotListen, CannotStart) as error:
        print(error, file=sys.stderr)
        return UNREADABLE if isinstance(error, StoreUnreadable) else 1
    except KeyboardInterrupt:
        return 0
    finally:
        readers.close()


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m indexer.embedded", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of the index; made if absent"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--serve-host",
        action="append",
        default=[],
        metavar="NAME",
        help="answer requests to this name too, beside --host and loopback's; may be repeated",
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=Patience().head_s,
        metavar="SECONDS",
        help="for a client to say what it asks for",
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument(
        "--readers",
        type=int,
        default=min(READERS, os.cpu_count() or 1),
        metavar="N",
        help=f"processes that search, as many as cores up to {READERS}; 0: none but the server",
    )
    parser.add_argument(
        "--while-locked",
        type=Path,
        metavar="FILE",
        help="end when nobody has held a lock on this file for ten seconds",
    )
    return parser.parse_args(arguments)


async def _serve(asked: argparse.Namespace, listening: socket.socket, readers: Readers) -> int:
    names = (asked.host, *asked.serve_host)
    app = create_app(asked.data, os.environ.get("MEILI_MASTER_KEY"), readers, names)
    patience = Patience(head_s=asked.patience)
    server = server_of(app, patience, grace_s=GRACE_S, lifespan="off")
    url = url_of(listening)

    def end() -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    async with AsyncExitStack() as stack:
        watcher = None
        with _plain_troubles(asked.data):
            await stack.enter_async_context(app.router.lifespan_context(app))
            announce(asked.data, url)
        if asked.while_locked is not None:
            watcher = asyncio.create_task(end_when_unused(asked.while_locked, end))
        with suppress(OSError):  # a log on a full disk
            print(url, flush=True)
        try:
            await server.serve(sockets=[listening])
        finally:
            withdraw(asked.data)
            if watcher is not None:
                watcher.cancel()
    return 0


@contextmanager
def _plain_troubles(folder: Path) -> Iterator[None]:
    """Say in a line what the machine lacks for a start. Raises: CannotStart."""
    try:
        yield
    except Exception as error:
        lack = trouble(error)
        if lack is None and not isinstance(error, OSError):
            raise
        words = lack.words if lack else str(error)
        raise CannotStart(
            f"the search engine cannot start in {folder}, {words}: put that right, and start it "
            "again"
        ) from error


if __name__ == "__main__":
    sys.exit(main())
