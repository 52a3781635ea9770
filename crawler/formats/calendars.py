"""Dates of other calendars than the Gregorian: 令和6年, 民國113年, พ.ศ. 2567, ۵ اردیبهشت ۱۴۰۳.

Only calendars that give one day: the Islamic one depends on the moon as it was seen, so that its
dates are left out (pages that write them write the Gregorian ones beside).
"""

import re
from collections.abc import Callable
from datetime import date, timedelta, tzinfo
from typing import NamedTuple

from crawler.formats.months import month_number

BUDDHIST = 543  # years before the Gregorian era
MINGUO = 1911
_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925}
_TAIPEI = "Asia/Taipei"
_THAI = "Asia/Bangkok"

_MONTH = r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_ERA = re.compile(
    rf"(?:(?P<era>令和|平成|昭和)\s?(?P<y>元|\d{{1,2}})\s?年\s?(?P<m>{_MONTH})\s?月\s?(?P<d>{_DAY})\s?日"
    rf"|(?<![A-Za-z])(?P<letter>[RH])(?P<y2>\d{{1,2}})(?P<sep>[./])(?P<m2>{_MONTH})(?P=sep)(?P<d2>{_DAY})(?!\d))"
)
_REPUBLIC = re.compile(
    rf"(?P<named>[民⺠][國国])?\s?(?<!\d)(?P<y>1[0-4]\d|[89]\d)\s?(?P<sep>年|[./-])\s?(?P<m>{_MONTH})"
    rf"\s?(?:月|(?P=sep))\s?(?P<d>{_DAY})(?!\d)\s?日?"
)
_OF_BUDDHA = re.compile(
    rf"(?<![\d.,/-])(?:(?P<d>{_DAY})\s?(?P<sep>[./-])\s?(?P<m>{_MONTH})(?P=sep)\s?(?P<y>25[4-9]\d)"
    rf"|(?P<y2>25[4-9]\d)(?P<sep2>[./-])(?P<m2>{_MONTH})(?P=sep2)(?P<d2>{_DAY}))(?![\d/-])"
)
# a Thai month's name before a year of four or two digits
_THAI_WORDS = re.compile(
    rf"(?<!\d)(?P<d>{_DAY})\s{{0,2}}(?P<m>[\u0e00-\u0e7f][\u0e00-\u0e7f.]{{2,12}}?)\s{{0,2}}"
    r"(?:พ\.?\s?ศ\.?\s?)?(?P<y>25[4-9]\d|[4-9]\d)(?!\d)"
)
_PERSIAN_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد امرداد", "شهریور", "مهر", "آبان", "آذر",
            "دی", "بهمن", "اسفند",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_PERSIAN = re.compile(
    rf"(?<!\d)(?P<d>{_DAY})\s{{0,2}}(?P<name>{'|'.join(_PERSIAN_MONTHS)})\s{{0,2}}(?:ماه\s)?(?P<y>1[34]\d\d)(?!\d)"
    rf"|(?<!\d)(?P<y2>1[34]\d\d)(?P<sep>[./-])(?P<m>{_MONTH})(?P=sep)(?P<d2>{_DAY})(?!\d)"
)
_PERSIAN_ZONES = frozenset(("Asia/Tehran", "Asia/Kabul"))
_NOWRUZ = date(2021, 3, 21)  # the first day of the Persian year 1400


class CalendarDay(NamedTuple):
    """start, end: where it stands in the text."""

    start: int
    end: int
    day: date


def other_calendar_day(text: str, language: str | None, home: tzinfo | None) -> CalendarDay | None:
    """The first date of another calendar in a label whose digits are 0 to 9.

    language: two letters. home: the newsroom's clock; both tell whose calendar bare numbers are in.
    """
    zone = str(home) if home else ""
    readers: tuple[Callable[[], CalendarDay | None], ...] = (
        lambda: _of_era(text),
        lambda: _of_republic(text, bare=zone == _TAIPEI),
        lambda: _of_buddha(text),
        lambda: _in_persian(text, bare=language == "fa" or zone in _PERSIAN_ZONES),
    )
    return min((found for read in readers if (found := read())), default=None)


def _found(match: re.Match[str], year: int, month: str | int, day: str | int) -> CalendarDay | None:
    try:
        return CalendarDay(match.start(), match.end(), date(year, int(month), int(day)))
    except ValueError:
        return None


def _of_era(text: str) -> CalendarDay | None:
    if not (found := _ERA.search(text)):
        return None
    year = found["y"] or found["y2"]
    first = _ERAS[found["era"] or found["letter"]]
    number = 1 if year == "元" else int(year)
    return _found(found, first + number, found["m"] or found["m2"], found["d"] or found["d2"])


def _of_republic(text: str, *, bare: bool) -> CalendarDay | None:
    for found in _REPUBLIC.finditer(text):
        written = found["sep"] == "年" and len(found["y"]) == 3
        if found["named"] or written or bare:
            return _found(found, MINGUO + int(found["y"]), found["m"], found["d"])
    return None


def _of_buddha(text: str) -> CalendarDay | None:
    if found := _OF_BUDDHA.search(text):
        year = int(found["y"] or found["y2"]) - BUDDHIST
        return _found(found, year, found["m"] or found["m2"], found["d"] or found["d2"])
    for found in _THAI_WORDS.finditer(text):
        if month := month_number(found["m"], "th"):
            short = len(found["y"]) == 2
            year = int(found["y"]) + (2500 if short else 0) - BUDDHIST
            return _found(found, year, month, found["d"])
    return None


def _in_persian(text: str, *, bare: bool) -> CalendarDay | None:
    for found in _PERSIAN.finditer(text):
        if found["name"]:
            year, month, day = int(found["y"]), _PERSIAN_MONTHS[found["name"]], int(found["d"])
        elif bare:
            year, month, day = int(found["y2"]), int(found["m"]), int(found["d2"])
        else:
            continue
        if told := _from_persian(year, month, day):
            return CalendarDay(found.start(), found.end(), told)
    return None


def _from_persian(year: int, month: int, day: int) -> date | None:
    """Six months of 31 days, five of 30, the last of 29 or in leap years 30.

    Source: the cycle of 33 years, which agrees with the equinox from 1178 to 1633.
    """
    longest = 31 if month < 7 else 30 if month < 12 or _is_leap(year) else 29
    if not (1300 <= year < 1500 and day <= longest):
        return None
    first, last = sorted((year, 1400))
    days = sum(366 if _is_leap(one) else 365 for one in range(first, last))
    start = _NOWRUZ + timedelta(days=days if year > 1400 else -days)
    return start + timedelta(days=31 * min(month - 1, 6) + 30 * max(0, month - 7) + day - 1)


def _is_leap(year: int) -> bool:
    return (8 * year + 29) % 33 < 8
