"""The time all processes share is the database's, and stored times are believed within bounds."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from crawler.state import hosts
from crawler.state.hosts import Busy
from indexer.delivery.sender import SENDERS, SendingRight
from indexer.foundation import clock
from indexer.foundation.clock import SharedClock, believable, database_now, is_ahead
from indexer.foundation.database import begin, connect
from tests.factories import NOW

WRONG = timedelta(days=45)


@pytest.fixture(autouse=True)
def nothing_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(clock, "_told", set())
    caplog.set_level(logging.WARNING, logger="techwire")


def wrong_now() -> datetime:
    """A machine whose clock is far ahead."""
    return datetime.now(UTC) + WRONG


def test_a_time_is_believed_as_far_ahead_as_it_may_lie() -> None:
    hour, at = timedelta(hours=1), NOW.timestamp()

    assert believable(at - 9e9, "times", now=NOW) == at - 9e9
    assert believable(at + 60, "times", now=NOW) == at + 60  # clocks differ
    assert believable(at + 3_600, "times", now=NOW) == at
    assert believable(at + 3_600, "waits", now=NOW, longest=hour) == at + 3_600
    assert believable(at + 7_200, "waits", now=NOW, longest=hour) == at
    assert not is_ahead(None, "times", now=NOW)


def test_each_kind_that_is_not_believed_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    for days in (1, 45, 400):
        for what in ("waits", "leases"):
            assert is_ahead((NOW + timedelta(days=days)).timestamp(), what, now=NOW)

    assert [record.getMessage() for record in caplog.records] == [
        f"{what} are not believed: one lies 24 hours ahead of now, so the clock was ahead when it "
        "was stored, or is behind now; taken as now"
        for what in ("waits", "leases")
    ]


def test_machines_with_different_clocks_share_the_database_s(postgres_url: str) -> None:
    engine = connect(postgres_url)
    shared = SharedClock(wrong_now)
    assert shared() - datetime.now(UTC) > timedelta(days=44)

    with begin(engine) as connection:
        shared.measure(connection)
        there = database_now(connection)

    assert abs(shared() - there) < timedelta(seconds=30)
    engine.dispose()


def test_two_crawlers_with_different_clocks_keep_each_other_s_leases(postgres_url: str) -> None:
    engine = connect(postgres_url)
    span = timedelta(seconds=30)

    def take(own: SharedClock, owner: str) -> object:
        with begin(engine) as connection:
            own.measure(connection)
            return hosts.take(connection, "a.example", owner, now=own(), span=span, pace_s=1.0)

    assert not isinstance(take(SharedClock(wrong_now), "ahead"), Busy)
    busy = take(SharedClock(), "right")
    assert isinstance(busy, Busy)
    assert 20 < busy.left_s <= 30
    engine.dispose()


def test_a_sender_s_lease_that_lies_far_ahead_runs_as_long_as_any_other(
    database: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with begin(database) as connection:
        now = database_now(connection)
    heir = SendingRight(database, "news", span_s=4)
    with heir.held():
        pass
    lease = {"owner": "elsewhere:abc:1:ahead", "lease_until": (now + WRONG).timestamp()}
    with begin(database) as connection:
        connection.execute(update(SENDERS).values(**lease))

    with heir.held() as ours:
        assert not ours, "its holder may live"
    with begin(database) as connection:
        until = connection.scalar(select(SENDERS.c.lease_until))
        assert until is not None
        assert until <= database_now(connection).timestamp() + 4
    assert "leases of senders are not believed" in caplog.text


def test_a_sender_that_gave_its_right_back_holds_up_nobody_whatever_its_clock(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.foundation.clock.now_utc", wrong_now)
    right = SendingRight(database, "news", span_s=30)
    with right.held() as ours:
        assert ours
    monkeypatch.undo()

    with SendingRight(database, "news", span_s=30).held() as ours:
        assert ours
