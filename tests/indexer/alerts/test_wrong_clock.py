"""Alerts whose machine's clock was wrong for a while tell what they should when it is right."""

import logging
from datetime import timedelta

import pytest

from indexer.foundation import clock
from tests.factories import NOW
from tests.indexer.alerts.desk import Desk
from tests.indexer.alerts.test_silence import every, titles, wrote

JUMPS = [timedelta(days=1), timedelta(days=45), timedelta(days=400)]


@pytest.fixture(autouse=True)
def nothing_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(clock, "_told", set())
    caplog.set_level(logging.WARNING, logger="techwire")


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_an_alert_made_while_the_clock_was_ahead_begins_when_it_is_right(
    desk: Desk, jump: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    desk.now += jump
    desk.add()
    desk.now -= jump
    desk.publish("old", title="Old chips", crawled_at=int(desk.now.timestamp()) - 60)
    assert desk.run().found == 0

    desk.wait(minutes=5)
    desk.publish("new", title="New chips")
    desk.wait(minutes=5)

    assert desk.run().found == 1
    assert titles(desk) == ["New chips"]
    assert "beginnings of alerts are not believed" in caplog.text


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_an_alert_that_looked_while_the_clock_was_ahead_goes_on_and_doubles_nothing(
    desk: Desk, jump: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    desk.add()
    desk.wait(minutes=5)
    desk.publish("early", title="Early chips")
    assert desk.run().found == 1
    desk.now += jump
    assert desk.run().found == 0
    desk.now -= jump

    desk.publish("new", title="New chips")

    assert desk.run().found == 1
    assert desk.run().found == 0
    assert titles(desk) == ["New chips", "Early chips"]
    assert "times when alerts looked last are not believed" in caplog.text


def test_a_story_crawled_while_the_clock_was_ahead_is_told_once(desk: Desk) -> None:
    desk.add()
    desk.wait(minutes=5)
    ahead = desk.now + timedelta(days=45)

    desk.publish("new", title="New chips", crawled_at=int(ahead.timestamp()))

    assert desk.run().found == 1
    desk.wait(days=45)
    assert desk.run().found == 0


def test_a_digest_sent_while_the_clock_was_ahead_does_not_hold_up_the_next(desk: Desk) -> None:
    desk.add(digest="daily")
    desk.now += timedelta(days=45)
    desk.run()
    desk.now -= timedelta(days=45)
    desk.publish("new", title="New chips")

    assert desk.run().sent == 1
    desk.publish("newer", title="Newer chips")
    assert desk.run().sent == 0
    desk.wait(days=1)
    assert desk.run().sent == 1


@pytest.mark.parametrize("jump", JUMPS[1:], ids=str)
def test_a_source_that_fell_silent_is_told_though_the_clock_was_ahead_once(
    desk: Desk, jump: timedelta
) -> None:
    desk.add(silent=["example"])
    wrote(desk, "example", every(timedelta(hours=2), 50), dated=False)
    desk.now += jump
    wrote(desk, "example", [desk.now], dated=False)  # one crawl with that clock
    desk.run()
    desk.now = NOW + timedelta(days=3)
    desk.run()
    desk.wait(minutes=20)

    assert desk.run().found == 1
    assert titles(desk) == ["example has been silent for 3 days"]


def test_a_clock_that_is_behind_stops_no_alert(desk: Desk) -> None:
    desk.add()
    desk.wait(minutes=5)
    desk.run()
    desk.now -= timedelta(days=30)
    desk.publish("behind", title="Chips of a slow clock")
    assert desk.run().found == 1
    desk.now += timedelta(days=30)
    desk.publish("new", title="New chips")

    assert desk.run().found == 1
    assert desk.run().found == 0
