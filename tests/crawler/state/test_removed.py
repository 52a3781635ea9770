"""What was removed by hand stays away, whatever brings it: listings, other addresses, replays."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from crawler.state import archive, removed, seen, trail
from crawler.state.page_files import Location
from crawler.state.removed import Removed
from crawler.state.seen import SEEN, Outcome, Settlement
from crawler.state.store import Found, Stored, store, store_in
from crawler.urls import document_id
from indexer.alerts.alert import read_alert
from indexer.alerts.store import MESSAGES, STORIES, AlertStore
from indexer.alerts.story import story_of
from indexer.delivery import ledger, outbox
from indexer.delivery.outbox import Outbox
from indexer.foundation.database import begin
from tests.crawler.state.test_store import found, of
from tests.crawler.state.test_stories import EDITED, OTHER, WIRE
from tests.factories import NOW, an_article, an_entry, some_facets

LATER = NOW + timedelta(hours=1)
MUCH_LATER = NOW + timedelta(days=400)
ONE = an_entry("one").url


def take_out(database: Engine, target: str = ONE) -> Removed | None:
    with begin(database) as connection:
        return removed.for_good(connection, target, now=LATER)


def outcome(database: Engine, url: str) -> str | None:
    with begin(database) as connection:
        return connection.scalar(select(SEEN.c.outcome).where(SEEN.c.url_id == document_id(url)))


def documents(database: Engine) -> set[str]:
    with begin(database) as connection:
        return {record["url"] for record in ledger.records(connection)}


def waiting_for(database: Engine, url: str) -> bool:
    with begin(database) as connection:
        return outbox.waits(connection, document_id(url))


@pytest.fixture
def stored(database: Engine) -> Engine:
    """Two documents, the first of which was found under another address too."""
    with begin(database) as connection:
        seen.found(connection, [an_entry("one"), an_entry("other")], now=NOW)
    store(database, found("example", WIRE), now=NOW)
    mobile = of(an_article("one", text=" ".join(WIRE)), some_facets(), name="one-on-phones")
    store(database, mobile, now=NOW)
    store(database, found("example", OTHER, "other"), now=NOW)
    return database


@pytest.mark.parametrize("target", [ONE, an_entry("one-on-phones").url, document_id(ONE)])
def test_a_document_is_named_by_any_of_its_addresses_or_its_id(stored: Engine, target: str) -> None:
    gone = take_out(stored, target)

    assert gone is not None
    assert (gone.document_id, gone.url) == (document_id(ONE), ONE)
    assert gone.title == an_article("one").title
    assert gone.addresses == {document_id(ONE), document_id(an_entry("one-on-phones").url)}
    assert documents(stored) == {an_entry("other").url}
    assert outcome(stored, ONE) == outcome(stored, an_entry("one-on-phones").url) == "removed"
    assert outcome(stored, an_entry("other").url) == "stored"
    (row,) = [r for r in Outbox(stored).waiting(limit=9, max_bytes=9_000) if r.record is None]
    assert row.document_id == document_id(ONE)


@pytest.mark.parametrize("target", ["https://nowhere.example/x", "no-such-id", ""])
def test_what_nobody_knows_is_not_removed(stored: Engine, target: str) -> None:
    assert take_out(stored, target) is None
    assert len(documents(stored)) == 2


def test_no_listing_brings_it_back_though_it_says_that_it_changed(stored: Engine) -> None:
    take_out(stored)

    with begin(stored) as connection:
        changed = an_entry("one", modified=MUCH_LATER)
        nothing = seen.Noted(new=[], again=[])
        assert seen.note_found(connection, [changed], now=MUCH_LATER) == nothing
        assert seen.note_found(connection, [changed], now=MUCH_LATER, again=True) == nothing
        assert seen.pending(connection, "example", now=MUCH_LATER) == []
        assert seen.is_settled(connection, ONE), "an archive's page of it is passed over"


def test_an_entry_that_waits_is_never_fetched(database: Engine) -> None:
    with begin(database) as connection:
        seen.found(connection, [an_entry("one")], now=NOW)

    gone = take_out(database)

    assert gone is not None
    assert gone.title is None
    with begin(database) as connection:
        assert seen.pending(connection, "example", now=LATER) == []


def test_a_page_under_way_meanwhile_is_not_stored(database: Engine) -> None:
    with begin(database) as connection:
        seen.found(connection, [an_entry("one")], now=NOW)
    take_out(database)

    place = Location(file="2026-11-23-ant.1.warc.gz", place=0)
    with begin(database) as connection:
        late = replace(found("example", WIRE), location=place)
        assert store_in(connection, late, now=LATER) == Stored(
            documents=0, reason="removed: by hand, under this or another address", removed=True
        )
        assert archive.place_of(connection, ONE) is None
        failed = Settlement(outcome=Outcome.FAILED, reason="http 500", http_status=500)
        seen.settle(connection, an_entry("one"), failed, now=LATER)

    assert documents(database) == set()
    assert outcome(database, ONE) == "removed"


def test_an_address_not_known_yet_that_leads_to_it_is_closed_once_fetched(stored: Engine) -> None:
    take_out(stored)

    article = an_article("one", text=" ".join(WIRE))
    assert store(stored, of(article, some_facets(), name="third"), now=LATER) == 0

    assert len(documents(stored)) == 1
    assert outcome(stored, an_entry("third").url) == "removed"


def test_of_a_page_with_several_articles_only_the_removed_one_stays_away(stored: Engine) -> None:
    take_out(stored)
    page = Found(
        entry=an_entry("digest"),
        site=found("example", WIRE).site,
        http_status=200,
        articles=(
            *found("example", WIRE).articles,
            *found("example", EDITED, "fresh").articles,
        ),
    )

    assert store(stored, page, now=LATER) == 1

    assert documents(stored) == {an_entry("other").url, an_entry("fresh").url}
    assert outcome(stored, an_entry("digest").url) == "stored"


def test_neither_a_refused_removal_nor_a_dropped_trail_opens_it_again(stored: Engine) -> None:
    take_out(stored)

    with begin(stored) as connection:
        removed.dropped(connection, document_id(ONE), "refused by the search server")
        assert removed.fetch_again(connection, [document_id(ONE)]) == 0
        trail.forget(connection, before=MUCH_LATER)

    assert outcome(stored, ONE) == "removed"


def test_its_story_goes_on_without_it(database: Engine) -> None:
    for source, hour in (("first", 0), ("second", 1)):
        when = NOW + timedelta(hours=hour)
        store(database, found(source, WIRE), now=when)
    first = "https://first.example/one"

    take_out(database, first)

    with begin(database) as connection:
        (record,) = ledger.records(connection)
    assert (record["source"], record["outlets"], record["story_lead"]) == ("second", 1, True)


def test_alerts_forget_it_told_or_not(stored: Engine) -> None:
    alerts = AlertStore(stored)
    alert = read_alert(
        "mine", {"words": "chips", "webhook": "https://h.example/", "secret": "s" * 20}
    )
    alerts.add(alert, now=NOW - timedelta(hours=1))
    with begin(stored) as connection:
        stories = [story_of(record) for record in ledger.records(connection)]
    alerts.keep("mine", stories, now=NOW)
    alerts.bundle(alert, now=NOW)

    gone = take_out(stored)

    assert gone is not None
    assert gone.alerts == ("mine",)
    with begin(stored) as connection:
        assert connection.scalars(select(STORIES.c.document_id)).all() == [
            document_id(an_entry("other").url)
        ]
        assert connection.scalar(select(func.count()).select_from(MESSAGES)) == 1


def test_removed_twice_tells_since_when(stored: Engine) -> None:
    take_out(stored)

    again = take_out(stored)

    assert again is not None
    assert again.before == "by hand, 2026-11-23 13:00 UTC"
    assert waiting_for(stored, ONE)


def test_undone_it_is_fetched_when_a_listing_shows_it(stored: Engine) -> None:
    take_out(stored)

    with begin(stored) as connection:
        assert removed.restore(connection, ONE) == 2
        assert removed.restore(connection, ONE) == 0
        (waiting,) = seen.note_found(connection, [an_entry("one")], now=MUCH_LATER).new
    assert waiting.url == ONE
    assert store(stored, found("example", WIRE), now=MUCH_LATER) == 1
