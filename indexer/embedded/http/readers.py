"""The reader processes, seen from the server: searches go to one of them, one at a time each.

Python runs one thing at a time in a process. With searches elsewhere the server takes requests,
indexes and hands answers on while every core searches. Another process takes the place of one that
ends or answers no more.
"""

import asyncio
import logging
import multiprocessing
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

from indexer.embedded.http.access import Permissions
from indexer.embedded.http.calls import BROKEN, Asked, Reply, SearchHandler, refusal
from indexer.embedded.http.reader_process import HEAD, TAIL, serve
from indexer.embedded.tasks.engine import Engine

LOG = logging.getLogger("indexer.embedded")
QUIET_S = 10.0  # without a commit for so long, idle readers open what is new
LONGEST_S = 60.0  # for an answer: a client has given up by then
END_S = 1.0  # for a search under way when the server ends
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0  # between two readers that do not come up


class _ReaderProcess:
    """One process and the line to it. seen: the moment of the engine it knows."""

    def __init__(
        self, line: socket.socket, process: "ForkProcess | subprocess.Popen[bytes]"
    ) -> None:
        self._line, self._process = line, process
        self.seen = -1

    def exit_code(self) -> int | None:
        """None while it runs."""
        process = self._process
        return process.poll() if isinstance(process, subprocess.Popen) else process.exitcode

    async def open(self) -> None:
        self._in, self._out = await asyncio.open_connection(sock=self._line)

    async def ask(self, message: bytes) -> Reply:
        """Send a message and wait for its answer. Raises: EOFError, OSError."""
        self._out.write(HEAD.pack(len(message)) + message)
        async with asyncio.timeout(LONGEST_S):
            status, size = TAIL.unpack(await self._in.readexactly(TAIL.size))
            return Reply(status, await self._in.readexactly(size))

    def hang_up(self) -> None:
        self._out.close()

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        """Wait for the process to end, which it does once the line is closed; or end it."""
        self._line.close()
        if isinstance(self._process, subprocess.Popen):
            try:
                self._process.wait(END_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            return
        self._process.join(END_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _forked(folder: Path, others: Sequence[_ReaderProcess]) -> _ReaderProcess:
    """A reader that shares what is imported already; none where there are threads.

    Raises: OSError.
    """
    line, far_end = socket.socketpair()
    lines = [line, *(other._line for other in others)]
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=serve, args=(far_end, lines, folder), name="reader", daemon=True)
    try:
        process.start()
    except OSError:
        line.close()
        raise
    finally:
        far_end.close()
    return _ReaderProcess(line, process)


def _started(folder: Path) -> _ReaderProcess:
    """A reader that is a program of its own, and imports everything. Raises: OSError."""
    line, far_end = socket.socketpair()
    number = far_end.fileno()
    words = [sys.executable, "-m", "indexer.embedded.http.reader_process", str(number), str(folder)]
    try:
        # a group of its own: Ctrl-C is for the server, which hangs up
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, pass_fds=[number], process_group=0
        )
    except OSError:
        line.close()
        raise
    finally:
        far_end.close()
    return _ReaderProcess(line, process)


class Readers:
    """Made before the server has threads; `open` and `hang_up` in its event loop, `close` after."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder, self._wanted = folder, count
        self._all: list[_ReaderProcess] = []
        try:
            for _ in range(count):
                self._all.append(_forked(folder, self._all))
        except OSError as error:
            LOG.warning(
                "%d of %d reader processes could be started (%s): searches take longer for a while",
                len(self._all),
                count,
                error.strerror,
            )
        # the one that answered last is asked first: its memory is warm, that of others small
        self._idle: asyncio.LifoQueue[_ReaderProcess | None] = asyncio.LifoQueue()
        self._told = -1
        self._pause_s, self._next_start_s = FIRST_PAUSE_S, 0.0

    async def open(self, engine: Engine) -> None:
        self._engine = engine
        engine.condition.readers_wanted = self._wanted
        for reader in reversed(self._all):
            await reader.open()
            self._idle.put_nowait(reader)
        self._count()

    def _count(self) -> None:
        self._engine.condition.readers = len(self._all)
        if not self._all:
            self._idle.put_nowait(None)

    def hang_up(self) -> None:
        """Before the event loop ends."""
        for reader in self._all:
            reader.hang_up()

    def close(self) -> None:
        for reader in self._all:
            reader.end()

    async def answer(
        self, handler: SearchHandler, asked: Asked, access: Permissions
    ) -> Reply | None:
        """Have a search done. None: there is no reader, it has to be done here."""
        before, _ = self._engine.published()
        found = await self._answer(handler, asked, access)
        now, news = self._engine.published()
        if now != before and news.unready:  # it may have looked into a folder that was emptied
            found = await self._answer(handler, asked, access)
        return found

    async def _answer(
        self, handler: SearchHandler, asked: Asked, access: Permissions
    ) -> Reply | None:
        while (reader := await self._idle.get()) is not None and reader.exit_code() is not None:
            self._lost(reader)
        if reader is None:
            self._idle.put_nowait(None)  # for whoever else waits
            return None
        # a client that hangs up must not leave its answer on the line
        return await asyncio.shield(self._ask(reader, (handler, asked, access)))

    async def tell_news(self) -> None:
        """Tell readers what is new: they let go of replaced files, and are ready for a search.

        Waits for a time without commits: to be called every QUIET_S.
        """
        before, self._told = self._told, self._engine.published()[0]
        if before in (-1, self._told):
            await self._tell_idle(self._told)

    async def _tell_idle(self, now: int) -> None:
        stale = []
        idle = [self._idle.get_nowait() for _ in range(self._idle.qsize())]
        for reader in reversed(idle):
            first = reader is idle[0]  # the others may never be needed
            if reader is not None and reader.seen != now and (first or reader.seen >= 0):
                stale.append(reader)
            else:
                self._idle.put_nowait(reader)
        await asyncio.gather(*(self._ask(reader, None) for reader in stale))

    async def _ask(self, reader: _ReaderProcess, search: Any) -> Reply:
        moment, news = self._engine.published()
        told = None if reader.seen == moment else news
        try:
            reply = await reader.ask(pickle.dumps((told, search)))
        except TimeoutError:
            LOG.error("a reader process did not answer within %.0f s: it is ended", LONGEST_S)
            reader.kill()
            self._lost(reader)
            return refusal(BROKEN)
        except (EOFError, OSError):
            self._lost(reader)
            return refusal(BROKEN)
        reader.seen = moment
        self._idle.put_nowait(reader)
        return reply

    def _lost(self, reader: _ReaderProcess) -> None:
        if reader not in self._all:
            return
        self._all.remove(reader)
        reader.hang_up()
        reader.end()
        code = reader.exit_code()
        LOG.error("a reader process ended (exit code %s): another takes its place", code)
        self._count()

    async def replace_lost(self) -> None:
        """Have as many readers as wanted; to be called now and then."""
        for reader in [one for one in self._all if one.exit_code() is not None]:
            self._lost(reader)
        while len(self._all) < self._wanted and time.monotonic() >= self._next_start_s:
            self._next_start_s = time.monotonic() + self._pause_s
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
            await self._add()

    async def _add(self) -> None:
        try:
            reader = _started(self._folder)
        except OSError as error:
            LOG.warning("no reader process could be started (%s), tried again", error.strerror)
            return
        self._all.append(reader)
        await reader.open()
        await self._ask(reader, None)  # it opens what is published before a search waits for it
        if reader in self._all:
            self._pause_s, self._next_start_s = FIRST_PAUSE_S, 0.0
            self._count()
            idle = [self._idle.get_nowait() for _ in range(self._idle.qsize())]
            for one in reversed(idle):
                if one is not None:
                    self._idle.put_nowait(one)
