"""Whose turn it is to be asked: every source once, or the due ones again and again.

A turn is one source's listings and then its new pages. No Scrapy here but the requests it carries.
"""

import asyncio
import contextlib
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from scrapy import Request
from sqlalchemy import Connection

from crawler.net.politeness import slot_of
from crawler.net.refusals import BusyHost, HeldHost
from crawler.sources.source import Source
from crawler.state import hosts, polls, schedule
from crawler.state.intervals import Rules
from crawler.state.schedule import LEASE, Lease, sure_s
from crawler.state.transactions import Transactions
from indexer.foundation.clock import SharedClock
from indexer.foundation.times import steady_s

MOST_TURNS = 64
TAKEN_AT_ONCE = 4  # sources; the next look is soon, and other machines get their share meanwhile
SOON_S = 0.1
LONGEST_TURN_S = 1800.0  # then the source is given back, whatever became of its pages
LONGEST_NAP_S = 2.0  # so that another watcher's sources are taken over soon
SLACK = timedelta(seconds=60)  # listings due within it are asked along


@dataclass(slots=True, kw_only=True, eq=False)
class Turn:
    """One source being asked.

    listings: (kind, address) pairs. waiting: requests not sent yet, in order; under_way: requests
    and pages sent and not settled; entering: the one that has not reached its host's queue yet, so
    that none overtakes it. asked: listings, further ones included, as `same_listing` has them.
    hold: what the host asked for. more: pages were left for the next turn. slow: pages that
    did not come in time. ours_until_s: on the steady clock.
    """

    source: Source
    listings: Sequence[tuple[str, str]]
    lease: Lease | None = None
    began_s: float = field(default_factory=time.monotonic)
    waiting: deque[Request] = field(default_factory=deque)
    under_way: int = 0
    entering: Request | None = None
    asked: set[str] = field(default_factory=set)
    pages_listed: bool = False
    hold: timedelta = timedelta(0)
    more: bool = False
    slow: int = 0
    ours_until_s: float = math.inf

    def is_ours(self) -> bool:
        """Whether its requests may still be sent: no other crawler can have the source yet."""
        return steady_s() < self.ours_until_s

    def keep_back(self, host: str, why: HeldHost) -> int:
        """A host is not to be asked now: what waits for it stays as it is, for a later turn.

        Returns: how many requests that are, with the one refused.
        """
        before = len(self.waiting)
        self.waiting = deque(r for r in self.waiting if slot_of(r.url) != host)
        own = host in {slot_of(address) for _, address in polls.registered(self.source)}
        if own or isinstance(why, BusyHost):
            self.put_off(why.left_s)  # pages of another's host wait until the source is due again
        return 1 + before - len(self.waiting)

    def put_off(self, left_s: float) -> None:
        """Leave something to the source's next turn, so long from now."""
        self.hold = max(self.hold, timedelta(seconds=left_s))
        self.more = True

    def holds(self, connection: Connection) -> bool:
        """Whether what it brought may be written down: no other crawler had the source since."""
        return self.lease is None or schedule.holds(connection, self.lease)


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
            yield self._opened(Turn(source=source, listings=polls.registered(source)))

    def over(self, turn: Turn) -> None:
        """The turn's last page is settled."""
        self.open.discard(turn)
        self._changed.set()

    def give_all_back(self, connection: Connection) -> None:
        """The crawl ends."""

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
    span: how long a lease runs when it is not renewed.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        *,
        transactions: Transactions,
        owner: str,
        clock: SharedClock,
        rules: Rules,
        span: timedelta = LEASE,
    ) -> None:
        super().__init__(sources)
        self.transactions = transactions
        self.owner = owner
        self.clock = clock
        self.rules = rules
        self.span = span
        self.by_id = {source.id: source for source in self.sources}
        self.hosts = {
            source.id: {slot_of(url) for _, url in polls.registered(source)}
            for source in self.sources
        }
        self._ended: list[Turn] = []
        self._renewed_s = 0.0

    async def turns(self) -> AsyncIterator[Turn]:
        await self.transactions.run(self._enroll)
        while True:
            taken = await self._look()
            for turn in taken:
                yield self._opened(turn)
            long_s = min(LONGEST_NAP_S, self.span.total_seconds() / 6)
            await self._nap(SOON_S if len(taken) == TAKEN_AT_ONCE else long_s)
            self._forget_the_lost()

    def over(self, turn: Turn) -> None:
        if turn in self.open:  # else another watcher has it
            self._ended.append(turn)
        turn.ours_until_s = 0.0
        super().over(turn)

    def give_all_back(self, connection: Connection) -> None:
        self._finish(connection, self._ended)
        schedule.release(connection, self.owner)

    async def _look(self) -> list[Turn]:
        """One transaction: give back what is over, hold what goes on, take what is due."""
        ended, self._ended = self._ended, []
        due = steady_s() - self._renewed_s > self.span.total_seconds() / 3
        kept = [turn for turn in self.open if turn.lease] if due else []
        room = min(MOST_TURNS - len(self.open), TAKEN_AT_ONCE)

        def work(connection: Connection) -> tuple[float, set[Lease], list[Turn]]:
            self.clock.measure(connection)
            now_s = steady_s()
            self._finish(connection, ended)
            held = [turn.lease for turn in kept if turn.lease]
            lost = schedule.renew(connection, held, now=self.clock(), span=self.span)
            return now_s, set(lost), self._take(connection, room)

        now_s, lost, taken = await self.transactions.run(work)
        until_s = now_s + sure_s(self.span)
        self._renewed_s = now_s if due else self._renewed_s
        for turn in taken:
            turn.ours_until_s = until_s
        for turn in kept:
            if turn.lease in lost:  # another watcher has it now
                turn.ours_until_s = 0.0
                turn.waiting.clear()
                self.open.discard(turn)
            elif turn in self.open:
                turn.ours_until_s = until_s
        return taken

    def _take(self, connection: Connection, room: int) -> list[Turn]:
        if room <= 0:
            return []
        now = self.clock()
        busy = hosts.held_by_others(connection, self.owner, now=now, span=self.span)
        mine = {turn.source.id for turn in self.open}
        among = [n for n in self.by_id if n not in mine and not busy & self.hosts[n]]
        leases = schedule.lease(connection, self.owner, among, now=now, limit=room, span=self.span)
        return [
            Turn(
                source=self.by_id[one.source_id],
                listings=polls.listings_due(
                    connection, self.by_id[one.source_id], now=now, slack=SLACK
                ),
                lease=one,
            )
            for one in leases
        ]

    def _finish(self, connection: Connection, ended: Iterable[Turn]) -> None:
        now = self.clock()
        for turn in ended:
            if turn.lease is not None:
                due_at = polls.source_due(connection, turn.source, self.rules, now=now)
                due_at = now if turn.more else due_at
                schedule.finish(connection, turn.lease, due_at=max(due_at, now + turn.hold))

    def _enroll(self, connection: Connection) -> None:
        self.clock.measure(connection)
        schedule.release_gone(connection)
        now = self.clock()
        known = schedule.known(connection)
        missing = [source for source in self.sources if source.id not in known]
        due = {s.id: polls.source_due(connection, s, self.rules, now=now) for s in missing}
        schedule.enroll(connection, due, now=now)
