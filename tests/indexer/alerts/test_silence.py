"""Sources that went silent, each by its own habit."""

from datetime import datetime, timedelta

import pytest

from indexer.alerts.running import RoundReport
from indexer.alerts.silence import usual_pause
from indexer.delivery.ledger import keep
from indexer.foundation.database import begin
from tests.factories import NOW, a_document
from tests.indexer.alerts.desk import Desk


def every(pause: timedelta, count: int, *, last: datetime = NOW) -> list[datetime]:
    return [last - pause * number for number in range(count)][::-1]


def wrote(desk: Desk, source: str, moments: list[datetime], *, dated: bool = True) -> None:
    """The ledger knows an article of each moment."""
    with begin(desk.engine) as connection:
        for number, moment in enumerate(moments):
            stamp = int(moment.timestamp())
            document = a_document(
                f"{source}-{number}-{stamp}",
                source=source,
                published_at=stamp if dated else None,
                crawled_at=stamp if not dated else stamp + 600,
            )
            keep(connection, document, now=moment)


def titles(desk: Desk) -> list[str]:
    return [story.title for story in desk.store.recent("mine", most=9)]


def test_few_articles_tell_no_habit() -> None:
    assert usual_pause(every(timedelta(days=1), 5)) is None
    assert usual_pause(every(timedelta(days=1), 6)) == timedelta(days=1)


def test_one_long_pause_is_no_habit_and_two_are() -> None:
    hourly = every(timedelta(hours=1), 50)
    once = [hourly[0] - timedelta(days=9), *hourly]
    twice = [once[0] - timedelta(days=5), *once]

    assert usual_pause(hourly) == usual_pause(once) == timedelta(hours=12)
    assert usual_pause(twice) == timedelta(days=5)


@pytest.mark.parametrize("dated", [True, False])
def test_a_source_that_stops_is_told_once_for_each_silence(desk: Desk, dated: bool) -> None:
    wrote(desk, "daily", every(timedelta(days=1), 20), dated=dated)
    desk.add(silent=["daily"])
    desk.wait(hours=29)
    assert desk.run() == RoundReport()
    desk.wait(hours=2)

    assert desk.run() == RoundReport(found=1, sent=1)
    assert titles(desk) == ["daily has been silent for 31 hours"]
    desk.wait(days=1)
    assert desk.run() == RoundReport()

    wrote(desk, "daily", [desk.now], dated=dated)
    assert desk.run() == RoundReport()
    desk.wait(days=4)
    assert desk.run().found == 1


def test_weekends_are_no_silence(desk: Desk) -> None:
    friday = datetime(2026, 11, 20, 17, tzinfo=NOW.tzinfo)
    workdays = [d for d in every(timedelta(hours=8), 120, last=friday) if d.weekday() < 5]
    wrote(desk, "office", workdays)
    desk.add(silent=["office"])
    desk.now = friday + timedelta(days=2, hours=15)

    assert desk.run().found == 0
    desk.wait(days=1)
    assert desk.run().found == 1


def test_all_sources_are_watched_by_one_word(desk: Desk) -> None:
    wrote(desk, "stopped", every(timedelta(hours=6), 20, last=NOW - timedelta(days=3)))
    wrote(desk, "lively", every(timedelta(hours=6), 20))
    wrote(desk, "rare", every(timedelta(days=10), 4))
    desk.add(silent=["all"])
    desk.wait(hours=1)

    desk.run()

    assert titles(desk) == ["stopped has been silent for 3 days"]


def test_a_crawl_that_stands_still_is_named(desk: Desk) -> None:
    wrote(desk, "daily", every(timedelta(days=1), 20))
    desk.add(silent=["daily"])
    desk.wait(days=3)
    desk.run()

    (story,) = desk.store.recent("mine", most=9)
    assert "is the crawl running?" in story.summary


def test_a_source_without_articles_is_noted_and_one_nobody_knows_is_a_fault(desk: Desk) -> None:
    wrote(desk, "weekly", every(timedelta(days=7), 20))
    desk.add(silent=["The Daily", "weekly", "dail"])
    desk.wait(days=12)

    done = desk.run()

    assert done.found == 1
    assert done.notes == ("alert mine: no article of daily yet",)
    assert done.errors == ("alert mine: no source like 'dail': did you mean daily?",)


def test_a_date_ahead_of_the_crawl_hides_no_silence(desk: Desk) -> None:
    wrote(desk, "daily", every(timedelta(days=1), 20))
    ahead = int((NOW + timedelta(days=300)).timestamp())
    with begin(desk.engine) as connection:
        document = a_document("ahead", source="daily", published_at=ahead)
        keep(connection, document, now=NOW)
    desk.add(silent=["daily"])
    desk.wait(days=3)

    assert desk.run().found == 1
