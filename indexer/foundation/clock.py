"""The time that all processes of one state database share, and what is believed of stored times.

On PostgreSQL the shared time is the database's: machines whose clocks differ would lose each
other's leases. On SQLite it is the machine's own.

A clock can be wrong for a while, by a day or by years, and what was stored then stays. So no stored
time is believed unbounded: one that has passed does not lie ahead, and one that may lie ahead lies
no farther than it ever does. The first of each kind that is not believed is said, in one line.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from indexer.foundation.times import now_utc, steady_s

CLOCK_SLACK = timedelta(minutes=5)  # what honest clocks differ by
MEASURED_EVERY_S = 300.0

Clock = Callable[[], datetime]
_log = logging.getLogger("techwire")
_told: set[str] = set()


class SharedClock:
    """Call it for the time all processes share.

    `measure` asks the database now and then, so that asking for the time costs nothing.
    """

    def __init__(self, own: Clock = now_utc) -> None:
        self._own = own
        self._measured: tuple[datetime, float] | None = None  # there, and here on the steady clock

    def __call__(self) -> datetime:
        if self._measured is None:
            return self._own()
        there, then_s = self._measured
        return there + timedelta(seconds=steady_s() - then_s)

    def measure(self, connection: Connection) -> None:
        """Ask the database's clock, unless that was done lately."""
        if connection.engine.dialect.name != "postgresql":
            return
        if self._measured is None or steady_s() - self._measured[1] > MEASURED_EVERY_S:
            self._measured = database_now(connection), steady_s()


def database_now(connection: Connection) -> datetime:
    """The shared time, asked anew."""
    if connection.engine.dialect.name != "postgresql":
        return now_utc()
    there: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return there.astimezone(UTC)


def latest(now: datetime, longest: timedelta = timedelta(0)) -> int:
    """UNIX seconds of the latest moment that is believed of a time that may lie ahead so long."""
    return int((now + longest + CLOCK_SLACK).timestamp())


def is_ahead(
    stored_s: float | None, what: str, *, now: datetime, longest: timedelta = timedelta(0)
) -> bool:
    """Whether a stored time lies farther ahead than it can, since a clock was wrong; says so once.

    stored_s: UNIX seconds. what: a noun for it, in the plural. longest: how far ahead such a time
    may lie, zero for one that has passed.
    """
    if stored_s is None or stored_s <= latest(now, longest):
        return False
    say_once(
        what,
        "%s are not believed: one lies %s ahead of now, so the clock was ahead when it was stored, "
        "or is behind now; taken as now",
        what,
        span_words(stored_s - now.timestamp()),
    )
    return True


def believable(
    stored_s: float, what: str, *, now: datetime, longest: timedelta = timedelta(0)
) -> float:
    """A stored time, or now when it is not believed; arguments as of `is_ahead`."""
    ahead = is_ahead(stored_s, what, now=now, longest=longest)
    return now.timestamp() if ahead else stored_s


def say_once(kind: str, words: str, *values: str) -> None:
    """Log a line of this kind, the first time in this process."""
    if kind not in _told:
        _told.add(kind)
        _log.warning(words, *values)


def span_words(seconds: float) -> str:
    """A length of time in words."""
    for unit, size in (("days", 86_400), ("hours", 3600)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 60:.0f} minutes"
