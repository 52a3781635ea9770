"""Labels that tell a story's age, in the languages of the sources."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.article import Precision
from crawler.formats.relative import parse_relative

NOW = datetime(2026, 3, 5, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("label", "age"),
    [
        ("19 hours ago", timedelta(hours=19)),
        ("Straits Times19 hours ago", timedelta(hours=19)),
        ("time2 hours ago", timedelta(hours=2)),
        ("timean hour ago", timedelta(hours=1)),
        ("5 min ago", timedelta(minutes=5)),
        ("2小时前", timedelta(hours=2)),
        ("30 分鐘前", timedelta(minutes=30)),
        ("3時間前", timedelta(hours=3)),
        ("3시간 전", timedelta(hours=3)),
        ("hace 3 horas", timedelta(hours=3)),
        ("há 5 horas", timedelta(hours=5)),
        ("vor 3 Stunden", timedelta(hours=3)),
        ("il y a 20 minutes", timedelta(minutes=20)),
        ("2 ore fa", timedelta(hours=2)),
        ("3 uur geleden", timedelta(hours=3)),
        ("for 2 timer siden", timedelta(hours=2)),
        ("منذ ساعتين", timedelta(hours=2)),
        ("منذ 3 ساعات", timedelta(hours=3)),
        ("2 jam yang lalu", timedelta(hours=2)),
        ("5 часов назад", timedelta(hours=5)),
        ("3 saat önce", timedelta(hours=3)),
        ("10 phút trước", timedelta(minutes=10)),
        ("3 घंटे पहले", timedelta(hours=3)),
        ("saa 3 zilizopita", timedelta(hours=3)),
        ("לפני שעתיים", timedelta(hours=2)),
    ],
)
def test_a_label_is_counted_back_from_now(label, age):
    assert parse_relative(label, now=NOW, timezone=None).instant == NOW - age


def test_days_are_days_of_the_publishers_clock():
    found = parse_relative("yesterday", now=NOW, timezone="Asia/Singapore")  # there it is the 6th

    assert found.instant == datetime(2026, 3, 4, 16, tzinfo=UTC)
    assert (found.precision, found.offset_minutes) == (Precision.DAY, 480)


def test_yesterday_keeps_the_clock_time_it_states():
    found = parse_relative("昨天 14:30", now=NOW, timezone="Asia/Shanghai")

    assert found.instant == datetime(2026, 3, 5, 6, 30, tzinfo=UTC)
    assert found.precision is Precision.MINUTE


@pytest.mark.parametrize(
    "label",
    [
        "昨天 下午3:20",
        "어제 오후 3:20",
        "昨日 15時20分",
        "Yesterday, 3:20 pm",
        "gestern, 15.20 Uhr",
    ],
)
def test_a_days_clock_is_read_as_beside_a_written_date(label):
    found = parse_relative(label, now=NOW, timezone="Asia/Shanghai")

    assert found.instant == datetime(2026, 3, 5, 7, 20, tzinfo=UTC)


def test_vague_ages_are_trusted_less():
    hours = parse_relative("3 hours ago", now=NOW, timezone=None)
    years = parse_relative("4 tahun lalu", now=NOW, timezone=None)

    assert years.confidence < 0.3 < hours.confidence


@pytest.mark.parametrize(
    "label",
    [
        "",
        "12",
        "a",
        "May",
        "Sun",
        "on:",
        "5 March 2026",
        "Heute, 21. Januar 2022",
        "Today's markets",
    ],
)
def test_words_that_only_look_like_a_date_are_none(label):
    assert parse_relative(label, now=NOW, timezone=None) is None


def test_an_unknown_zone_counts_in_utc_and_says_no_offset():
    found = parse_relative("2 hours ago", now=NOW, timezone="Mars/Olympus")
    assert found.offset_minutes is None


def test_dateparser_helps_in_a_named_language():
    label = "3 oras ang nakalipas"  # Filipino has no pattern of ours

    assert parse_relative(label, now=NOW, timezone=None) is None
    assert parse_relative(label, now=NOW, timezone=None, languages=["fil"]).instant.hour == 17
