"""What was stored while the clock was wrong is not believed when it is right, and that is said.

Each test stores something with a clock that runs ahead and looks with the right one.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, update

from crawler.article import Entry
from crawler.net.politeness import LONGEST_SLOWING_S, Politeness
from crawler.sources.source import Source
from crawler.state import (
    archive,
    baselines,
    finished_sitemaps,
    hosts,
    listings,
    polls,
    schedule,
    seen,
)
from crawler.state.health import SourceState, health, lags
from crawler.state.hosts import HOSTS, LONGEST_REST, Busy, Rest
from crawler.state.intervals import Rules
from crawler.state.listings import ListingAnswer
from crawler.state.page_files import SUFFIX
from crawler.state.polls import PollResult
from crawler.state.schedule import LEASE
from crawler.state.seen import Outcome, Settlement
from crawler.state.store import Found, store
from indexer.delivery import ledger
from indexer.delivery.outbox import Outbox
from indexer.foundation import clock
from indexer.foundation.database import begin
from tests.factories import NOW, a_date, a_site, an_article, an_entry, some_facets

AHEAD = NOW + timedelta(days=400)
FEED = "https://example.example/feed"
SOURCE = Source(id="example", name="Example", homepage="https://example.example/", feeds=(FEED,))
HOST = "a.example"
SAID = ListingAnswer(url=FEED, source_id="example", kind="feed", http_status=200, etag='"1"')
RULES = Rules()


@pytest.fixture(autouse=True)
def said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Callable[[], list[str]]:
    """What was said of the clock since the start of the test."""
    monkeypatch.setattr(clock, "_told", set())
    caplog.set_level(logging.WARNING, logger="techwire")
    return lambda: [record.getMessage() for record in caplog.records]


def heard(database: Engine, *entries: Entry, now: datetime, **changes: Any) -> None:
    counts = {"entries": len(entries), "new_entries": len(entries)}
    answer = replace(SAID, **{**counts, **changes})
    with begin(database) as connection:
        noted = seen.note_found(connection, entries, now=now)
        listings.answered(connection, answer, now=now)
        polls.note(
            connection, answer, PollResult(entries=entries, new=noted.new), SOURCE, RULES, now=now
        )


def take(connection: Connection, owner: str = "me", *, now: datetime = NOW) -> Rest | Busy:
    return hosts.take(connection, HOST, owner, now=now, span=LEASE, pace_s=1.0)


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1), timedelta(days=45)])
def test_a_host_s_rest_counts_from_now_whatever_clock_it_was_stored_by(
    database: Engine, said: Callable[[], list[str]], jump: timedelta
) -> None:
    then = NOW + jump
    rest = Rest(
        free_at=then.timestamp() + 30, pace_s=4.0, slowed_s=4.0, slowed_at=then.timestamp() - 60
    )
    with begin(database) as connection:
        take(connection, "before", now=then)
        hosts.give_back(connection, {HOST: rest}, "before", now=then)
        found = take(connection)

    at = NOW.timestamp()
    assert found == Rest(free_at=at + 30, pace_s=4.0, slowed_s=4.0, slowed_at=at - 60)
    assert [line.partition(" are not believed")[0] for line in said()] == ["leases of hosts"]


def test_a_rest_beyond_all_sense_is_none_and_an_older_version_s_is_a_pace(
    database: Engine,
) -> None:
    at = NOW.timestamp()
    with begin(database) as connection:
        take(connection, "before", now=NOW)
        own = update(HOSTS).where(HOSTS.c.host == HOST)
        free = {"owner": None, "lease_until": None}
        beyond = at + LONGEST_REST.total_seconds() + 3600
        connection.execute(own.values(**free, free_at=beyond))
        assert take(connection) == Rest(free_at=at, pace_s=1.0)
        connection.execute(own.values(**free, free_at=at + 86_000, slowed_at=at + 80_000, pace_s=2))
        assert take(connection) == Rest(free_at=at + 2, pace_s=2.0, slowed_at=at)


def test_a_living_crawler_keeps_a_host_for_one_lease_when_the_clock_is_set_back(
    database: Engine,
) -> None:
    with begin(database) as connection:
        take(connection, "elsewhere:abc:1:living", now=AHEAD)

        assert take(connection) == Busy(left_s=LEASE.total_seconds())
        assert take(connection, now=NOW + LEASE / 2) == Busy(left_s=LEASE.total_seconds() / 2)
        found = take(connection, now=NOW + LEASE)
    assert isinstance(found, Rest)
    assert found.free_at <= (NOW + LEASE).timestamp() + 1.0
    with begin(database) as connection:
        others = hosts.held_by_others(connection, "you", now=AHEAD - timedelta(days=9), span=LEASE)
    assert others == set()


@pytest.mark.parametrize("days", [-20_000, -45, -1, 0, 1, 45, 400])
def test_a_host_s_delay_stays_within_its_bounds_whenever_it_complained(days: int) -> None:
    now_s = 40_000 * 86_400.0
    politeness = Politeness(base_s=1.0)
    for _ in range(40):
        politeness.complain(now_s + days * 86_400.0, 0.0)

    assert 1.0 <= politeness.delay_s(now_s) <= LONGEST_SLOWING_S


def test_a_source_asked_by_a_clock_that_was_ahead_is_due_and_said(
    database: Engine, said: Callable[[], list[str]]
) -> None:
    with begin(database) as connection:
        schedule.enroll(connection, {"example": AHEAD}, now=AHEAD)
        [lease] = schedule.lease(connection, "me", ["example"], now=NOW, limit=9)
        assert schedule.holds(connection, lease)
    with begin(database) as connection:
        schedule.finish(connection, lease, due_at=NOW + timedelta(hours=1))
        assert schedule.lease(connection, "me", ["example"], now=NOW, limit=9) == []

    assert len(said()) == 1
    assert said()[0].startswith("times when sources were asked are not believed: one lies 400 days")


def test_a_listing_asked_by_a_clock_that_was_ahead_is_due_whole_and_learned_anew(
    database: Engine, said: Callable[[], list[str]]
) -> None:
    entries = [an_entry(str(n), published=NOW - timedelta(hours=n)) for n in range(1, 60)]
    heard(database, *entries, now=AHEAD)

    with begin(database) as connection:
        assert polls.listings_due(connection, SOURCE, now=NOW) == [("feed", FEED)]
        assert polls.is_due(connection, FEED, now=NOW)
        soon = NOW + timedelta(seconds=1)
        assert polls.source_due(connection, SOURCE, RULES, now=NOW) == soon
        assert listings.validators(connection, FEED, now=NOW) == {}
        assert listings.validators(connection, FEED, now=AHEAD) == {"If-None-Match": '"1"'}
    assert len(said()) == 2

    heard(database, *entries, now=NOW, new_entries=0)
    with begin(database) as connection:
        due_at = polls.source_due(connection, SOURCE, RULES, now=NOW)
        [state] = health(connection, [SOURCE], now=NOW + timedelta(days=30))
    assert due_at < NOW + timedelta(minutes=20), "its habit is of the right days"
    assert (state.state, state.last_seen) == (SourceState.SILENT, NOW - timedelta(hours=1))


def test_a_listing_without_dates_that_falls_silent_is_not_heard_until_the_wrong_day(
    database: Engine,
) -> None:
    heard(database, an_entry(), now=AHEAD)
    heard(database, now=NOW, http_status=304)

    with begin(database) as connection:
        [state] = health(connection, [SOURCE], now=NOW + timedelta(days=30))

    assert (state.state, state.last_seen, state.since) == (SourceState.SILENT, NOW, NOW)


def test_a_pause_of_a_year_is_not_taken_for_a_year_of_watching(database: Engine) -> None:
    entries = [an_entry(str(n), published=NOW - timedelta(hours=n)) for n in range(1, 200)]
    heard(database, *entries, now=NOW)

    heard(database, now=AHEAD)

    with begin(database) as connection:
        wait = polls.source_due(connection, SOURCE, RULES, now=AHEAD) - AHEAD
    assert wait < timedelta(hours=6)


def test_a_failed_page_put_off_by_a_clock_that_was_ahead_is_tried_now(
    database: Engine, said: Callable[[], list[str]]
) -> None:
    entry = an_entry()
    with begin(database) as connection:
        seen.found(connection, [entry], now=AHEAD)
        seen.settle(connection, entry, Settlement(outcome=Outcome.FAILED), now=AHEAD)
        assert seen.pending(connection, "example", now=AHEAD) == []
        assert seen.pending(connection, "example", now=NOW) == [entry]

    assert said()[0].startswith("times when failed pages are tried again are not believed")


def harvest(entry: Entry, published: datetime | None = None) -> Found:
    date = None if published is None else a_date(published)
    article = replace(an_article(), url=entry.url, published=date)
    return Found(entry=entry, site=a_site(), http_status=200, articles=((article, some_facets()),))


def record_of(database: Engine) -> dict[str, Any]:
    with begin(database) as connection:
        (record,) = ledger.records(connection)
    return record


def test_a_page_read_by_a_clock_that_was_ahead_is_fetched_again_and_gets_its_date(
    database: Engine,
) -> None:
    entry = an_entry(published=NOW - timedelta(hours=2))
    heard(database, entry, now=AHEAD)
    store(database, harvest(entry, AHEAD - timedelta(hours=2)), now=AHEAD)  # "two hours ago"

    heard(database, entry, now=NOW)

    with begin(database) as connection:
        assert seen.pending(connection, "example", now=NOW) == [entry]
    store(database, harvest(entry, NOW - timedelta(hours=2)), now=NOW)
    record = record_of(database)
    assert record["published_at"] == int((NOW - timedelta(hours=2)).timestamp())
    assert record["crawled_at"] == int(NOW.timestamp())


def test_a_page_read_by_a_clock_that_was_behind_is_fetched_again_and_gets_its_date(
    database: Engine, said: Callable[[], list[str]]
) -> None:
    behind, published = NOW - timedelta(days=30), NOW - timedelta(hours=2)
    undated = an_entry()  # its date was doubted: it lay in the future
    heard(database, undated, now=behind)
    store(database, harvest(undated), now=behind)

    heard(database, replace(undated, published=published), now=NOW)

    with begin(database) as connection:
        assert len(seen.pending(connection, "example", now=NOW)) == 1
    store(database, harvest(undated, published), now=NOW)
    assert record_of(database)["published_at"] == int(published.timestamp())
    assert said() == [
        "pages were fetched 30 days before they were published, so the clock was behind then; "
        "they are fetched again"
    ]
    heard(database, replace(undated, published=published), now=NOW + timedelta(hours=1))
    with begin(database) as connection:
        assert seen.pending(connection, "example", now=NOW + timedelta(hours=1)) == []


def test_a_clock_that_is_behind_takes_no_date_from_a_document(database: Engine) -> None:
    entry = an_entry(published=NOW - timedelta(hours=2))
    heard(database, entry, now=NOW)
    store(database, harvest(entry, NOW - timedelta(hours=2)), now=NOW)
    behind = NOW - timedelta(days=30)

    heard(database, replace(entry, published=None), now=behind)  # the date is doubted
    with begin(database) as connection:
        assert seen.pending(connection, "example", now=behind) == []
    store(database, harvest(entry), now=behind)  # --refresh, say

    assert record_of(database)["published_at"] == int((NOW - timedelta(hours=2)).timestamp())


def test_closed_sitemaps_read_by_a_clock_that_was_ahead_are_read_again(database: Engine) -> None:
    url = "https://example.example/sitemap-2026-11.xml"
    with begin(database) as connection:
        finished_sitemaps.note(connection, url, None, None, now=AHEAD)
        assert finished_sitemaps.known(connection, [url], None, None, now=AHEAD) == {url}
        assert finished_sitemaps.known(connection, [url], None, None, now=NOW) == set()


def test_counts_and_delays_of_days_to_come_are_left_out_of_reports(database: Engine) -> None:
    long, short = an_article(text="word " * 400), an_article(text="word")
    with begin(database) as connection:
        schedule.enroll(connection, {"example": NOW - timedelta(days=9)}, now=NOW)
        for days in range(3, 10):
            for _ in range(10):
                baselines.note(connection, "example", (long,), now=NOW - timedelta(days=days))
        for _ in range(10):
            baselines.note(connection, "example", (short,), now=AHEAD)
        assert baselines.flags(connection, now=NOW) == []
    entry = an_entry(published=NOW - timedelta(hours=1))
    heard(database, entry, now=AHEAD)
    store(database, harvest(entry, entry.published), now=AHEAD)
    outbox = Outbox(database)
    outbox.done(outbox.waiting(limit=9, max_bytes=10**6), task_uid=1)
    with begin(database) as connection:
        assert lags(connection, now=NOW) == {}


def test_a_clock_that_jumps_ahead_for_a_day_does_not_empty_the_page_archive(
    database: Engine, tmp_path: Path
) -> None:
    def days() -> list[str]:
        return sorted(path.name[:10] for path in tmp_path.glob(f"*{SUFFIX}"))

    def expire(now: datetime, **how: Any) -> int:
        (tmp_path / f"{now:%Y-%m-%d}-ant.1{SUFFIX}").touch()  # what this crawl has fetched
        with begin(database) as connection:
            return archive.expire(connection, tmp_path, now=now, **how)

    for ago in (40, 20, 1):
        (tmp_path / f"{NOW - timedelta(days=ago):%Y-%m-%d}-ant.1{SUFFIX}").touch()

    assert expire(NOW) == 1
    kept = days()
    assert len(kept) == 3
    assert expire(AHEAD) == 0
    assert days() == [*kept, f"{AHEAD:%Y-%m-%d}"]
    assert expire(AHEAD + timedelta(days=1)) == 3  # then it is no jump
    assert expire(NOW + timedelta(days=900), by_hand=True) == 2
