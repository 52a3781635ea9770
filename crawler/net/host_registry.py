"""The hosts one crawl asks: what they want, and which of them are ours to ask now.

A host is taken from the state database (`state.hosts`) before its first request and kept while it
is in use, so that a request costs no question there. One task renews what is in use and gives back
what is not.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from crawler.formats.freshness import retry_after as asked_to_wait
from crawler.net.clock_check import ClockCheck
from crawler.net.politeness import WORTH_WAITING_S, Politeness, held
from crawler.net.refusals import BusyHost
from crawler.state import hosts
from crawler.state.hosts import Busy, Rest
from crawler.state.schedule import sure_s
from crawler.state.transactions import Transactions
from indexer.foundation.clock import SharedClock
from indexer.foundation.errors import DatabaseError
from indexer.foundation.times import steady_s

IDLE_S = 3.0  # unused for so long, a host is given back
TICK_S = 1.0
MOST_HOSTS = 10_000
LOOK_AGAIN_S = 0.5  # at a host another crawler asks
LEFT_ALONE_S = 5.0  # after waiting for it in vain
UNTOLD_HOLD_S = 30.0  # after a 429 or 503 that names no time


@dataclass(slots=True)
class Host:
    """One host. Times are seconds on the steady clock.

    ours_until: how long nobody else asks it. users: requests sent or waiting. idle_since: when the
    last of them ended. busy_until: another crawler had it, ask again then.
    """

    politeness: Politeness = field(default_factory=Politeness)
    ours_until: float = 0.0
    users: int = 0
    idle_since: float = 0.0
    busy_until: float = 0.0
    turnstile: asyncio.Lock = field(default_factory=asyncio.Lock)


class HostRegistry:
    """Hosts by name ("host:port"). owner: names this crawl in the database. span: of a lease."""

    def __init__(
        self, transactions: Transactions, *, owner: str, clock: SharedClock, span: timedelta
    ) -> None:
        self.transactions = transactions
        self.owner = owner
        self.clock = clock
        self.clock_check = ClockCheck(clock)
        self.span = span
        self._span_s = span.total_seconds()
        self._hosts: dict[str, Host] = {}
        self._taken: set[str] = set()  # ours in the database, as far as we know
        self._tending: asyncio.Task[None] | None = None
        self._renewed_s = 0.0

    def of(self, name: str) -> Host:
        """A host, known or new."""
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= MOST_HOSTS:
                self._forget_one()
            host = self._hosts[name] = Host()
        return host

    @contextlib.asynccontextmanager
    async def using(self, name: str) -> AsyncIterator[Host]:
        """Have a host for oneself while the block runs; once taken, it is not given back then."""
        host = self.of(name)
        host.users += 1
        try:
            async with host.turnstile:  # a slot without a delay lets several through at once
                yield host
        finally:
            host.users -= 1
            host.idle_since = steady_s()

    async def may_ask(self, name: str, host: Host, *, patience_s: float = WORTH_WAITING_S) -> None:
        """Wait for this host's next moment. Raises: HeldHost or BusyHost when that is far.

        patience_s: for another crawler that asks it.
        """
        began_s = steady_s()
        while True:
            now_s = steady_s()
            if host.busy_until > now_s:
                raise _busy(name, host.busy_until - now_s)
            if host.ours_until <= now_s:
                busy = await self.take(name)
                if busy is None:
                    continue
                if steady_s() - began_s > patience_s:
                    host.busy_until = steady_s() + LEFT_ALONE_S
                await asyncio.sleep(min(LOOK_AGAIN_S, busy.left_s))
                continue
            if host.politeness.is_held(now_s):
                raise held(name, host.politeness.held_until - now_s)
            left_s = host.politeness.left_s(now_s)
            if left_s <= 0:
                return
            await asyncio.sleep(left_s)

    async def answered(
        self, name: str, status: int, *, retry_after: str, date: str, age: str
    ) -> None:
        """Take note of what a host's answer says of our clock and pace, by its headers."""
        self.clock_check.heard(name, date=date, age=age)
        if status in (429, 503):
            asked = asked_to_wait(retry_after, date=date, now=self.clock())
            hold_s = UNTOLD_HOLD_S if asked is None else asked.total_seconds()
            self.of(name).politeness.complain(steady_s(), hold_s)
            await self.note(name)

    async def take(self, name: str) -> Busy | None:
        """Lease a host. Returns: how long another crawler holds it, or None when it is ours."""
        host = self.of(name)

        def work(connection: Connection) -> tuple[float, float, Rest | Busy]:
            self.clock.measure(connection)
            now, now_s = self.clock(), steady_s()
            pace_s = host.politeness.delay_s(now_s)
            got = hosts.take(connection, name, self.owner, now=now, span=self.span, pace_s=pace_s)
            return now.timestamp(), now_s, got

        if self._tending is None:
            self._tending = asyncio.create_task(self._tend())
        now, now_s, got = await self.transactions.run(work)
        if isinstance(got, Busy):
            return got
        self._taken.add(name)
        host.ours_until = self._sure_until(now_s)
        host.idle_since = now_s
        politeness = host.politeness
        politeness.held_until = max(politeness.held_until, got.free_at - now + now_s)
        if got.slowed_at - now + now_s > politeness.slowed_at:
            politeness.slowed_s, politeness.slowed_at = got.slowed_s, got.slowed_at - now + now_s
        return None

    async def note(self, name: str) -> None:
        """Write down at once what a host asked for."""
        with contextlib.suppress(DatabaseError):  # then only we keep to it
            await self._hand_in(set(), {name})

    def rests(self, names: Iterable[str]) -> dict[str, Rest]:
        """What the next crawler must know of these hosts."""
        now_s = steady_s()
        to_unix = self.clock().timestamp() - now_s
        found = {}
        for name in names:
            politeness = self._hosts[name].politeness
            found[name] = Rest(
                free_at=max(0.0, now_s + politeness.left_s(now_s) + to_unix),
                pace_s=politeness.delay_s(now_s),
                slowed_s=politeness.slowed_s,
                slowed_at=max(0.0, politeness.slowed_at + to_unix),
            )
        return found

    def give_all_back(self, connection: Connection) -> None:
        """The crawl ends."""
        hosts.give_back(connection, self.rests(self._taken), self.owner, now=self.clock())

    def close(self) -> None:
        """Stop renewing."""
        if self._tending is not None:
            self._tending.cancel()

    async def _tend(self) -> None:
        while True:
            await asyncio.sleep(min(TICK_S, self._span_s / 6))
            now_s = steady_s()
            idle = {name for name in self._taken if self._is_idle(name, now_s)}
            due = now_s - self._renewed_s > self._span_s / 3
            kept = self._taken - idle if due else set()
            for name in idle:  # from now on a request takes it anew, behind what is written here
                self._hosts[name].ours_until = 0.0
            if due:
                self._renewed_s = now_s
            if idle or kept:
                with contextlib.suppress(DatabaseError):  # what is not renewed runs out
                    await self._hand_in(idle, kept)

    async def _hand_in(self, idle: set[str], kept: set[str]) -> None:
        """One transaction: give back what is idle, hold the rest for longer."""
        left, held = self.rests(idle), self.rests(kept)

        def work(connection: Connection) -> tuple[set[str], float]:
            hosts.give_back(connection, left, self.owner, now=self.clock())
            now, now_s = self.clock(), steady_s()
            lost = hosts.renew(connection, held, self.owner, now=now, span=self.span)
            return lost, now_s

        lost, now_s = await self.transactions.try_once(work)
        self._taken -= idle | lost
        for name in kept:
            self._hosts[name].ours_until = 0.0 if name in lost else self._sure_until(now_s)

    def _sure_until(self, now_s: float) -> float:
        return now_s + sure_s(self.span)

    def _is_idle(self, name: str, now_s: float) -> bool:
        host = self._hosts[name]
        return not host.users and now_s - host.idle_since > min(IDLE_S, self._span_s / 6)

    def _forget_one(self) -> None:
        for name, host in self._hosts.items():
            if name not in self._taken and not host.users:
                del self._hosts[name]
                return


def _busy(name: str, left_s: float) -> BusyHost:
    return BusyHost(f"{name} is being asked by another crawler", left_s=left_s)
