"""Each listing remembers when it is due; its source is due with the first of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from crawler.sources.source import Source
from crawler.state import polls, seen
from crawler.state.intervals import Rules
from crawler.state.listings import ListingAnswer
from crawler.state.polls import PollResult
from crawler.state.seen import Outcome, Settlement
from indexer.foundation.database import begin
from tests.factories import NOW, an_entry

FEED, MAP = "https://example.example/feed", "https://example.example/sitemap.xml"
SOURCE = Source(
    id="example",
    name="Example",
    homepage="https://example.example/",
    feeds=(FEED,),
    sitemaps=(MAP,),
    timezone="Asia/Tokyo",
)
RULES = Rules()
BUSY = tuple(an_entry(str(n), published=NOW - timedelta(minutes=20 * n)) for n in range(1, 40))


def answer(url: str = FEED, kind: str = "feed", **changes: Any) -> ListingAnswer:
    return replace(
        ListingAnswer(url=url, source_id="example", kind=kind, http_status=200), **changes
    )


def note(
    database: Engine,
    said: ListingAnswer,
    asked: PollResult | None = None,
    *,
    source: Source = SOURCE,
    now: datetime = NOW,
) -> timedelta:
    with begin(database) as connection:
        due = polls.note(connection, said, asked or PollResult(), source, RULES, now=now)
    return due - now


def due(database: Engine, after: timedelta = timedelta(0)) -> list[str]:
    with begin(database) as connection:
        return [url for _, url in polls.listings_due(connection, SOURCE, now=NOW + after)]


def source_due(database: Engine, now: datetime = NOW) -> timedelta:
    with begin(database) as connection:
        return polls.source_due(connection, SOURCE, RULES, now=now) - now


def test_listings_never_asked_are_due(database: Engine) -> None:
    assert due(database) == [FEED, MAP]


def test_a_listing_is_due_again_after_its_own_wait(database: Engine) -> None:
    wait = note(database, answer(), PollResult(entries=BUSY, new=BUSY))
    note(database, answer(MAP, "sitemap"))

    assert wait < timedelta(minutes=20)
    assert due(database, wait - timedelta(seconds=2)) == []
    assert due(database, wait + timedelta(seconds=1)) == [FEED]
    assert timedelta(0) <= wait - source_due(database) < timedelta(seconds=1)


def test_not_modified_remembers_the_publisher_s_ttl(database: Engine) -> None:
    hour = timedelta(hours=1)
    note(database, answer(), PollResult(entries=BUSY, new=BUSY, ttl=hour))

    again = note(database, answer(http_status=304), now=NOW + hour)

    assert again >= hour


def test_retry_after_is_kept_to_the_letter_and_soft_errors_double(database: Engine) -> None:
    down = answer(http_status=503, error="http 503")

    asked = note(database, down, PollResult(retry_after=timedelta(hours=7)))
    second = note(database, down)
    third = note(database, down)

    assert timedelta(hours=7) <= asked <= timedelta(hours=7.7)
    assert timedelta(minutes=10) <= second <= timedelta(minutes=11)
    assert timedelta(minutes=20) <= third <= timedelta(minutes=22)


def test_a_refusal_waits_hours_and_one_success_forgets_all_failures(database: Engine) -> None:
    refused = note(database, answer(http_status=403, error="http 403"))
    note(database, answer(), PollResult(entries=BUSY, new=BUSY))
    later = note(database, answer(http_status=500, error="http 500"))

    assert refused >= timedelta(hours=1)
    assert later <= timedelta(minutes=6)


def test_cron_times_go_before_habits_but_not_before_retry_after(database: Engine) -> None:
    nightly = replace(
        SOURCE, schedule="0 3 * * *"
    )  # in Tokyo, where it is nine o'clock in the evening
    down = answer(http_status=503, error="http 503")

    usual = note(database, answer(), PollResult(entries=BUSY, new=BUSY), source=nightly)
    told = note(database, down, PollResult(retry_after=timedelta(hours=9)), source=nightly)

    assert usual == timedelta(hours=6)
    assert told == timedelta(hours=9)


def test_a_failed_page_brings_its_source_s_turn_forward(database: Engine) -> None:
    note(database, answer(), PollResult())
    note(database, answer(MAP, "sitemap"), PollResult())
    entry = an_entry()
    with begin(database) as connection:
        seen.note_found(connection, [entry], now=NOW)
        seen.settle(connection, entry, Settlement(outcome=Outcome.FAILED), now=NOW)

    assert source_due(database) == timedelta(minutes=10)


def test_sub_sitemaps_are_asked_along_until_they_are_dated_dead_or_gone(database: Engine) -> None:
    living = "https://example.example/news-sitemap.xml"
    gone = "https://example.example/gone.xml"
    dead = "https://example.example/sitemap-2019-01.xml"
    for url in (FEED, MAP, living, dead):
        note(database, answer(url, "feed" if url == FEED else "sitemap"), PollResult())
    for _ in range(4):
        note(database, answer(gone, "sitemap", http_status=404, error="http 404"))

    assert set(due(database, timedelta(days=3))) == {FEED, MAP, living}


def test_a_listing_no_longer_registered_is_not_asked(database: Engine) -> None:
    note(database, answer("https://example.example/old-feed"), PollResult())

    assert "https://example.example/old-feed" not in due(database, timedelta(days=9))


def test_a_clock_set_back_makes_listings_due(database: Engine) -> None:
    note(database, answer(), PollResult(), now=NOW + timedelta(days=300))

    assert FEED in due(database)
