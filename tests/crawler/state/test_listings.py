"""Listings remember what they last answered, so that they are asked again politely."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, select

from crawler.state import listings
from crawler.state.listings import LISTINGS, ListingAnswer
from indexer.foundation.database import begin
from tests.factories import NOW

FEED = ListingAnswer(
    url="https://news.example/feed",
    source_id="example",
    kind="feed",
    http_status=200,
    entries=20,
    new_entries=3,
    etag='W/"1"',
    last_modified="Sun, 22 Nov 2026 10:00:00 GMT",
)
HEADERS = {"If-None-Match": 'W/"1"', "If-Modified-Since": "Sun, 22 Nov 2026 10:00:00 GMT"}
FAILED = replace(FEED, http_status=500, error="http 500", etag=None, last_modified=None)


def answered(database: Engine, *answers: ListingAnswer, minutes: int = 0) -> Any:
    """The listing's row after these answers."""
    with begin(database) as connection:
        for answer in answers:
            listings.answered(connection, answer, now=NOW + timedelta(minutes=minutes))
        return connection.execute(select(LISTINGS)).one()


def validators(database: Engine) -> dict[str, str]:
    with begin(database) as connection:
        return listings.validators(connection, FEED.url, now=NOW)


def test_a_listing_never_read_is_asked_without_conditions(database: Engine) -> None:
    assert validators(database) == {}


def test_a_listing_is_asked_with_the_validators_of_its_last_answer(database: Engine) -> None:
    answered(database, FEED)
    assert validators(database) == HEADERS

    answered(database, replace(FEED, etag='W/"2"', last_modified=None))
    assert validators(database) == {"If-None-Match": 'W/"2"'}


def test_nothing_new_keeps_all_but_the_time(database: Engine) -> None:
    before = answered(database, FEED)
    unchanged = replace(FEED, http_status=304, entries=0, new_entries=0, etag=None)
    after = answered(database, unchanged, minutes=5)

    assert validators(database) == HEADERS
    assert after.checked_at == before.checked_at + 300
    assert (after.entries, after.new_at) == (20, before.new_at)


def test_an_error_keeps_the_validators_and_counts_failures_in_a_row(database: Engine) -> None:
    row = answered(database, FEED, FAILED, FAILED)

    assert (row.failures, row.error, row.http_status) == (2, "http 500", 500)
    assert validators(database) == HEADERS


def test_an_answer_ends_the_row_of_failures(database: Engine) -> None:
    row = answered(database, FAILED, FAILED, FEED)

    assert (row.failures, row.error) == (0, None)


def test_the_time_of_the_last_new_entry_is_kept(database: Engine) -> None:
    first = answered(database, FEED)
    second = answered(database, replace(FEED, new_entries=0), minutes=60)

    assert second.new_at == first.new_at == int(NOW.timestamp())
