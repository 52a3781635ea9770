"""A watch is stuck when its loop stands still or due sources are asked by nobody; else healthy."""

from typing import Any

import pytest

from crawler.runs.numbers import DatabaseCounts
from crawler.runs.vitals import Vitals
from indexer.foundation.errors import DatabaseError

LONG_S = 3600.0


class Numbers:
    """Says what the database holds, or raises it."""

    says: DatabaseCounts | DatabaseError = DatabaseCounts()

    def standing(self) -> DatabaseCounts:
        if isinstance(self.says, DatabaseError):
            raise self.says
        return self.says


class Watch:
    """A watch as `/healthz` sees it."""

    def __init__(self) -> None:
        self.numbers: Any = Numbers()
        self.loop_turns = True
        self.now_s = 0.0
        self.vitals = Vitals(
            self.numbers, loop_turns=lambda: self.loop_turns, clock=lambda: self.now_s
        )

    def after(self, seconds: float, says: DatabaseCounts | DatabaseError) -> str | None:
        self.now_s += seconds
        self.numbers.says = says
        return self.vitals.trouble()


@pytest.mark.parametrize(
    "says",
    [DatabaseCounts(due=0, held=0), DatabaseCounts(due=9, held=1), DatabaseError("away")],
    ids=["nothing due", "being asked", "database away"],
)
def test_a_watch_that_can_do_no_more_is_healthy(says: DatabaseCounts | DatabaseError) -> None:
    watch = Watch()

    assert [watch.after(LONG_S, says) for _ in range(3)] == [None] * 3


def test_due_sources_that_nobody_asks_for_long_mean_a_stuck_watch() -> None:
    watch = Watch()
    looks = [watch.after(50, DatabaseCounts(due=9)) for _ in range(13)]

    assert looks[:12] == [None] * 12
    assert looks[12] == "9 sources are due and nobody asked one for 650 s"
    assert watch.after(1, DatabaseCounts(due=8, held=1)) is None
    assert watch.after(50, DatabaseCounts(due=9)) is None


def test_a_database_that_was_away_for_long_leaves_time_to_begin_again() -> None:
    watch = Watch()
    stale = DatabaseCounts(due=9)

    assert [watch.after(LONG_S, stale) for _ in range(3)] == [None] * 3
    assert watch.after(LONG_S, DatabaseError("away")) is None
    assert watch.after(LONG_S, DatabaseCounts(due=9)) is None


def test_a_loop_that_stands_still_means_a_stuck_watch() -> None:
    watch = Watch()
    watch.loop_turns = False

    assert "the event loop did not answer" in str(watch.after(0, DatabaseCounts()))
