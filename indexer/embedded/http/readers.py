"""The reader processes, seen from the server: searches go to one of them, one at a time each.

Python runs one thing at a time in a process. With searches elsewhere the server takes requests,
indexes and hands answers on while every core searches.
"""

import asyncio
import logging
import multiprocessing
import pickle
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from indexer.embedded.http.access import Access
from indexer.embedded.http.calls import BROKEN, Asked, Reply, SearchHandler, refusal
from indexer.embedded.http.reading import HEAD, TAIL, serve
from indexer.embedded.tasks.engine import Engine

LOG = logging.getLogger("indexer.embedded")
QUIET_S = 10.0  # without a commit for so long, idle readers open what is new
END_S = 1.0  # for a search under way when the server ends


class _Reader:
    """One process and the line to it. seen: the moment of the engine it knows. Raises: OSError."""

    def __init__(self, folder: Path, others: Sequence["_Reader"]) -> None:
        self._line, far_end = socket.socketpair()
        lines = [self._line, *(other._line for other in others)]
        fork = multiprocessing.get_context("fork")  # what is imported already is shared
        self.process = fork.Process(
            target=serve, args=(far_end, lines, folder), name="reader", daemon=True
        )
        try:
            self.process.start()
        except OSError:
            self._line.close()
            raise
        finally:
            far_end.close()
        self.seen = -1

    async def open(self) -> None:
        self._in, self._out = await asyncio.open_connection(sock=self._line)

    async def ask(self, message: bytes) -> Reply:
        """Send a message and wait for its answer. Raises: EOFError, OSError."""
        self._out.write(HEAD.pack(len(message)) + message)
        status, size = TAIL.unpack(await self._in.readexactly(TAIL.size))
        return Reply(status, await self._in.readexactly(size))

    def hang_up(self) -> None:
        self._out.close()

    def end(self) -> None:
        """Wait for the process to end, which it does once the line is closed; or end it."""
        self._line.close()
        self.process.join(END_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class Readers:
    """Made before the server has threads, opened and hung up in its event loop, closed at last."""

    def __init__(self, folder: Path, count: int) -> None:
        self._all: list[_Reader] = []
        try:
            for _ in range(count):
                self._all.append(_Reader(folder, self._all))
        except OSError as error:
            LOG.warning(
                "%d of %d reader processes could be started (%s): searches take longer",
                len(self._all),
                count,
                error.strerror,
            )
        self._alive = len(self._all)
        # the one that answered last is asked first: its memory is warm, that of others small
        self._idle: asyncio.LifoQueue[_Reader | None] = asyncio.LifoQueue()

    async def open(self, engine: Engine) -> None:
        self._engine = engine
        for reader in reversed(self._all):
            await reader.open()
            self._idle.put_nowait(reader)
        if not self._all:
            self._idle.put_nowait(None)

    def hang_up(self) -> None:
        """Before the event loop ends."""
        for reader in self._all:
            reader.hang_up()

    def close(self) -> None:
        for reader in self._all:
            reader.end()

    async def answer(self, handler: SearchHandler, asked: Asked, access: Access) -> Reply | None:
        """Have a search done. None: there is no reader, it has to be done here."""
        while (reader := await self._idle.get()) is not None and not reader.process.is_alive():
            self._lost(reader)
        if reader is None:
            self._idle.put_nowait(None)  # for whoever else waits
            return None
        # a client that hangs up must not leave its answer on the line
        return await asyncio.shield(self._ask(reader, (handler, asked, access)))

    async def keep_fresh(self) -> None:
        """Tell readers what is new: they let go of replaced files, and are ready for a search."""
        before = now = self._engine.published()[0]
        while True:
            if now == before:
                await self._tell_idle(now)
            await asyncio.sleep(QUIET_S)
            before, now = now, self._engine.published()[0]

    async def _tell_idle(self, now: int) -> None:
        stale = []
        idle = [self._idle.get_nowait() for _ in range(self._idle.qsize())]
        for reader in reversed(idle):
            first = reader is idle[0]  # the others may never be needed
            if reader is not None and reader.seen != now and (first or reader.seen >= 0):
                stale.append(reader)
            else:
                self._idle.put_nowait(reader)
        for reader in stale:
            await self._ask(reader, None)

    async def _ask(self, reader: _Reader, search: Any) -> Reply:
        moment, versions = self._engine.published()
        news: Mapping[str, int] | None = None if reader.seen == moment else versions
        try:
            reply = await reader.ask(pickle.dumps((news, search)))
        except (EOFError, OSError):
            self._lost(reader)
            return refusal(BROKEN)
        reader.seen = moment
        self._idle.put_nowait(reader)
        return reply

    def _lost(self, reader: _Reader) -> None:
        reader.hang_up()
        reader.end()
        self._alive -= 1
        LOG.error(
            "a reader process ended (exit code %s), %d are left: restart the server for a new one",
            reader.process.exitcode,
            self._alive,
        )
        if not self._alive:
            self._idle.put_nowait(None)
