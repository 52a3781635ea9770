"""A crawl's present numbers, read for people (progress) and machines (metrics) alike."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Engine

from crawler.sources.source import Source
from crawler.spiders.tally import Tally
from crawler.state import schedule, seen
from crawler.state.health import SourceState, health, lags
from indexer.delivery import outbox
from indexer.foundation.clock import database_now
from indexer.foundation.database import reading
from indexer.foundation.errors import DatabaseAway

KEPT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseCounts:
    """What the database says now.

    due, held: sources. pages: entries waiting to be fetched. waiting, quarantined: documents.
    lags: source -> median seconds from publication to searchable, of the last day;
    lag_p50_s, lag_p95_s: over all of its articles.
    """

    due: int = 0
    held: int = 0
    pages: int = 0
    waiting: int = 0
    quarantined: int = 0
    states: Counter[SourceState] = field(default_factory=Counter)
    lags: dict[str, float] = field(default_factory=dict)
    lag_p50_s: float | None = None
    lag_p95_s: float | None = None


class Numbers:
    """Counts of this process, and those of the database, which are 5 s old at most."""

    def __init__(
        self,
        engine: Engine,
        sources: Sequence[Source],
        crawler: Any,
    ) -> None:
        self.engine = engine
        self.sources = sources
        self.crawler = crawler
        self._lock = threading.Lock()
        self._standing = DatabaseCounts()
        self._read_s: float | None = None

    def tally(self) -> Tally:
        """The spider's counts so far."""
        spider = self.crawler.spider
        return spider.tally if spider is not None else Tally()

    def standing(self) -> DatabaseCounts:
        """What the database says, looked up every 5 s at most; while it is away, what it said."""
        with self._lock:
            if self._read_s is None or time.monotonic() - self._read_s > KEPT_S:
                with contextlib.suppress(DatabaseAway):
                    self._standing = self._look()
                self._read_s = time.monotonic()
            return self._standing

    def _look(self) -> DatabaseCounts:
        ids = [source.id for source in self.sources]
        with reading(self.engine) as connection:
            now = database_now(connection)
            due, held = schedule.counts(connection, ids, now=now)
            pages = seen.waiting_count(connection)
            box = outbox.standing(connection)
            states = Counter(one.state for one in health(connection, self.sources, now=now))
            delays = lags(connection, now=now)
        every = sorted(lag for some in delays.values() for lag in some)
        return DatabaseCounts(
            due=due,
            held=held,
            pages=pages,
            waiting=box.waiting,
            quarantined=box.quarantined,
            states=states,
            lags={name: median(some) for name, some in delays.items()},
            lag_p50_s=median(every) if every else None,
            lag_p95_s=quantiles(every, n=20)[-1] if len(every) > 1 else None,
        )
