"""What a listing says of articles it showed before, believed as far as it was right before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from crawler.article import Entry
from crawler.discovery.listing import Listing
from crawler.sources.source import Source
from crawler.spiders.answers import Reading
from crawler.spiders.plan import Plan
from crawler.spiders.records import note_reading
from crawler.spiders.turns import Turn
from crawler.state import seen
from crawler.state.changes import MOST_CHANGES
from crawler.state.listings import ListingAnswer
from crawler.state.polls import POLLS
from crawler.state.seen import SEEN
from crawler.state.store import Found, store
from crawler.urls import document_id
from indexer.delivery import ledger
from indexer.foundation.database import begin
from tests.factories import NOW, a_site, an_article, an_entry, some_facets

FEED = "https://example.example/feed"
SOURCE = Source(id="example", name="Example", homepage="https://example.example/", feeds=(FEED,))
HOUR = timedelta(hours=1)
FEW = [an_entry(f"p{n}", title=f"Plant {n} opens", published=NOW - n * HOUR) for n in range(6)]


def hear(database: Engine, entries: Sequence[Entry], at: timedelta) -> ListingAnswer:
    """One answer of the feed."""
    answer = ListingAnswer(
        url=FEED, source_id="example", kind="feed", http_status=200, entries=len(entries)
    )
    turn = Turn(source=SOURCE, listings=[("feed", FEED)])
    reading = Reading(answer=answer, listing=Listing(entries=tuple(entries)))
    with begin(database) as connection:
        return note_reading(connection, reading, turn, Plan(sources=(SOURCE,)), now=NOW + at)


def read_pages(database: Engine, at: timedelta, **article: Any) -> list[str]:
    """Read every page that waits; they say what they said before, but for this."""
    with begin(database) as connection:
        waiting = seen.pending(connection, "example", now=NOW + at)
    for entry in waiting:
        name = entry.url.rpartition("/")[2]
        harvest = ((an_article(name, **article), some_facets()),)
        found = Found(entry=entry, site=a_site(), http_status=200, articles=harvest)
        store(database, found, now=NOW + at)
    return [entry.url.rpartition("/")[2] for entry in waiting]


@pytest.fixture
def known(database: Engine) -> Engine:
    """A feed of six, all read."""
    assert hear(database, FEW, timedelta(0)).new_entries == 6
    assert len(read_pages(database, timedelta(0))) == 6
    return database


def wait_s(database: Engine) -> int:
    with begin(database) as connection:
        return int(connection.scalar(select(POLLS.c.wait_s)) or 0)


def test_another_headline_in_the_same_listing_makes_an_article_due_and_is_no_arrival(
    known: Engine,
) -> None:
    corrected = replace(FEW[2], title="Plant 2 opens for $900 million, not $9 billion")

    answer = hear(known, [*FEW[:2], corrected, *FEW[3:]], HOUR)

    assert answer.new_entries == 0
    with begin(known) as connection:
        reason = connection.scalar(select(SEEN.c.reason).where(SEEN.c.reason.is_not(None)))
    assert reason == "changed: headline"
    assert read_pages(known, HOUR) == ["p2"]
    hear(known, [*FEW[:2], corrected, *FEW[3:]], 2 * HOUR)
    assert read_pages(known, 2 * HOUR) == []


@pytest.mark.parametrize(
    "same", [{"title": "PLANT 2  Opens"}, {"title": None}, {"published": FEW[2].published}]
)
def test_case_and_spaces_of_a_headline_and_a_missing_one_are_no_change(
    known: Engine, same: dict[str, Any]
) -> None:
    hear(known, [replace(FEW[2], **same)], HOUR)

    assert read_pages(known, HOUR) == []


def test_another_listing_with_a_headline_of_its_own_changes_nothing(known: Engine) -> None:
    other = replace(FEW[2], title="Chips: plant 2", found_in="https://example.example/map.xml")

    with begin(known) as connection:
        noted = seen.note_found(connection, [other], now=NOW + HOUR)

    assert (noted.new, noted.again) == ([], [])


def test_another_date_makes_an_article_due(known: Engine) -> None:
    hear(known, [replace(FEW[2], published=NOW - 90 * HOUR)], HOUR)

    assert read_pages(known, HOUR) == ["p2"]


def test_a_headline_that_turns_for_ever_is_followed_for_a_while(known: Engine) -> None:
    times = 0
    for hour in range(1, 30):
        hear(known, [replace(FEW[2], title=f"Plant 2 opens, {hour} comments")], hour * HOUR)
        times += len(read_pages(known, hour * HOUR))

    assert times == MOST_CHANGES


def test_a_listing_that_dates_everything_now_is_disbelieved_after_two_texts_that_were_the_same(
    known: Engine,
) -> None:
    before = wait_s(known)
    asked = []
    for hour in range(1, 12):
        now = NOW + hour * HOUR
        answer = hear(known, [replace(entry, modified=now) for entry in FEW], hour * HOUR)
        assert answer.new_entries == 0
        asked += read_pages(known, hour * HOUR)

    assert len(asked) == 2
    assert wait_s(known) > before  # nothing arrived, so it is left alone for longer


def test_a_listing_whose_changes_are_real_is_believed(known: Engine) -> None:
    asked = []
    for hour in range(1, 5):
        now = NOW + hour * HOUR
        hear(known, [replace(entry, modified=now) for entry in FEW], hour * HOUR)
        asked += read_pages(known, hour * HOUR, text=f"What was known at {hour}.")

    assert len(asked) == 2 + 3 * 6  # two until the first proved it


def test_a_map_written_anew_each_night_does_not_look_like_sixty_articles_an_hour(
    database: Engine,
) -> None:
    dated = [replace(entry, published=None, modified=NOW) for entry in FEW]

    hear(database, dated, timedelta(0))

    assert wait_s(database) > 1_800


def test_an_entry_with_a_corrected_address_is_the_same_article(known: Engine) -> None:
    first = [replace(entry, guid=f"tag:{n}") for n, entry in enumerate(FEW)]
    fresh = an_entry("tpyo", title="Orbisil hires", published=NOW, guid="tag:new")
    hear(known, [fresh, *first], HOUR)
    assert read_pages(known, HOUR) == ["tpyo"]

    corrected = replace(fresh, url="https://example.example/typo")
    hear(known, [corrected, *first], 2 * HOUR)
    assert read_pages(known, 2 * HOUR) == ["typo"]

    with begin(known) as connection:
        urls = {record["url"].rpartition("/")[2] for record in ledger.records(connection)}
        (row,) = connection.execute(select(SEEN).where(SEEN.c.url == fresh.url))
    assert urls == {"typo", *(f"p{n}" for n in range(6))}
    assert (row.outcome, row.reason) == ("dropped", f"moved: to {corrected.url}")
    hear(known, [corrected, *first], 3 * HOUR)
    assert read_pages(known, 3 * HOUR) == []


def test_a_missing_page_whose_address_is_corrected_is_waited_for_no_more(database: Engine) -> None:
    wrong = an_entry("tpyo", title="Orbisil hires", guid="7")
    hear(database, [wrong], timedelta(0))

    hear(database, [replace(wrong, url="https://example.example/typo")], HOUR)

    assert read_pages(database, HOUR) == ["typo"]


def test_a_feed_that_calls_every_entry_alike_announces_articles_of_their_own(
    database: Engine,
) -> None:
    for hour in range(3):
        now = NOW + hour * HOUR
        entry = an_entry(f"n{hour}", title=f"News {hour}", published=now, guid="latest")
        assert hear(database, [entry], hour * HOUR).new_entries == 1
        read_pages(database, hour * HOUR)
    both = [an_entry(f"b{n}", title="Briefly", published=NOW, guid="latest") for n in range(2)]
    hear(database, both, 4 * HOUR)
    read_pages(database, 4 * HOUR)

    with begin(database) as connection:
        assert ledger.count(connection) == 5
        assert ledger.read(connection, document_id(both[0].url)) is not None
