"""A clock that is wrong is said while it is, when the hosts that answer agree on it."""

import logging
from datetime import timedelta
from email.utils import format_datetime

import pytest

from crawler.net.clock_check import HOSTS, ClockCheck
from indexer.foundation import clock
from tests.factories import NOW


@pytest.fixture(autouse=True)
def nothing_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(clock, "_told", set())
    caplog.set_level(logging.WARNING, logger="techwire")


def hear(check: ClockCheck, *apart: timedelta, age_s: int = 0) -> None:
    """Hosts answer whose clocks are so far from NOW."""
    for number, span in enumerate(apart):
        check.heard(f"{number}.example", date=format_datetime(NOW + span), age=str(age_s))


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(days=45), "45 days ahead of"),
        (timedelta(days=-30), "30 days behind"),
        (timedelta(days=-20_000), "20000 days behind"),
    ],
)
def test_a_clock_all_hosts_contradict_is_said_once(
    caplog: pytest.LogCaptureFixture, ahead: timedelta, words: str
) -> None:
    check = ClockCheck(lambda: NOW + ahead)

    hear(check, *[timedelta(0)] * HOSTS)
    hear(check, *[timedelta(0)] * HOSTS)

    assert [record.getMessage() for record in caplog.records] == [
        f"this machine's clock is {words} what {HOSTS} hosts say: set it, for dates of articles "
        "are read by it"
    ]


def test_a_clock_some_hosts_agree_with_is_right(caplog: pytest.LogCaptureFixture) -> None:
    wrong, right = timedelta(days=9), timedelta(minutes=2)

    hear(ClockCheck(lambda: NOW), *[wrong] * (HOSTS - 1))  # too few to tell
    hear(ClockCheck(lambda: NOW), *[wrong] * (HOSTS - 1), right)
    hear(ClockCheck(lambda: NOW), *[wrong, -wrong] * HOSTS)

    assert caplog.records == []


def test_what_a_cache_keeps_for_hours_says_its_age(caplog: pytest.LogCaptureFixture) -> None:
    hear(ClockCheck(lambda: NOW), *[timedelta(hours=-9)] * HOSTS, age_s=9 * 3600)
    check = ClockCheck(lambda: NOW)
    for value in ("", "now", "-1", "\xff"):
        check.heard("a.example", date=value, age=value)

    assert caplog.records == []
