"""A listing whose whole page is new leads on to its older pages, until known ground or a bound."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from crawler.article import Entry
from crawler.discovery.listing import Listing
from crawler.spiders.answers import Reading
from crawler.spiders.plan import Plan
from crawler.spiders.records import note_reading
from crawler.spiders.turns import Turn
from crawler.state import catch_ups, listings
from crawler.state.catch_ups import MOST_PAGES
from crawler.state.listings import ListingAnswer
from indexer.foundation.database import begin
from tests.crawler.state.test_changes import SOURCE
from tests.factories import NOW

FEED = SOURCE.feeds[0]
DAY = timedelta(days=1)


@dataclass
class Desk:
    database: Engine
    after: timedelta = timedelta(0)
    turn: Turn = field(default_factory=lambda: Turn(source=SOURCE, listings=[("feed", FEED)]))

    def shows(
        self,
        *numbers: int,
        page: int = 1,
        leads_on: bool = True,
        status: int = 200,
        error: str | None = None,
    ) -> ListingAnswer:
        """What one page of the feed answers; article n is of n hours after the beginning."""
        listing = Listing(
            entries=tuple(map(an_entry, numbers)), next_url=older(page + 1) if leads_on else None
        )
        answer = ListingAnswer(
            url=FEED if page == 1 else older(page),
            source_id=SOURCE.id,
            kind="feed",
            http_status=status,
            entries=len(numbers),
            error=error,
        )
        reading = Reading(answer=answer, listing=listing if status == 200 else None)
        with begin(self.database) as connection:
            now, plan = NOW + self.after, Plan(sources=(SOURCE,))
            return note_reading(connection, reading, self.turn, plan, now=now)

    def asks(self) -> list[str]:
        with begin(self.database) as connection:
            return [one.older_url for one in catch_ups.pending(connection, SOURCE.id)]

    def left_out(self) -> str | None:
        with begin(self.database) as connection:
            table = listings.LISTINGS
            return connection.execute(table.select().where(table.c.url == FEED)).one().left_out


def older(page: int) -> str:
    return f"{FEED}?paged={page}"


def an_entry(n: int) -> Entry:
    return Entry(
        url=f"{SOURCE.homepage}a/{n}",
        source_id=SOURCE.id,
        found_in=FEED,
        kind="feed",
        title=f"Plant {n} opens",
        published=NOW + timedelta(hours=n),
    )


@pytest.fixture
def away(database: Engine) -> Desk:
    """A desk that read the feed once and comes back three days later."""
    desk = Desk(database)
    desk.shows(-1, -2, -3)
    assert desk.asks() == []
    desk.after = 3 * DAY
    return desk


def test_older_pages_are_asked_until_known_ground(away: Desk) -> None:
    away.shows(70, 69, 68)
    assert away.asks() == [older(2)]
    away.shows(67, 66, 65, page=2)
    assert away.asks() == [older(3)]
    away.shows(64, -1, -2, page=3)

    assert away.asks() == []


def test_a_page_with_one_known_entry_leads_nowhere(away: Desk) -> None:
    away.shows(70, 69, -1)

    assert away.asks() == []


def test_entries_older_than_the_last_visit_are_known_ground_whatever_their_address(
    away: Desk,
) -> None:
    away.shows(70, 69, -40)

    assert away.asks() == []


def test_what_another_listing_of_the_same_turn_found_is_new_as_well(away: Desk) -> None:
    with begin(away.database) as connection:
        from crawler.state import seen

        seen.found(connection, [an_entry(70), an_entry(69)], now=NOW + away.after)

    away.shows(70, 69, 68)

    assert away.asks() == [older(2)]


def test_a_listing_without_an_older_page_says_what_may_be_missing(away: Desk) -> None:
    answer = away.shows(70, 69, 68, leads_on=False)

    assert "no older page is named" in answer.left_out[0]
    assert answer.left_out[0] == away.left_out()


@pytest.mark.parametrize(
    ("status", "error", "asked"),
    [
        (404, "http 404", []),
        (304, None, []),
        (0, "robots: it is closed", []),
        (500, "http 500", [older(2)]),
    ],
)
def test_an_older_page_that_is_none_ends_it_and_one_that_fails_is_asked_later(
    away: Desk, status: int, error: str | None, asked: list[str]
) -> None:
    away.shows(70, 69, 68)
    away.shows(page=2, status=status, error=error)

    assert away.asks() == asked


def test_the_pages_of_one_absence_are_bounded_and_the_cut_is_said(away: Desk) -> None:
    away.shows(10_000)
    for page in range(2, MOST_PAGES + 2):
        assert away.asks() == [older(page)]
        answer = away.shows(10_000 - page, page=page)

    assert away.asks() == []
    assert answer.left_out == (away.left_out(),)
    assert f"{MOST_PAGES} were asked" in answer.left_out[0]


def test_an_older_page_that_always_fails_is_given_up(away: Desk) -> None:
    away.shows(70, 69, 68)
    for _ in range(MOST_PAGES):
        away.shows(page=2, status=500, error="http 500")

    assert away.asks() == []
