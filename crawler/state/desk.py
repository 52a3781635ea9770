"""The state database as a running crawl uses it: one thread, one transaction at a time, patience.

The event loop never waits for the database: transactions run in a thread of their own, in the order
they were asked for. A database that is away is waited for, with a plain line when it goes and when
it is back; nothing in flight is given up.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine

from indexer.database import transact
from indexer.errors import DatabaseAway

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 2.0

_T = TypeVar("_T")
_log = logging.getLogger("techwire")


class Desk:
    """Where a crawl hands in what it wants written or looked up."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="state")
        self._away_since: float | None = None

    async def run(self, work: Callable[[Connection], _T]) -> _T:
        """Do `work` in one transaction, when the database lets us.

        It may be done twice: a connection can be lost after the commit.
        Raises: DatabaseError where waiting does not help.
        """
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                done = await self.try_once(work)
            except DatabaseAway as error:
                self._went_away(error)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            else:
                self._came_back()
                return done

    async def try_once(self, work: Callable[[Connection], _T]) -> _T:
        """The same without waiting. Raises: DatabaseError."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, transact, self.engine, work)

    def close(self) -> None:
        """Let the thread end; what it was given is still done."""
        self._thread.shutdown(wait=False)

    def _went_away(self, error: DatabaseAway) -> None:
        if self._away_since is None:
            self._away_since = time.monotonic()
            _log.warning("%s; waiting for it, nothing is lost", error)

    def _came_back(self) -> None:
        if self._away_since is not None:
            gone_s = time.monotonic() - self._away_since
            self._away_since = None
            _log.warning("the state database is back after %.0f s", gone_s)
