"""How far back a crawl goes: which maps and pages it asks, which entries it takes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine

from crawler.discovery.listing import Listing
from crawler.spiders import backfill
from crawler.spiders.plan import Plan
from crawler.state import finished_sitemaps
from indexer.foundation.database import begin
from tests.factories import NOW, an_entry

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
UNTIL = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENT = timedelta(seconds=1)
SITE = "https://kelp.example"
TODAY = Plan(sources=())
BACK = Plan(sources=(), since=SINCE, until=UNTIL)
RECENT = Plan(sources=(), since=NOW - 2 * DAY)
AGAIN = Plan(sources=(), refresh=True)


def maps(*names: str) -> list[str]:
    return [f"{SITE}/{name}.xml" for name in names]


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    with begin(database) as connection:
        yield connection


def test_a_backfill_asks_more_listings_in_a_turn() -> None:
    assert backfill.most_listings(TODAY) == 60
    assert backfill.most_listings(BACK) == 1_000


@pytest.mark.parametrize(
    ("kind", "plan", "whole"),
    [
        ("feed", TODAY, False),
        ("section", TODAY, False),
        ("feed", AGAIN, True),
        ("feed", BACK, True),
        ("feed", RECENT, False),
        ("section", RECENT, True),
        ("feed", Plan(sources=(), until=UNTIL), True),
        ("feed", Plan(sources=(), since=NOW - 30 * DAY - MOMENT), True),
        ("feed", Plan(sources=(), since=NOW - 30 * DAY), False),
    ],
)
def test_not_modified_is_no_answer_where_older_entries_are_wanted(
    kind: str, plan: Plan, whole: bool
) -> None:
    assert backfill.asks_whole(kind, plan, now=NOW) is whole


def test_a_crawl_leaves_maps_of_times_that_are_over() -> None:
    children = maps("2026/11/23", "news", "2019", "2026/10")
    listing = Listing(children=tuple(children))

    assert backfill.maps_to_ask(listing, TODAY, now=NOW) == maps("2026/11/23", "news")


def test_a_backfill_asks_the_maps_of_its_window_newest_first_those_without_a_day_last() -> None:
    children = maps("2026/02", "2026/03", "posts", "2026/04", "2026/05", "2026/06", "2019")

    asked = backfill.maps_to_ask(Listing(children=tuple(children)), BACK, now=NOW)

    assert asked == maps("2026/05", "2026/04", "2026/03", "2026/02", "posts")


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("2026/02/28", True),  # ends as the window begins
        ("2026/02/27", True),  # a publisher's day
        ("2026/02/26", False),
        ("2026/05/02", True),
        ("2026/05/03", False),
    ],
)
def test_a_map_a_day_outside_of_the_window_may_hold_its_entries(name: str, asked: bool) -> None:
    listing = Listing(children=tuple(maps(name)))

    assert bool(backfill.maps_to_ask(listing, BACK, now=NOW)) is asked


@pytest.mark.parametrize(("changed", "asked"), [(SINCE - DAY, True), (SINCE - DAY - MOMENT, False)])
def test_a_map_that_changed_last_before_the_window_holds_nothing_of_it(
    changed: datetime, asked: bool
) -> None:
    (posts,) = maps("posts")
    listing = Listing(children=(posts,), changed={posts: changed})

    assert backfill.maps_to_ask(listing, BACK, now=NOW) == ([posts] if asked else [])
    open_begin = Plan(sources=(), until=UNTIL)
    assert backfill.maps_to_ask(listing, open_begin, now=NOW) == [posts]


def test_maps_without_a_day_in_their_names_go_by_when_they_changed() -> None:
    first, second = maps("posts-1", "posts-2")
    changed = {first: SINCE + DAY, second: SINCE + 2 * DAY}
    listing = Listing(children=(first, second), changed=changed)

    assert backfill.maps_to_ask(listing, BACK, now=NOW) == [second, first]


def test_a_map_that_a_backfill_finished_is_not_asked_by_the_next(connection: Connection) -> None:
    listing = Listing(children=tuple(maps("2026/04", "2026/03")))
    (april, march) = maps("2026/04", "2026/03")
    finished_sitemaps.note(connection, april, SINCE, UNTIL, now=NOW)
    anew = Plan(sources=(), since=SINCE, until=UNTIL, refresh=True)

    assert backfill.further(connection, listing, BACK, now=NOW) == [march]
    assert backfill.further(connection, listing, anew, now=NOW) == [april, march]
    assert backfill.further(connection, Listing(), BACK, now=NOW) == []


def page(*dates: datetime, undated: int = 0) -> Listing:
    """A section's page that leads to an older one."""
    dated = [an_entry(str(at), published=at) for at in dates]
    plain = [an_entry(f"plain-{at}") for at in range(undated)]
    return Listing(entries=(*dated, *plain), next_url=f"{SITE}/page/2")


@pytest.mark.parametrize(
    ("listing", "plan", "leads"),
    [
        (page(SINCE), BACK, True),
        (page(SINCE - MOMENT), BACK, False),
        (page(SINCE - DAY, SINCE + DAY), BACK, True),
        (page(undated=2), BACK, True),
        (page(), BACK, False),
        (page(SINCE), TODAY, False),
        (page(SINCE - DAY), Plan(sources=(), until=UNTIL), True),
        (Listing(entries=(an_entry(published=SINCE),)), BACK, False),
        (Listing(entries=(an_entry(modified=SINCE - DAY),), next_url=SITE), BACK, False),
    ],
)
def test_older_pages_are_asked_while_they_are_inside_the_window(
    connection: Connection, listing: Listing, plan: Plan, leads: bool
) -> None:
    assert backfill.leads_on(listing, plan) is leads
    further = backfill.further(connection, listing, plan, now=NOW)
    assert further == ([listing.next_url] if leads else [])


OLD = NOW - 30 * DAY


@pytest.mark.parametrize(
    ("dates", "plan", "wanted"),
    [
        ({}, BACK, True),
        ({"published": SINCE}, BACK, True),
        ({"published": SINCE - MOMENT}, BACK, False),
        ({"published": UNTIL}, BACK, True),
        ({"published": UNTIL + MOMENT}, BACK, False),
        ({"published": SINCE - DAY, "modified": SINCE + DAY}, BACK, False),
        ({"modified": SINCE}, BACK, True),
        ({"modified": SINCE - MOMENT}, BACK, False),
        ({"modified": UNTIL + DAY}, BACK, True),  # published long before, perhaps
        ({"published": SINCE - DAY}, Plan(sources=(), until=UNTIL), True),
        ({"published": UNTIL + DAY}, Plan(sources=(), since=SINCE), True),
        ({"kind": "sitemap"}, TODAY, True),
        ({"kind": "sitemap", "published": OLD}, TODAY, True),
        ({"kind": "sitemap", "published": OLD - MOMENT}, TODAY, False),
        ({"kind": "sitemap", "modified": OLD - MOMENT}, TODAY, False),
        ({"kind": "feed", "published": OLD - MOMENT}, TODAY, True),
    ],
)
def test_an_entry_is_wanted_inside_the_window_and_no_old_page_of_an_archive(
    dates: dict[str, datetime], plan: Plan, wanted: bool
) -> None:
    assert backfill.is_wanted(an_entry(**dates), plan, now=NOW) is wanted


def test_what_is_left_out_is_told_with_its_bound() -> None:
    assert backfill.why_not_wanted(BACK) == "outside of --since and --until"
    assert backfill.why_not_wanted(TODAY) == "older than 30 days (--since takes them)"
