"""The state database as a running crawl uses it: transactions in one thread, one at a time.

The event loop never waits for the database: transactions run in a thread of their own, in the order
they were asked for. What is asked for while a commit waits for the disk goes into the next one
together, each piece whole or not at all; what is not urgent waits a moment for others, since pages
stored together cost less. A database that is away is waited for, with a plain line when it
goes and when it is back; nothing in flight is given up.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from indexer.foundation.database import reading, transact
from indexer.foundation.errors import DatabaseAway

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 2.0
MOST_TOGETHER = 32  # pieces in one transaction
LINGER_S = 0.3  # of a piece that may wait for others to share its commit

_T = TypeVar("_T")
_log = logging.getLogger("techwire")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Work handed in. looks: it writes nothing."""

    work: Callable[[Connection], Any]
    answer: "Future[Any]"
    looks: bool


class Transactions:
    """Where a crawl hands in what it wants written or looked up."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="state")
        self._waiting: deque[_Piece] = deque()
        self._away_since: float | None = None
        self._lingering: asyncio.TimerHandle | None = None

    async def run(self, work: Callable[[Connection], _T], *, may_linger: bool = False) -> _T:
        """Do `work` in one transaction, when the database lets us.

        may_linger: for company in its commit, `LINGER_S` at most. It may be done twice: a
        connection can be lost after the commit. Raises: DatabaseError where waiting does not help.
        """
        return await self._done(work, may_linger=may_linger)

    async def look(self, work: Callable[[Connection], _T]) -> _T:
        """`run` for work that writes nothing: it keeps no other process from writing."""
        return await self._done(work, looks=True)

    async def _done(
        self, work: Callable[[Connection], _T], *, may_linger: bool = False, looks: bool = False
    ) -> _T:
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                done = await self.try_once(work, may_linger=may_linger, looks=looks)
            except DatabaseAway as error:
                self._went_away(error)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            else:
                self._came_back()
                return done

    async def try_once(
        self, work: Callable[[Connection], _T], *, may_linger: bool = False, looks: bool = False
    ) -> _T:
        """The same without waiting for the database. Raises: DatabaseError."""
        answer: Future[_T] = Future()
        self._waiting.append(_Piece(work, answer, looks))
        if not may_linger or len(self._waiting) >= MOST_TOGETHER:
            self._begin()
        elif self._lingering is None:
            self._lingering = asyncio.get_running_loop().call_later(LINGER_S, self._begin)
        return await asyncio.wrap_future(answer)

    def close(self) -> None:
        """Let the thread end what it is doing; what only waits there is not begun."""
        self._stop_lingering()
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _begin(self) -> None:
        """Let the thread work off what waits by now, in order."""
        self._stop_lingering()
        self._thread.submit(self._work_off)

    def _stop_lingering(self) -> None:
        if self._lingering is not None:
            self._lingering.cancel()
            self._lingering = None

    def _work_off(self) -> None:
        """Do what waits, in the thread: up to `MOST_TOGETHER` pieces; other calls do the rest."""
        pieces: list[_Piece] = []
        while self._waiting and len(pieces) < MOST_TOGETHER:
            piece = self._waiting.popleft()
            if piece.answer.set_running_or_notify_cancel():
                pieces.append(piece)
        if pieces:
            self._do(pieces)

    def _do(self, pieces: Sequence[_Piece]) -> None:
        try:
            done = self._do_together(pieces)
        except Exception as error:  # noqa: BLE001 -- told to whoever waits for it
            if len(pieces) > 1 and not isinstance(error, DatabaseAway):
                for piece in pieces:  # one of them broke: the others shall not
                    self._do([piece])
                return
            for piece in pieces:
                piece.answer.set_exception(error)
        else:
            for piece, result in zip(pieces, done, strict=True):
                piece.answer.set_result(result)

    def _do_together(self, pieces: Sequence[_Piece]) -> list[Any]:
        if all(piece.looks for piece in pieces):
            with reading(self.engine) as connection:
                return [piece.work(connection) for piece in pieces]
        return transact(
            self.engine, lambda connection: [piece.work(connection) for piece in pieces]
        )

    def _went_away(self, error: DatabaseAway) -> None:
        if self._away_since is None:
            self._away_since = time.monotonic()
            _log.warning("%s; waiting for it, nothing is lost", error)

    def _came_back(self) -> None:
        if self._away_since is not None:
            gone_s = time.monotonic() - self._away_since
            self._away_since = None
            _log.warning("the state database is back after %.0f s", gone_s)
