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

import uvicorn

from indexer.embedded.http.app import create_app
from indexer.embedded.http.lifetime import announce, end_when_unused, withdraw
from indexer.embedded.http.readers import Readers
from indexer.embedded.index.errors import CannotStart
from indexer.embedded.index.machine import trouble
from indexer.embedded.index.memory import collect_rarely, share_arenas

GRACE_S = 1  # for requests under way when the end is called
READERS = 4  # each takes some 50 MB once it is asked


class CannotListen(Exception):
    """The address is taken, not of this machine, or not allowed."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. Returns: 0, or 1 when it could not start."""
    asked = _arguments(arguments)
    os.umask(0o077)  # documents and keys are its owner's alone
    share_arenas()
    collect_rarely()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    readers = Readers(asked.data, asked.readers)  # before there are sockets, locks and threads
    try:
        return asyncio.run(_serve(asked, _listen(asked.host, asked.port), readers))
    except (CannotListen, CannotStart) as error:
        print(error, file=sys.stderr)
        return 1
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


def _listen(host: str, port: int) -> socket.socket:
    """As `indexer.foundation.listening` does for our other servers; the engine imports none of it.

    Raises: CannotListen.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # asyncio switches Nagle's delay off only where the protocol is named: 40 ms an answer
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, port))
            listening.listen(128)
        except OSError:
            listening.close()
            raise
    except OSError as error:
        raise CannotListen(f"cannot listen on {host}:{port}: {error.strerror}") from None
    return listening


class _CleanServer(uvicorn.Server):
    """uvicorn raises a caught signal again after its end, which would skip our own clean end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(asked: argparse.Namespace, listening: socket.socket, readers: Readers) -> int:
    app = create_app(asked.data, os.environ.get("MEILI_MASTER_KEY"), readers)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _CleanServer(config)
    host, port = listening.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

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
        if lack is None:
            raise
        raise CannotStart(
            f"the search engine cannot start in {folder}, {lack.words}: put that right, and start "
            "it again"
        ) from error


if __name__ == "__main__":
    sys.exit(main())
