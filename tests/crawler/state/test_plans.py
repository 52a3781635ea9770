"""What is asked of every page, poll or look reads no table whole that grows with the crawl."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from crawler.sources.source import Source
from crawler.state import health, listings, polls, profiles, removed, seen
from crawler.state.intervals import Rules
from crawler.state.listings import ListingAnswer
from crawler.state.polls import PollResult
from crawler.state.seen import Outcome, Settlement
from crawler.state.store import Found, store_in
from crawler.urls import document_id
from indexer.alerts.silence import silences
from indexer.delivery import outbox
from indexer.delivery.outbox import Outbox
from indexer.foundation.database import begin, connect
from tests.factories import NOW, a_site, an_article, an_entry, some_facets

GROWING = ("seen", "documents", "outbox", "archived", "story_documents", "story_runs")
SOURCE = Source(
    id="example",
    name="Example",
    homepage="https://example.example/",
    feeds=("https://example.example/feed",),
)
Work = Callable[[Connection], object]


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    opened = connect(sqlite_url)
    yield opened
    opened.dispose()


def plans(ask: Callable[[], object]) -> list[str]:
    """How SQLite goes about each statement asked meanwhile, a line a table."""
    found: list[str] = []

    def explain(
        _connection: Any, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
            values = parameters[0] if many else parameters
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            found.extend(row[3] for row in rows)

    event.listen(Engine, "before_cursor_execute", explain)
    ask()
    event.remove(Engine, "before_cursor_execute", explain)
    assert found
    return found


def scans(plan: list[str]) -> list[str]:
    return [line for line in plan if line.startswith("SCAN") and line.split()[1] in GROWING]


def poll(connection: Connection) -> None:
    answer = ListingAnswer(url=SOURCE.feeds[0], source_id="example", kind="feed", http_status=200)
    noted = seen.note_found(connection, [an_entry("new"), an_entry("other")], now=NOW)
    listings.validators(connection, answer.url, now=NOW)
    listings.answered(connection, answer, now=NOW)
    polls.note(connection, answer, PollResult(new=noted.new), SOURCE, Rules(), now=NOW)
    polls.source_due(connection, SOURCE, Rules(), now=NOW)


def article(connection: Connection) -> None:
    facets = some_facets(shingles=tuple(range(40)))
    harvest = ((an_article("new"), facets),)
    found = Found(entry=an_entry("new"), site=a_site(), http_status=200, articles=harvest)
    store_in(connection, found, now=NOW)
    refused = Settlement(outcome=Outcome.FAILED, reason="http 503", http_status=503)
    seen.settle(connection, an_entry("other"), refused, now=NOW)


@pytest.mark.parametrize(
    "work",
    [
        poll,
        article,
        lambda c: seen.pending(c, "example", now=NOW, limit=10),
        lambda c: seen.pending(c, "example", now=NOW, since=NOW - timedelta(days=1)),
        seen.waiting_count,
        lambda c: health.health(c, [SOURCE], now=NOW),
        lambda c: profiles.SiteProfiles().lesson(c, "example"),
        lambda c: removed.fetch_again(c, [document_id("https://example.example/new")]),
        lambda c: removed.dropped(c, document_id("https://example.example/new"), "refused"),
    ],
)
def test_a_crawl_reads_no_growing_table_whole(engine: Engine, work: Work) -> None:
    def ask() -> None:
        with begin(engine) as connection:
            work(connection)

    assert scans(plans(ask)) == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda engine: Outbox(engine).waiting(limit=10, max_bytes=1000),
        lambda engine: Outbox(engine).last_error(),
        lambda engine: Outbox(engine).quarantined(),
        lambda engine: list(silences(engine, ["example"], now=NOW)),
    ],
)
def test_an_indexer_reads_no_growing_table_whole(
    engine: Engine, ask: Callable[[Engine], object]
) -> None:
    plan = plans(lambda: ask(engine))

    assert scans(plan) == []
    assert [line for line in plan if "TEMP B-TREE" in line and "LAST TERM" not in line] == []


def test_a_sources_new_pages_come_from_the_index_of_what_waits(engine: Engine) -> None:
    def ask() -> None:
        with begin(engine) as connection:
            seen.pending(connection, "example", now=NOW, limit=10)

    assert all("seen_waiting" in line for line in plans(ask) if line.startswith("SEARCH"))


def test_sources_that_refuse_us_come_from_the_index_of_what_was_refused(engine: Engine) -> None:
    refused = Settlement(outcome=Outcome.DROPPED, reason="http 403", http_status=403)
    with begin(engine) as connection:
        for name in ("one", "two", "three"):
            seen.settle(connection, an_entry(name), refused, now=NOW)

    def ask() -> None:
        with begin(engine) as connection:
            assert "example" in health._closed_pages(connection, NOW)

    tables = [line for line in plans(ask) if line.startswith(("SEARCH", "SCAN"))]
    assert "INDEX seen_refused (outcome=? AND fetched_at>" in tables[0]
    assert "INDEX seen_stored (source_id=? AND fetched_at>" in tables[-1]


def test_counting_the_outbox_reads_its_index_alone(engine: Engine) -> None:
    def ask() -> None:
        with begin(engine) as connection:
            outbox.standing(connection)
        len(Outbox(engine))

    assert all("COVERING INDEX outbox_by_turn" in line for line in plans(ask))
