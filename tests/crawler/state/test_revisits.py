"""Stored articles are looked at again, seldom; what is gone leaves, what only fails stays."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from crawler.article import Entry
from crawler.state import revisits, seen
from crawler.state.revisits import DAY_SHARE, GONE_AFTER, MOST_VISITS, WEEK_SHARE
from crawler.state.seen import SEEN, Outcome, Settlement
from crawler.state.store import Found, store
from indexer.delivery import ledger
from indexer.foundation.database import begin
from tests.factories import NOW, a_site, an_article, an_entry, some_facets

FEED = "https://example.example/feed"
HOUR = timedelta(hours=1)
TEN = [an_entry(f"p{n}", title=f"Plant {n}", published=NOW - n * HOUR) for n in range(10)]
GONE = Settlement(outcome=Outcome.DROPPED, reason="http 410", http_status=410)
MISSING = Settlement(outcome=Outcome.DROPPED, reason="http 404", http_status=404)


def keep(database: Engine, entries: Sequence[Entry], at: timedelta = timedelta(0)) -> None:
    for entry in entries:
        with begin(database) as connection:
            seen.found(connection, [entry], now=NOW + at)
        name = entry.url.rpartition("/")[2]
        harvest = ((an_article(name), some_facets()),)
        found = Found(entry=entry, site=a_site(), http_status=200, articles=harvest)
        store(database, found, now=NOW + at)


def show(database: Engine, entries: Sequence[Entry], at: timedelta) -> None:
    with begin(database) as connection:
        revisits.note_missed(connection, FEED, entries, NOW + at)


def due(database: Engine, at: timedelta, limit: int = 50) -> set[str]:
    with begin(database) as connection:
        entries = revisits.due(connection, "example", now=NOW + at, limit=limit)
    return {entry.url.rpartition("/")[2] for entry in entries}


def answer(database: Engine, entry: Entry, end: Settlement, at: timedelta) -> Outcome:
    with begin(database) as connection:
        return revisits.settle(connection, entry, end, now=NOW + at)


def documents(database: Engine) -> set[str]:
    with begin(database) as connection:
        return {record["url"].rpartition("/")[2] for record in ledger.records(connection)}


@pytest.fixture
def known(database: Engine) -> Engine:
    """A feed of ten articles, all stored; none of them by lot."""
    keep(database, TEN)
    with begin(database) as connection:
        connection.execute(revisits.REVISITS.delete())
    return database


def test_some_of_the_recent_are_drawn_once_for_their_first_day_or_week_and_no_old_ones(
    database: Engine,
) -> None:
    recent = [an_entry(f"n{n}", published=NOW) for n in range(200)]
    with begin(database) as connection:
        seen.found(connection, recent, now=NOW)
        for entry in recent:
            seen.settle(connection, entry, Settlement(outcome=Outcome.STORED), now=NOW)
            revisits.note_stored(connection, entry, now=NOW)
            old = an_entry(f"{entry.url}-old", published=NOW - timedelta(days=9))
            revisits.note_stored(connection, old, now=NOW)
        rows = connection.execute(select(revisits.REVISITS)).all()

    share = len(rows) / len(recent)
    assert abs(share - DAY_SHARE - WEEK_SHARE) < 0.1
    hours = [(row.due_at - NOW.timestamp()) / 3600 for row in rows]
    assert all(8 <= hour <= 24 or 48 < hour <= 168 for hour in hours)
    assert len(due(database, timedelta(days=8))) == revisits.MOST_A_TURN


def test_what_a_feed_shows_no_more_though_it_shows_older_ones_is_looked_at_twice_at_most(
    known: Engine,
) -> None:
    visits = 0
    for hour in range(1, 9):
        show(known, [*TEN[:4], *TEN[5:]], hour * HOUR)
        assert due(known, hour * HOUR) <= {"p4"}
        if due(known, hour * HOUR):
            visits += 1
            keep(known, [TEN[4]], hour * HOUR)

    assert visits == MOST_VISITS


def test_what_scrolls_out_and_a_feed_without_order_are_no_reason(known: Engine) -> None:
    newer = [an_entry(f"q{n}", published=NOW + n * HOUR) for n in range(4)]
    show(known, [*newer, *TEN[:6]], HOUR)
    show(known, [*TEN[:2], *TEN[4:6], *TEN[8:]], HOUR)

    assert due(known, 2 * HOUR) == set()


def test_a_page_that_is_gone_takes_its_document_along(known: Engine) -> None:
    assert answer(known, TEN[3], GONE, HOUR) is Outcome.DROPPED

    assert documents(known) == {f"p{n}" for n in range(10) if n != 3}
    with begin(known) as connection:
        row = connection.execute(select(SEEN).where(SEEN.c.url == TEN[3].url)).one()
        assert seen.found(connection, [TEN[3]], now=NOW + 2 * HOUR) == 0
    assert (row.outcome, row.reason) == ("dropped", "withdrawn: http 410")


def test_a_missing_page_is_believed_when_it_is_missing_twice_some_hours_apart(
    known: Engine,
) -> None:
    assert answer(known, TEN[3], MISSING, HOUR) is Outcome.STORED
    assert answer(known, TEN[3], MISSING, 2 * HOUR) is Outcome.STORED
    assert due(known, 3 * HOUR) == set()
    assert due(known, HOUR + GONE_AFTER) == {"p3"}

    assert answer(known, TEN[3], MISSING, HOUR + GONE_AFTER) is Outcome.DROPPED
    assert "p3" not in documents(known)


def test_a_page_that_comes_back_is_forgiven(known: Engine) -> None:
    answer(known, TEN[3], MISSING, HOUR)
    keep(known, [TEN[3]], HOUR + GONE_AFTER)

    assert answer(known, TEN[3], MISSING, 3 * GONE_AFTER) is Outcome.STORED
    assert "p3" in documents(known)


@pytest.mark.parametrize(
    "end",
    [
        Settlement(outcome=Outcome.FAILED, reason="http 503", http_status=503),
        Settlement(outcome=Outcome.DROPPED, reason="http 403", http_status=403),
        Settlement(outcome=Outcome.DROPPED, reason="challenge: a moment", http_status=200),
    ],
)
def test_a_page_that_only_fails_leaves_its_document_as_it_is(
    known: Engine, end: Settlement
) -> None:
    assert answer(known, TEN[3], end, HOUR) is Outcome.STORED

    assert "p3" in documents(known)
    with begin(known) as connection:
        assert seen.pending(connection, "example", now=NOW + timedelta(days=3)) == []


def test_what_never_gave_a_document_ends_as_ever(database: Engine) -> None:
    entry = an_entry("one", published=NOW)
    with begin(database) as connection:
        seen.found(connection, [entry], now=NOW)

    assert answer(database, entry, MISSING, timedelta(0)) is Outcome.FAILED
    assert answer(database, entry, GONE, HOUR) is Outcome.DROPPED
