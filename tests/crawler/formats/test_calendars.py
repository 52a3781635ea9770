"""Dates of other calendars are read as the Gregorian days that they are."""

from datetime import date

import pytest

from crawler.formats.calendars import other_calendar_day
from crawler.formats.dates import read_date
from crawler.formats.zones import zone_of

DAY = date(2024, 4, 24)


@pytest.mark.parametrize(
    ("label", "language", "timezone"),
    [
        ("令和6年4月24日", "ja", None),
        ("2024年（令和6年）4月24日", "ja", None),
        ("更新：令和 6 年 4 月 24 日", "ja", None),
        ("R6.4.24", "ja", None),
        ("民國113年4月24日", "zh", None),
        ("中華民國 113 年 4 月 24 日", "zh", None),
        ("113年04月24日", "zh", None),
        ("民國113-04-24", "zh", None),
        ("113/04/24", "zh", "Asia/Taipei"),
        ("24 เมษายน พ.ศ. 2567", "th", None),
        ("24 เม.ย. 67", "th", None),
        ("24/04/2567", "th", None),
        ("2567-04-24", "th", None),
        ("۵ اردیبهشت ۱۴۰۳", "fa", None),
        ("۱۴۰۳/۰۲/۰۵", "fa", None),
        ("1403-02-05", None, "Asia/Tehran"),
    ],
)
def test_a_label_in_another_calendar_tells_its_day(label, language, timezone):
    home = zone_of(timezone) if timezone else None
    moment = read_date(label, order="DMY", language=language, home=home)

    assert moment is not None
    assert moment.local.date() == DAY


def test_the_clock_beside_such_a_day_is_read_too():
    moment = read_date("民國113年4月24日 14:30", order="YMD", language="zh")

    assert moment is not None
    assert (moment.local.hour, moment.local.minute) == (14, 30)


@pytest.mark.parametrize(
    ("label", "day"),
    [
        ("1 فروردین 1400", date(2021, 3, 21)),
        ("30 اسفند 1399", date(2021, 3, 20)),
        ("1 فروردین 1404", date(2025, 3, 21)),
        ("29 اسفند 1398", date(2020, 3, 19)),
        ("1 مهر 1402", date(2023, 9, 23)),
    ],
)
def test_persian_years_begin_at_the_equinox(label, day):
    found = other_calendar_day(label, "fa", None)

    assert found is not None
    assert found.day == day


@pytest.mark.parametrize(
    "label",
    [
        "1403/02/05",  # of no known newsroom
        "113/04/24",
        "30 اسفند 1402",  # no leap year
        "15 شوال 1445",  # the moon decides
        "令和6年13月40日",
        "PR6.4.24",
    ],
)
def test_what_no_calendar_explains_is_left_out(label):
    assert other_calendar_day(label, None, None) is None


def test_a_gregorian_day_written_first_counts():
    moment = read_date("24 أبريل 2024 - 15 شوال 1445", order="DMY", language="ar")

    assert moment is not None
    assert moment.local.date() == DAY
