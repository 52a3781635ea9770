"""One transaction an article: seen mark, story and outbox row, or none of them."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from crawler.article import Article, Facets
from crawler.enrichment.shingles import shingles
from crawler.errors import LeaseLost
from crawler.state import schedule, seen
from crawler.state.schedule import LEASE, Lease
from crawler.state.store import Found, store, store_in
from crawler.urls import document_id
from indexer.delivery import ledger
from indexer.delivery.outbox import Outbox
from indexer.foundation.database import begin, connect
from indexer.foundation.errors import DatabaseError
from tests.crawler.state.test_stories import EDITED, OTHER, WIRE
from tests.factories import NOW, a_date, a_site, an_article, an_entry, some_facets

LATER = NOW + timedelta(hours=1)


def found(source_id: str, text: list[str], name: str = "one", **facets: Any) -> Found:
    """A page of a source, found in its feed, with its article."""
    article = an_article(name, source_id=source_id, text=" ".join(text))
    runs = shingles(article.text, "en")
    return of(article, some_facets(shingles=runs, **facets), source_id=source_id, name=name)


def of(article: Article, facets: Facets, *, source_id: str = "example", name: str = "one") -> Found:
    return Found(
        entry=an_entry(name, source_id=source_id),
        site=a_site(source_id),
        http_status=200,
        articles=((article, facets),),
    )


def record_of(database: Engine, source_id: str, name: str = "one") -> dict[str, Any]:
    with begin(database) as connection:
        url = f"https://{source_id}.example/{name}"
        record = ledger.read(connection, document_id(url))
    assert record is not None
    return record


def outcomes(database: Engine) -> dict[str, int]:
    with begin(database) as connection:
        return seen.outcome_counts(connection)


def test_an_article_is_stored_seen_and_queued_at_once(database: Engine) -> None:
    with begin(database) as connection:
        seen.found(connection, [an_entry("one")], now=NOW)

    assert store(database, found("example", WIRE), now=NOW) == 1

    assert outcomes(database) == {"stored": 1}
    (row,) = Outbox(database).waiting(limit=10, max_bytes=1_000_000)
    assert row.record == record_of(database, "example")
    assert row.record["version"] == 1


def test_nothing_is_stored_of_a_source_that_went_to_another_crawler(database: Engine) -> None:
    def lease(owner: str, now: datetime) -> Lease:
        with begin(database) as connection:
            return schedule.lease(connection, owner, ["example"], now=now, limit=1)[0]

    with begin(database) as connection:
        schedule.enroll(connection, {"example": NOW}, now=NOW)
        seen.found(connection, [an_entry("one")], now=NOW)
    stopped = lease("stopped", NOW)
    heir = lease("heir", NOW + LEASE)

    with pytest.raises(LeaseLost, match="went to another"):
        store(database, replace(found("example", WIRE), lease=stopped), now=LATER)
    assert outcomes(database) == {"found": 1}
    assert len(Outbox(database)) == 0

    assert store(database, replace(found("example", WIRE), lease=heir), now=LATER) == 1


@pytest.mark.parametrize("table", ["story_documents", "story_runs", "documents", "outbox", "seen"])
def test_an_exception_in_the_middle_leaves_nothing(database: Engine, table: str) -> None:
    with begin(database) as connection:
        seen.found(connection, [an_entry("one")], now=NOW)

    def break_at(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith((f"INSERT INTO {table} ", f"UPDATE {table} ")):
            raise KeyError(table)

    event.listen(database, "before_cursor_execute", break_at)
    with pytest.raises(KeyError):
        store(database, found("example", WIRE), now=NOW)
    event.remove(database, "before_cursor_execute", break_at)

    assert outcomes(database) == {"found": 1}
    assert len(Outbox(database)) == 0
    with begin(database) as connection:
        assert ledger.count(connection) == 0
    assert store(database, found("example", WIRE), now=NOW) == 1, "and it can be done again"


def test_a_full_disk_leaves_the_entry_waiting(sqlite_url: str) -> None:
    engine = connect(sqlite_url)
    with begin(engine) as connection:
        seen.found(connection, [an_entry("one")], now=NOW)
    event.listen(
        engine, "begin", lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1"), named=False
    )
    facets = some_facets(shingles=tuple(range(0, 40_000, 4)))

    with pytest.raises(DatabaseError, match="no room left"):
        store(engine, of(an_article("one"), facets), now=NOW)

    assert outcomes(engine) == {"found": 1}
    engine.dispose()


def test_an_off_topic_article_is_dropped_with_its_reason(database: Engine) -> None:
    facets = some_facets(tech_relevant=False, reason="off-topic: rate decision")
    page = of(an_article("one"), facets)

    assert store(database, page, now=NOW) == 0
    assert outcomes(database) == {"dropped": 1}
    assert len(Outbox(database)) == 0
    assert store(database, page, now=NOW, all_topics=True) == 1


def test_a_changed_text_is_a_new_version_with_the_first_date(database: Engine) -> None:
    store(database, found("example", WIRE), now=NOW)
    first = record_of(database, "example")
    changed = an_article("one", text=" ".join(EDITED), published=a_date(LATER))

    store(database, of(changed, some_facets()), now=LATER)

    second = record_of(database, "example")
    assert (second["version"], second["text"]) == (2, " ".join(EDITED))
    assert second["published_at"] == first["published_at"]
    assert second["published"] == first["published"]
    assert second["crawled_at"] == int(LATER.timestamp())
    assert len(Outbox(database)) == 1


def test_the_same_text_again_stays_the_same_version(database: Engine) -> None:
    for now in (NOW, LATER):
        store(database, found("example", WIRE), now=now)

    assert record_of(database, "example")["version"] == 1


def test_an_undated_document_takes_a_date_that_is_found_later(database: Engine) -> None:
    store(database, of(an_article("one", published=None), some_facets()), now=NOW)
    store(database, of(an_article("one"), some_facets()), now=LATER)

    assert record_of(database, "example")["published_at"] is not None


def test_the_other_members_of_a_story_are_told(database: Engine) -> None:
    store(database, found("first", WIRE), now=NOW)
    Outbox(database).done(Outbox(database).waiting(limit=9, max_bytes=10**6), task_uid=1)

    store(database, found("second", EDITED), now=LATER)

    first, second = record_of(database, "first"), record_of(database, "second")
    assert first["story_id"] == second["story_id"]
    assert (first["outlets"], second["outlets"]) == (2, 2)
    assert (first["story_lead"], second["story_lead"]) == (True, False)
    assert len(Outbox(database)) == 2, "the first one is sent again"


def test_a_member_that_nothing_changes_for_is_not_sent_again(database: Engine) -> None:
    for source in ("first", "second"):
        store(database, found(source, WIRE), now=NOW)
    Outbox(database).done(Outbox(database).waiting(limit=9, max_bytes=10**6), task_uid=1)

    store(database, found("second", WIRE), now=LATER)

    (row,) = Outbox(database).waiting(limit=9, max_bytes=10**6)
    assert row.document_id == record_of(database, "second")["id"]


def test_those_left_behind_are_told_when_a_copy_becomes_another_story(database: Engine) -> None:
    for source in ("first", "second"):
        store(database, found(source, WIRE), now=NOW)

    store(database, found("first", OTHER), now=LATER)

    first, second = record_of(database, "first"), record_of(database, "second")
    assert first["story_id"] != second["story_id"]
    assert (first["outlets"], first["story_lead"]) == (1, True)
    assert (second["outlets"], second["story_lead"]) == (1, True)


def test_an_article_under_its_canonical_address_is_seen_under_both(database: Engine) -> None:
    page = of(an_article("canonical"), some_facets(), name="redirect-1")

    store(database, page, now=NOW)

    assert outcomes(database) == {"stored": 2}
    with begin(database) as connection:
        assert seen.found(connection, [an_entry("canonical")], now=LATER) == 0


def test_two_crawlers_that_store_copies_at_once_make_one_story(database_url: str) -> None:
    engines = [connect(database_url) for _ in range(4)]
    together = threading.Barrier(len(engines))
    troubles: list[Exception] = []

    def crawl(number: int) -> None:
        together.wait()
        try:
            store(engines[number], found(f"paper-{number}", WIRE), now=NOW)
        except DatabaseError as error:
            troubles.append(error)

    threads = [threading.Thread(target=crawl, args=[number]) for number in range(len(engines))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert troubles == []
    records = [record_of(engines[0], f"paper-{number}") for number in range(len(engines))]
    assert len({record["story_id"] for record in records}) == 1
    assert [record["outlets"] for record in records] == [4] * 4
    assert sum(record["story_lead"] for record in records) == 1
    for engine in engines:
        engine.dispose()


def stored_story(database: Engine, article: Article) -> dict[str, Any]:
    """A story of an aggregator's page, as it is stored."""
    carried = replace(article, seen_at=("https://example.example/page",))
    page = Found(
        entry=an_entry("page"),
        site=a_site("example"),
        http_status=200,
        articles=((carried, some_facets()),),
    )
    assert store(database, page, now=NOW) == 1
    with begin(database) as connection:
        record = ledger.read(connection, document_id(article.url))
    assert record is not None
    assert record["seen_at"] == ["https://example.example/page"]
    return record


def test_a_story_seen_at_an_aggregator_belongs_to_its_own_publisher(database: Engine) -> None:
    record = stored_story(database, an_article("one", publisher="TechCrunch"))

    assert (record["source"], record["source_country"]) == ("techcrunch", "US")
    assert record["publisher"] is None


def test_the_address_an_aggregator_links_decides_whose_a_story_is(database: Engine) -> None:
    article = an_article(publisher="The Daily Star")  # a paper of Dhaka and a tabloid of London
    told = stored_story(database, replace(article, url="https://www.dailystar.co.uk/news/robots-1"))

    assert (told["source"], told["source_country"]) == ("dailystar.co.uk", None)
    assert told["publisher"] is None  # it is what the host says

    article = an_article(publisher="Wire Desk")
    told = stored_story(database, replace(article, url="https://techcrunch.com/2026/11/22/robots/"))

    assert (told["source"], told["source_country"]) == ("techcrunch", "US")
    assert told["publisher"] == "Wire Desk"


def test_a_story_of_an_unknown_publisher_stays_the_aggregators(database: Engine) -> None:
    record = stored_story(database, an_article("two", publisher="Harbour Chronicle"))

    assert (record["source"], record["source_country"]) == ("example", "GB")
    assert record["publisher"] == "Harbour Chronicle"


@pytest.mark.parametrize("named", ["Harbour Chronicle", "TechCrunch", "The Daily Star", "Reuters"])
def test_whomever_a_page_names_its_source_is_the_one_that_was_crawled(
    database: Engine, named: str
) -> None:
    store(database, of(an_article(publisher=named), some_facets()), now=NOW)

    record = record_of(database, "example")
    assert (record["source"], record["source_name"]) == ("example", "Example")
    assert record["source_country"] == "GB"
    assert record["publisher"] == named


def test_one_source_with_three_publishers_is_one_outlet(database: Engine) -> None:
    for name, named in (("one", "Kelp Wire"), ("two", "Kelp Weekly"), ("three", "Kelp Group")):
        copy = of(an_article(name, publisher=named), some_facets(shingles=tuple(range(200))))
        store(database, copy, now=NOW)

    assert record_of(database, "example", "three")["outlets"] == 1


def test_replayed_by_new_rules_a_better_date_is_believed(database: Engine) -> None:
    store(database, of(an_article(published=a_date()), some_facets()), now=NOW)
    better = a_date(NOW - timedelta(days=3))
    page = of(an_article(published=better), some_facets())

    with begin(database) as connection:
        store_in(connection, page, now=LATER, replayed=True)

    assert record_of(database, "example")["published_at"] == int(better.instant.timestamp())
