"""A source's state is judged from what its listings and pages last said."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from crawler.article import Entry
from crawler.oversight.coverage import as_row
from crawler.sources.source import Source
from crawler.state import listings, polls, schedule, seen
from crawler.state.health import Health, SourceState, health
from crawler.state.intervals import Rules
from crawler.state.listings import ListingAnswer
from crawler.state.polls import PollResult
from crawler.state.seen import Outcome, Settlement
from crawler.state.store import Found, store
from indexer.delivery.outbox import Outbox
from indexer.foundation.database import begin
from tests.factories import NOW, a_site, an_article, an_entry, some_facets

FEED = "https://example.example/feed"
SOURCE = Source(id="example", name="Example", homepage="https://example.example/", feeds=(FEED,))


def heard(database: Engine, *entries: Entry, **changes: Any) -> None:
    said = ListingAnswer(url=FEED, source_id="example", kind="feed", http_status=200)
    said = replace(said, entries=len(entries), new_entries=len(entries), **changes)
    with begin(database) as connection:
        noted = seen.note_found(connection, entries, now=NOW)
        listings.answered(connection, said, now=NOW)
        asked = PollResult(entries=entries, new=noted.new)
        polls.note(connection, said, asked, SOURCE, Rules(), now=NOW)


def look(database: Engine, source: Source = SOURCE, *, after: timedelta = timedelta(0)) -> Health:
    with begin(database) as connection:
        return health(connection, [source], now=NOW + after)[0]


def settle(database: Engine, entry: Entry, **changes: Any) -> None:
    with begin(database) as connection:
        seen.settle(connection, entry, Settlement(outcome=Outcome.DROPPED, **changes), now=NOW)


def test_a_source_never_asked_is_new_and_one_switched_off_says_why(database: Engine) -> None:
    off = replace(SOURCE, enabled=False, reason="closed in 2025")

    assert look(database).state is SourceState.NEW
    assert (look(database, off).state, look(database, off).words) == ("disabled", "closed in 2025")
    assert look(database, replace(SOURCE, unverified=True)).state is SourceState.UNVERIFIED


def test_a_source_that_announces_is_ok_and_tells_when_it_was_heard(database: Engine) -> None:
    heard(database, an_entry(published=NOW - timedelta(hours=3)))

    one = look(database)

    assert one.state is SourceState.OK
    assert one.last_seen == NOW - timedelta(hours=3)
    assert as_row(one)["last_seen"] == int((NOW - timedelta(hours=3)).timestamp())


def test_a_source_quiet_for_much_longer_than_usual_is_silent(database: Engine) -> None:
    daily = [an_entry(str(n), published=NOW - timedelta(days=n)) for n in range(7)]
    heard(database, *daily)

    assert look(database, after=timedelta(days=4)).state is SourceState.OK
    silent = look(database, after=timedelta(days=12))
    assert (silent.state, silent.since) == (SourceState.SILENT, NOW)


def test_one_error_is_weather_and_three_are_a_failing_source_since_the_first(
    database: Engine,
) -> None:
    heard(database, an_entry())
    heard(database, http_status=500, error="http 500")
    assert look(database).state is SourceState.OK
    heard(database, http_status=500, error="http 500")
    heard(database, http_status=500, error="http 500")

    failing = look(database)

    assert (failing.state, failing.since, failing.words) == (SourceState.FAILING, NOW, "http 500")


def test_a_refusing_source_is_blocked_at_once(database: Engine) -> None:
    heard(database, http_status=403, error="http 403")
    assert look(database).state is SourceState.BLOCKED

    heard(database, an_entry())
    assert look(database).state is SourceState.OK
    heard(database, http_status=None, error="robots: /robots.txt disallows it")
    assert look(database).state is SourceState.BLOCKED


def test_an_open_feed_whose_pages_all_refuse_is_blocked_too(database: Engine) -> None:
    entries = [an_entry(str(n), published=NOW) for n in range(3)]
    heard(database, *entries)
    for entry in entries[:2]:
        settle(database, entry, reason="http 403", http_status=403)
    assert look(database).state is SourceState.OK
    settle(database, entries[2], reason="http 403", http_status=403)

    assert (look(database).state, look(database).words) == (SourceState.BLOCKED, "pages: http 403")


def test_lag_runs_from_publication_to_the_succeeded_task_for_what_was_watched(
    database: Engine,
) -> None:
    with begin(database) as connection:
        schedule.enroll(connection, {"example": NOW}, now=NOW)
    late = NOW + timedelta(minutes=5)
    for name, published in (("old", NOW - timedelta(hours=9)), ("new", NOW + timedelta(minutes=2))):
        entry = an_entry(name, published=published)
        heard(database, entry)
        harvest = ((an_article(name), some_facets()),)
        found = Found(entry=entry, site=a_site(), http_status=200, articles=harvest)
        store(database, found, now=late)
    outbox = Outbox(database)
    outbox.done(outbox.waiting(limit=9, max_bytes=10**9), task_uid=1)
    with begin(database) as connection:
        stamp = int((NOW + timedelta(minutes=6)).timestamp())
        connection.exec_driver_sql(f"UPDATE documents SET indexed_at = {stamp}")

    assert look(database, after=timedelta(minutes=7)).lag_s == 240
