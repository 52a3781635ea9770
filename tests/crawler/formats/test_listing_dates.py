"""Dates as listings write them; what can be read two ways is not read."""

from datetime import UTC, datetime

import pytest

from crawler.formats.listing_dates import listing_date

TEN = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "ven., 20 nov. 2026 11:00:00 +0100",
        "vendredi 20 novembre 2026 10:00 GMT",
        "20 de noviembre de 2026 10:00:00 UTC",
        "Fr, 20 November 2026 11:00:00 +0100",
        "20 Kasım 2026 13:00:00 +0300",
        "20 ноября 2026, 13:00:00 +0300",
        "20. listopadu 2026 11:00 +0100",
        "2026年11月20日(金) 10:00",
        "2026년 11월 20일 10:00",
        "20/11/2026 10:00:00",
        "11/20/2026 10:00",
        "20.11.2026 10:00",
        "20-11-2026 10:00",
        "Fri Nov 20 10:00:00 2026",
        "Fri, 20 Nov 26 10:00:00 GMT",
        "1795168800000",
    ],
)
def test_the_instant_is_read_in_many_languages_and_forms(raw):
    assert listing_date(raw) == TEN


@pytest.mark.parametrize(
    "raw",
    [
        "10/11/2026 10:00", "2026", "11:00", "on:", "20 minutes ago", "2026-02-30", "99/99/2026",
        "Fri, 32 Nov 2026 10:00:00 GMT", "2026-11-20T10:00:00+99:00", "20 foo 2026", "", "1" * 70,
    ],
)  # fmt: skip
def test_what_is_ambiguous_or_no_date_is_none(raw):
    assert listing_date(raw) is None


def test_a_shared_zone_name_is_the_publishers_own():
    raw = "Fri, 20 Nov 2026 15:30:00 IST"
    assert listing_date(raw, zone="Asia/Kolkata") == TEN
    assert listing_date(raw) == TEN
    assert listing_date("Fri, 20 Nov 2026 12:00:00 IST", zone="Asia/Jerusalem") == TEN


def test_an_unknown_zone_counts_as_utc():
    assert listing_date("2026-11-20 10:00", zone="Mars/Olympus") == TEN
    assert listing_date(None) is None
