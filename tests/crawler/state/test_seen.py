"""Seen entries: exact, newest first, tried again later, and nothing forgotten by a crash."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from crawler.article import Entry
from crawler.state import seen
from crawler.state.page_retries import WAITS, WAITS_EMPTY, YOUNG
from crawler.state.seen import MOST_REFUSED, SEEN, Outcome, Settlement
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


def waits_of(database: Engine, entry: Entry, end: Settlement) -> list[timedelta]:
    """How long an entry is left alone after each attempt that ends so, until it is given up."""
    now, waits = NOW, []
    settle(database, entry, end, now=now)
    while len(waits) < 20:
        with begin(database) as connection:
            retry_at = seen.first_retry(connection, entry.source_id, now=now)
        if retry_at is None:
            break
        due = datetime.fromtimestamp(retry_at, UTC)
        assert pending(database, now=due - timedelta(seconds=1)) == []
        waits.append(due - now)
        now = due
        settle(database, entry, end, now=now)
    assert pending(database, now=now + timedelta(days=365)) == []
    with begin(database) as connection:
        assert seen.outcome_counts(connection) == {"dropped": 1}
    return waits


def test_a_failed_entry_is_tried_again_later_each_time_and_then_dropped(database: Engine) -> None:
    entry = an_entry("one", published=NOW - timedelta(days=9))
    found(database, entry)

    waits = waits_of(database, entry, FAILED)

    assert waits == list(WAITS)
    assert waits[0] == timedelta(minutes=10)
    assert timedelta(days=1) < sum(waits, timedelta()) < YOUNG


@pytest.mark.parametrize(
    ("reason", "status", "waits"),
    [
        ("http 404", 404, WAITS),
        ("http 403", 403, WAITS),
        ("challenge: one moment please", 200, WAITS),
        ("error-page: not found", 200, WAITS),
        ("empty: no text in it", 200, WAITS_EMPTY),
        ("http 410", 410, ()),
        ("http 401", 401, ()),
        ("robots: disallowed", None, ()),
        ("off-topic: no tech topic", 200, ()),
        ("list-page: titles of many stories", 200, ()),
    ],
)
def test_a_young_article_without_its_page_is_waited_for_where_it_may_come(
    database: Engine, reason: str, status: int | None, waits: tuple[timedelta, ...]
) -> None:
    entry = an_entry("one", published=NOW)
    found(database, entry)
    end = Settlement(outcome=Outcome.DROPPED, reason=reason, http_status=status)

    assert waits_of(database, entry, end) == list(waits)


def test_an_old_article_without_its_page_is_given_up_at_once(database: Engine) -> None:
    missing = Settlement(outcome=Outcome.DROPPED, reason="http 404", http_status=404)
    old = an_entry("old", published=NOW - YOUNG)
    undated = an_entry("undated")
    found(database, old, undated, now=NOW - timedelta(hours=1))

    for entry in (old, undated):
        settle(database, entry, missing)

    assert pending(database, now=NOW + timedelta(hours=1)) == ["undated"]  # found an hour ago


def test_a_source_that_refuses_every_page_is_asked_again_for_a_few_until_it_lets_one_be_read(
    database: Engine,
) -> None:
    refused = Settlement(outcome=Outcome.DROPPED, reason="http 403", http_status=403)
    entries = [an_entry(f"p{n}", published=NOW) for n in range(MOST_REFUSED + 4)]
    found(database, *entries)
    for entry in entries[:-2]:
        settle(database, entry, refused)
    later = NOW + timedelta(hours=1)

    assert len(pending(database, now=later)) == MOST_REFUSED + 2
    settle(database, entries[-2], STORED)
    settle(database, entries[-1], refused)
    assert len(pending(database, now=later)) == MOST_REFUSED + 1


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
        other = replace(mine.new[0], source_id="other")
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
        return seen.note_found(connection, [entry], now=NOW).new
