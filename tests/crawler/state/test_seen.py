"""Seen entries: exact, newest first, tried again later, and nothing forgotten by a crash."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from crawler.article import Entry
from crawler.state import seen
from crawler.state.seen import FIRST_RETRY, MAX_ATTEMPTS, SEEN, Outcome, Settlement
from crawler.urls import document_id
from indexer.foundation.database import begin, connect
from tests.factories import NOW, PUBLISHED, an_entry

STORED = Settlement(outcome=Outcome.STORED, http_status=200)
DROPPED = Settlement(outcome=Outcome.DROPPED, reason="off-topic: rates", http_status=200)
FAILED = Settlement(outcome=Outcome.FAILED, reason="http 500", http_status=500)


def found(database: Engine, *entries: Entry, now: datetime = NOW) -> int:
    with begin(database) as connection:
        return seen.found(connection, entries, now=now)


def settle(database: Engine, entry: Entry, end: Settlement, now: datetime = NOW) -> None:
    with begin(database) as connection:
        seen.settle(connection, entry, end, now=now)


def pending(
    database: Engine,
    now: datetime = NOW,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> list[str]:
    with begin(database) as connection:
        entries = seen.pending(
            connection, "example", now=now, since=since, until=until, limit=limit
        )
    return [entry.url.rpartition("/")[2] for entry in entries]


def test_an_entry_comes_back_as_it_was_found(database: Engine) -> None:
    entry = an_entry(
        "one",
        title="杭州",
        published=PUBLISHED,
        published_raw="Sun, 22 Nov 2026 17:30:00 +0800",
        modified=NOW,
        authors=("Ada", "Lin"),
        language="zh",
    )
    found(database, entry)

    with begin(database) as connection:
        assert seen.pending(connection, "example", now=NOW) == [entry]


def test_a_title_with_half_a_character_is_written_down_too(database: Engine) -> None:
    assert found(database, an_entry("one", title="broken \ud83d emoji \x00")) == 1

    assert pending(database) == ["one"]


def test_an_entry_counts_once_whatever_form_its_address_has(database: Engine) -> None:
    assert found(database, an_entry("a-long-story-of-chips")) == 1

    again = an_entry("a-long-story-of-chips?utm_source=rss")
    assert found(database, again, an_entry("a-long-story-of-chips/")) == 0
    assert pending(database) == ["a-long-story-of-chips"]


def test_the_newest_come_first_and_undated_ones_last(database: Engine) -> None:
    hours = {f"h{hours}": PUBLISHED - timedelta(hours=hours) for hours in (5, 1, 3)}
    found(database, an_entry("undated"), *(an_entry(n, published=t) for n, t in hours.items()))

    assert pending(database) == ["h1", "h3", "h5", "undated"]
    assert pending(database, limit=2) == ["h1", "h3"]


def test_undated_ones_come_as_their_listing_orders_them_the_latest_answer_s_first(
    database: Engine,
) -> None:
    found(database, *(an_entry(f"old{n}") for n in range(12)))
    found(database, an_entry("new0"), an_entry("new1"), now=NOW + timedelta(hours=1))

    assert pending(database) == ["new0", "new1", *(f"old{n}" for n in range(12))]
    assert pending(database, limit=3) == ["new0", "new1", "old0"]


def test_since_and_until_hold_for_dated_entries(database: Engine) -> None:
    days = {f"d{day}": datetime(2026, 11, day, tzinfo=UTC) for day in (10, 15, 20)}
    found(database, an_entry("undated"), *(an_entry(n, published=t) for n, t in days.items()))

    since, until = datetime(2026, 11, 12, tzinfo=UTC), datetime(2026, 11, 18, tzinfo=UTC)
    assert pending(database, since=since, until=until) == ["d15", "undated"]


def test_sources_do_not_see_each_others_entries(database: Engine) -> None:
    found(database, an_entry("one"), an_entry("two", source_id="other"))

    assert pending(database) == ["one"]


@pytest.mark.parametrize("end", [STORED, DROPPED], ids=["stored", "dropped"])
def test_a_settled_entry_waits_no_more_and_is_not_new_again(
    database: Engine, end: Settlement
) -> None:
    entry = an_entry("one")
    found(database, entry)
    settle(database, entry, end)

    assert pending(database) == []
    assert found(database, entry, now=NOW + timedelta(days=30)) == 0
    assert pending(database, now=NOW + timedelta(days=30)) == []


def test_a_stored_entry_whose_listing_says_it_changed_waits_again(database: Engine) -> None:
    entry = an_entry("one")
    found(database, entry)
    settle(database, entry, STORED)

    before = an_entry("one", modified=NOW - timedelta(minutes=1))
    after = an_entry("one", modified=NOW + timedelta(minutes=1))
    assert found(database, before) == 0
    assert found(database, after) == 1
    assert pending(database) == ["one"]


def test_a_failed_entry_is_tried_again_later_each_time_and_then_dropped(database: Engine) -> None:
    entry = an_entry("one")
    found(database, entry)
    now, waits = NOW, []
    for _ in range(MAX_ATTEMPTS - 1):
        settle(database, entry, FAILED, now=now)
        wait = timedelta()
        while not pending(database, now=now + wait):
            wait += FIRST_RETRY
        waits.append(wait)
        now += wait

    settle(database, entry, FAILED, now=now)

    assert waits == [FIRST_RETRY * 2**attempt for attempt in range(MAX_ATTEMPTS - 1)]
    assert pending(database, now=now + timedelta(days=365)) == []
    with begin(database) as connection:
        assert seen.outcome_counts(connection) == {"dropped": 1}


def test_an_entry_given_by_hand_is_settled_without_being_found(database: Engine) -> None:
    settle(database, an_entry("one"), DROPPED)

    with begin(database) as connection:
        row = connection.execute(select(SEEN)).one()
    assert (row.outcome, row.reason, row.http_status) == ("dropped", "off-topic: rates", 200)


def test_an_article_stored_under_another_address_is_seen_there_too(database: Engine) -> None:
    entry = an_entry("redirect-1")
    with begin(database) as connection:
        seen.mark_stored(connection, "https://example.example/real", entry, now=NOW)

    assert found(database, an_entry("real")) == 0
    with begin(database) as connection:
        (stored,) = connection.scalars(select(SEEN.c.document_id))
    assert stored == document_id("https://example.example/real")


def test_outcomes_are_counted(database: Engine) -> None:
    found(database, *(an_entry(name) for name in "abcd"))
    settle(database, an_entry("a"), STORED)
    settle(database, an_entry("b"), DROPPED)

    with begin(database) as connection:
        assert seen.outcome_counts(connection) == {"found": 2, "stored": 1, "dropped": 1}


def test_an_entry_two_sources_announce_at_once_is_one_source_s(database_url: str) -> None:
    ours, theirs = connect(database_url), connect(database_url)
    with begin(ours) as connection:
        mine = seen.note_found(connection, [an_entry("one", source_id="example")], now=NOW)
        other = replace(mine[0], source_id="other")
        asked = threading.Thread(target=lambda: added.extend(note(theirs, other)))
        added: list[Entry] = []
        asked.start()
        asked.join(0.3)  # the other transaction waits for ours, or has not begun
    asked.join()

    assert added == []
    assert pending(ours) == ["one"]
    ours.dispose()
    theirs.dispose()


def note(database: Engine, entry: Entry) -> list[Entry]:
    with begin(database) as connection:
        return seen.note_found(connection, [entry], now=NOW)
