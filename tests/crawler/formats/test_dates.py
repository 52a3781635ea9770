"""Written dates: listings and pages read the same forms; what means two days, nobody guesses."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.article import Page, Precision, Site
from crawler.extraction.dates.date_reader import DateReader
from crawler.extraction.parsing import Parsed
from crawler.formats.dates import listing_date, read_date
from crawler.formats.zones import NAMED, zone_of
from tests.crawler.extraction.pages import article_page

TEN = datetime(2026, 11, 20, 10, tzinfo=UTC)

FORMS = [
    # machines
    "2026-11-20T10:00:00Z",
    "2026-11-20T10:00:00.123456789Z",
    "2026-11-20T10:00:00.1234567890123Z",
    "2026-11-20T18:00:00+08:00",
    "2026-11-20T18:00+0800",
    "2026-11-20 18:00:00 +08",
    "2026-11-20 10:00:00",
    "2026-11-20 10:00:00 UTC",
    "2026/11/20 10:00",
    "2026.11.20 10:00",
    "20261120T100000Z",
    "20261120T1000Z",
    "20261120100000",
    "202611201000",
    "1795168800",
    "1795168800000",
    "2026-11-19T24:00:00-10:00",
    "2026-11-20T09:59:60Z",
    # feeds and mail
    "Fri, 20 Nov 2026 10:00:00 GMT",
    "Fri, 20 Nov 2026 10:00 UT",
    "Fri, 20 Nov 26 10:00:00 GMT",
    "20-Nov-2026 10:00:00 GMT",
    "Fri, 20 Nov 2026 10.00.00 GMT",
    "Fri, 20 Nov 2026 18:00:00 +0800 (CST)",
    "Fri, 20 Nov 2026 18:00:00 GMT+0800",
    "Fri, 20 Nov 2026 18:00:00 GMT+8",
    "Fri, 20 Nov 2026 18:00:00 +08:00",
    "Fri, 20 Nov 2026 05:00:00 EST",
    "Thu, 19 Nov 2026 24:00:00 -1000",
    "Fri Nov 20 10:00:00 2026",
    "Fri Nov 20 10:00:00 UTC 2026",
    "Fri Nov 20 10:00:00 +0000 2026",
    "Fri Nov 20 2026 18:00:00 GMT+0800 (China Standard Time)",
    # people
    "November 20, 2026 10:00",
    "Nov. 20, 2026 at 10:00 am UTC",
    "Nov 20, 2026 5:00 AM EST",
    "Friday, November 20th, 2026, 10:00 GMT",
    "20th of November 2026, 10:00",
    "Published 20 Nov 2026 10:00",
    "ven., 20 nov. 2026 11:00:00 +0100",
    "vendredi 20 novembre 2026 10:00 GMT",
    "20 de noviembre de 2026 10:00:00 UTC",
    "20 de novembro de 2026, 10h00",
    "Fr, 20 November 2026 11:00:00 +0100",
    "20. November 2026, 11:00 Uhr MEZ",
    "20. November 2026, 10 Uhr",
    "20 Kasım 2026 13:00:00 +0300",
    "20 ноября 2026, 13:00:00 +0300",
    "20. listopadu 2026 11:00 +0100",
    "20 تشرين الثاني 2026 10:00",
    "٢٠ نوفمبر ٢٠٢٦ 10:00",
    "20 พฤศจิกายน 2569 10:00",
    "2026年11月20日(金) 10:00",
    "2026年11月20日 下午6:00 +0800",
    "2026年11月20日 上午10时",
    "令和8年11月20日 10:00",
    "ngày 20 tháng 11 năm 2026 10:00",
    "20 בנובמבר 2026, 10:00",
    "2026. gada 20. novembris, 10:00",
    "2026년 11월 20일 10:00",
    "2026년 11월 20일 오전 10:00",
    "20/11/2026 10:00:00",
    "11/20/2026 10:00",
    "20.11.2026 10:00",
    "20-11-2026 10:00",
]
OFFSETS = [  # of November
    ("+05:30", 330), ("-0800", -480), ("+0545", 345), ("GMT+7", 420), ("UTC-3", -180),
    ("(CET)", 60), *NAMED.items(),
]  # fmt: skip


def on_a_page(raw: object, *, zone: str | None = None, order: str = "DMY") -> datetime | None:
    """The instant a page's reader takes from a stamp."""
    site = Site(id="s", name="S", homepage="https://s.example/", timezone=zone, date_order=order)
    page: Page = article_page(site=site, fetched_at=TEN + timedelta(days=2))
    reader = DateReader(page, Parsed(url=page.url, tree=None), "en")
    found = reader.stamp(raw, "test", 0.5)
    return found and found.instant


@pytest.mark.parametrize("raw", FORMS)
def test_listings_and_pages_read_the_same_forms(raw):
    assert listing_date(raw) == TEN
    assert on_a_page(raw) == TEN


@pytest.mark.parametrize(("zone", "minutes"), OFFSETS)
@pytest.mark.parametrize("form", ["Fri, 20 Nov 2026 10:00:00 {}", "2026-11-20 10:00 {}"])
def test_listings_and_pages_know_the_same_zones(form, zone, minutes):
    raw = form.format(zone)

    assert listing_date(raw) == TEN - timedelta(minutes=minutes)
    assert on_a_page(raw, zone="UTC") == TEN - timedelta(minutes=minutes)


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
        "20/11/26 10:00", "10-11-2026", "0001-01-01T00:00:00Z", "Fri, 20 Nov 2026 10:00:00 +9900",
    ],
)  # fmt: skip
def test_what_is_ambiguous_or_no_date_is_none(raw):
    assert listing_date(raw) is None


@pytest.mark.parametrize(
    ("raw", "order", "day"),
    [
        ("10/11/2026", "DMY", "2026-11-10"),
        ("10/11/2026", "MDY", "2026-10-11"),
        ("10.11.2026", "MDY", "2026-11-10"),
        ("10.11.2026", None, "2026-11-10"),
        ("11/11/2026", None, "2026-11-11"),
        ("13/11/2026", "MDY", "2026-11-13"),
        ("20/11/26", "DMY", "2026-11-20"),
    ],
)
def test_numbers_stand_in_the_order_the_caller_knows(raw, order, day):
    assert read_date(raw, order=order).local.date().isoformat() == day


@pytest.mark.parametrize("raw", [True, None, [], {"a": 1}, b"2026-11-20", float("nan"), 1e300])
def test_what_is_no_string_and_no_time_is_no_date(raw):
    assert read_date(raw, order="DMY") is None


@pytest.mark.parametrize(
    ("raw", "precision"),
    [
        ("2026-11-20", Precision.DAY),
        ("20261120", Precision.DAY),
        ("20261120-a-story", Precision.DAY),
        ("2026-11-20 9:05", Precision.MINUTE),
        ("2026-11-20 9:05:00 -0800", Precision.SECOND),
        ("20 Nov 2026 10:00", Precision.MINUTE),
        (1795168800, Precision.SECOND),
    ],
)
def test_a_date_is_as_exact_as_it_is_written(raw, precision):
    assert read_date(raw, order="DMY").precision is precision


def test_a_shared_zone_name_is_the_publishers_own():
    raw = "Fri, 20 Nov 2026 15:30:00 IST"
    assert listing_date(raw, zone="Asia/Kolkata") == TEN
    assert listing_date(raw) == TEN
    assert listing_date("Fri, 20 Nov 2026 12:00:00 IST", zone="Asia/Jerusalem") == TEN


@pytest.mark.parametrize(
    ("raw", "zone"),
    [
        ("Fri Nov 20 18:00:00 CST 2026", "Asia/Shanghai"),
        ("Fri Nov 20 04:00:00 CST 2026", "America/Chicago"),
        ("Fri Nov 20 04:00:00 CST 2026", "Europe/Berlin"),
        ("20 Nov 2026 12:00 IST", "Asia/Jerusalem"),
        ("20 Nov 2026 15:30 IST", "Asia/Kolkata"),
        ("20 Nov 2026 18:00 PST", "Asia/Manila"),
    ],
)
def test_a_page_reads_a_shared_name_by_its_newsrooms_clock_as_its_listing_does(raw, zone):
    assert on_a_page(raw, zone=zone) == listing_date(raw, zone=zone) == TEN


def test_a_name_of_two_zones_tells_no_offset_where_no_newsroom_is_known():
    raw = "20 Nov 2026 18:00 CST"

    assert read_date(raw, order="DMY").offset is None
    assert read_date(raw, order="DMY", home=zone_of("Asia/Taipei")).offset == 480


@pytest.mark.parametrize(
    "label", ["20 Nov 2026 10:00 Art Basel", "20 Nov 2026 10:00 ICT | Funding"]
)
def test_a_word_behind_a_clock_is_no_zone(label):
    assert read_date(label, order="DMY").offset is None


def test_a_clock_without_zone_is_the_newsrooms_own():
    assert listing_date("2026-11-20 18:00", zone="Asia/Taipei") == TEN
    assert on_a_page("2026-11-20 18:00", zone="Asia/Taipei") == TEN


def test_a_listings_day_begins_at_its_publishers_midnight():
    assert listing_date("2026-11-20", zone="Asia/Tokyo") == TEN - timedelta(hours=19)


def test_the_listings_language_decides_what_its_months_mean():
    assert listing_date("20. listopad 2026 10:00", language="cs") == TEN
    assert listing_date("20. listopad 2026 10:00", language="hr") == TEN - timedelta(days=31)


def test_an_unknown_zone_counts_as_utc():
    assert listing_date("2026-11-20 10:00", zone="Mars/Olympus") == TEN
    assert listing_date(None) is None


@pytest.mark.parametrize("label", ["20 Nov 2026 10:00-18:00", "20 Nov 2026 10:00 -90% on all"])
def test_what_looks_like_an_offset_takes_no_date_away(label):
    assert read_date(label, order="DMY").local == TEN.replace(tzinfo=None)
