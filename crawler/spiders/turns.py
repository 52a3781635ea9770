"""Whose turn it is to be asked: every source once, or the due ones again and again.

A turn is one source's listings and then its new pages. No Scrapy here but the requests it carries.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scrapy import Request
from sqlalchemy import Engine

from crawler.sources.source import Source
from crawler.state import paces, schedule
from crawler.state.intervals import Rules
from crawler.state.schedule import LEASE, Lease
from indexer.database import begin

MOST_TURNS = 64
LONGEST_TURN_S = 1800.0  # then the source is given back, whatever became of its pages
LONGEST_NAP_S = 2.0  # so that another watcher's sources are taken over soon
SLACK = timedelta(seconds=60)  # listings due within it are asked along

Clock = Callable[[], datetime]


@dataclass(slots=True, kw_only=True, eq=False)
class Turn:
    """One source being asked.

    listings: (kind, address) pairs. waiting: requests not sent yet, in order; under_way: requests
    and pages sent and not settled; entering: the one that has not reached its host's queue yet, so
    that none overtakes it. asked: listings, further ones included. hold: what the host
    asked for. more: pages were left for the next turn.
    """

    source: Source
    listings: Sequence[tuple[str, str]]
    lease: Lease | None = None
    began_s: float = field(default_factory=time.monotonic)
    waiting: deque[Request] = field(default_factory=deque)
    under_way: int = 0
    entering: Request | None = None
    asked: int = 0
    pages_listed: bool = False
    hold: timedelta = timedelta(0)
    more: bool = False


class OnePass:
    """Every source once, a bounded number at a time."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = tuple(sources)
        self.open: set[Turn] = set()
        self._changed = asyncio.Event()

    async def turns(self) -> AsyncIterator[Turn]:
        for source in self.sources:
            while len(self.open) >= MOST_TURNS:
                await self._nap(LONGEST_NAP_S)
                self._forget_the_lost()
            yield self._opened(Turn(source=source, listings=paces.registered(source)))

    def over(self, turn: Turn) -> None:
        """The turn's last page is settled."""
        self.open.discard(turn)
        self._changed.set()

    def close(self) -> None:
        """The crawl ends."""
        self.open.clear()

    def _opened(self, turn: Turn) -> Turn:
        self.open.add(turn)
        return turn

    async def _nap(self, seconds: float) -> None:
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)

    def _forget_the_lost(self) -> None:
        now_s = time.monotonic()
        for turn in [t for t in self.open if now_s - t.began_s > LONGEST_TURN_S]:
            self.over(turn)


class Watch(OnePass):
    """The sources that are due, leased, for ever.

    owner: names this watcher in the schedule. rules: how eagerly listings are asked.
    """

    def __init__(
        self, sources: Iterable[Source], *, database: Engine, owner: str, clock: Clock, rules: Rules
    ) -> None:
        super().__init__(sources)
        self.database = database
        self.owner = owner
        self.clock = clock
        self.rules = rules
        self.by_id = {source.id: source for source in self.sources}
        self._renewed_s = time.monotonic()

    async def turns(self) -> AsyncIterator[Turn]:
        self._enroll()
        while True:
            for one in self._lease():
                yield self._opened(self._turn_of(one))
            await self._nap(LONGEST_NAP_S)
            self._renew()
            self._forget_the_lost()

    def over(self, turn: Turn) -> None:
        super().over(turn)
        if turn.lease is None:
            return
        now = self.clock()
        with begin(self.database) as connection:
            due_at = paces.source_due(connection, turn.source, self.rules, now=now)
            if turn.more:
                due_at = now
            schedule.finish(connection, turn.lease, due_at=max(due_at, now + turn.hold))

    def close(self) -> None:
        with begin(self.database) as connection:
            schedule.release(connection, [turn.lease for turn in self.open if turn.lease])
        super().close()

    def _enroll(self) -> None:
        now = self.clock()
        with begin(self.database) as connection:
            missing = [s for s in self.sources if s.id not in schedule.known(connection)]
            due = {s.id: paces.source_due(connection, s, self.rules, now=now) for s in missing}
            schedule.enroll(connection, due, now=now)

    def _lease(self) -> list[Lease]:
        room = MOST_TURNS - len(self.open)
        if room <= 0:
            return []
        with begin(self.database) as connection:
            return schedule.lease(connection, self.owner, self.by_id, now=self.clock(), limit=room)

    def _turn_of(self, one: Lease) -> Turn:
        source = self.by_id[one.source_id]
        with begin(self.database) as connection:
            due = paces.listings_due(connection, source, now=self.clock(), slack=SLACK)
        return Turn(source=source, listings=due, lease=one)

    def _renew(self) -> None:
        if time.monotonic() - self._renewed_s < LEASE.total_seconds() / 3:
            return
        self._renewed_s = time.monotonic()
        by_lease = {turn.lease: turn for turn in self.open if turn.lease}
        with begin(self.database) as connection:
            for lost in schedule.renew(connection, by_lease, now=self.clock()):
                by_lease[lost].waiting.clear()  # another watcher has it now
                self.open.discard(by_lease[lost])
