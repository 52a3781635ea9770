"""Absolute dates as the web writes them: ISO 8601, RFC 822, "5. März 2024, 14:30", 2024年3月5日.

One reader for listings and pages. A string comes in, a moment with its own precision and offset
goes out; which of a page's dates is the publication is not decided here. Relative dates are
`relative`'s. What a string alone cannot tell comes from the caller: the order of numbers, the
newsroom's clock.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from crawler.article import DateEvidence, Precision
from crawler.formats.calendars import BUDDHIST, other_calendar_day
from crawler.formats.clocks import HALF, Clock, iso_clock, written_clock
from crawler.formats.months import month_number
from crawler.formats.zones import zone_of, zone_offset

MAX_CHARS = 200

_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_WORD = r"[^\W\d_][\w.'’\u0300-\u0eff]{1,14}?"
_ARABIC = r"(?:\s(?:الأول|الثاني))?"  # the second word of Levantine months

_ISO = re.compile(
    rf"(?<!\d)(?P<y>{_YEAR})(?P<sep>[-/.]?)(?P<m>0[1-9]|1[0-2])(?P=sep)(?P<d>0[1-9]|[12]\d|3[01])"
    rf"(?:(?!\d)|(?=T\d)|(?<=\d{{8}})(?=\d{{4}}(?:\d\d)?(?:Z|[+-]|$)))"
    rf"|(?<!\d)(?P<y2>{_YEAR})(?P<sep2>[-/.])\s?(?P<m2>{_MONTH})(?P=sep2)\s?(?P<d2>{_DAY})(?!\d)"
)
_EAST = re.compile(
    rf"(?P<y>{_YEAR})\s?[年년]\s?(?:[（(][^（()）]{{2,8}}[）)]\s?)?(?P<m>{_MONTH})\s?[月월]\s?(?P<d>{_DAY})\s?[日일号號]?"
)
_NUMERIC = re.compile(
    rf"(?<![\d.,/-])(?P<a>{_DAY})(?P<sep>\s?[./-]\s?)(?P<b>{_DAY})(?P=sep)(?P<y>{_YEAR}|\d\d)(?![\d/-])"
)
_DAY_FIRST = re.compile(
    rf"(?<![\d\w])(?P<d>{_DAY})(?:st|nd|rd|th|er|ro|º|ª|\.|-|,)?\s{{0,2}}"
    rf"(?:de\s|d['’]\s?|of\s|-|/|\.)?\s{{0,2}}(?P<m>{_WORD}{_ARABIC})"
    rf"(?:\s?/\s?[^\W\d_]{{3,12}}{_ARABIC})?[.,]?\s{{0,2}}(?:de[l]?\s|-|/|,\s?)?\s{{0,2}}"
    rf"(?P<y>{_YEAR}|25\d\d)(?!\d)"
)
_MONTH_FIRST = re.compile(
    rf"(?P<m>{_WORD})[.,]?[\s-]{{1,2}}(?P<d>{_DAY})(?:st|nd|rd|th)?\.?\s?[,.]?[\s-]{{1,2}}"
    rf"(?:at\s|[\d:]{{5,8}}\s(?:(?:[A-Z]{{3,4}}|[+-]\d{{4}})\s)?)?(?P<y>{_YEAR})(?!\d)"
)
_YEAR_FIRST = re.compile(
    rf"(?<!\d)(?P<y>{_YEAR})[.,]?[\s-]{{1,2}}(?:m\.\s)?(?P<m>{_WORD})[.,]?[\s-]{{1,2}}(?P<d>{_DAY})(?!\d)"
)
_YEAR_BEFORE_DAY = re.compile(  # Latvian
    rf"(?<!\d)(?P<y>{_YEAR})\.?\s?gada\s(?P<d>{_DAY})\.\s?(?P<m>[^\W\d_]{{3,12}})"
)
_VIETNAMESE = re.compile(
    rf"(?<!\d)(?P<d>{_DAY})\s?tháng\s?(?P<m>{_MONTH})(?:\s?năm\s|,\s?|\s?/\s?)(?P<y>{_YEAR})(?!\d)",
    re.I,
)
# as feeds and mail write them, years of two digits and seconds behind a dot among them
_RFC822 = re.compile(
    rf"(?:[^\W\d_]{{2,12}}\.?,?\s)?(?P<d>{_DAY})[\s-](?P<m>[^\W\d_]{{3,12}})\.?[\s-]"
    rf"(?P<y>{_YEAR}|\d\d),?\s(?P<h>[01]?\d|2[0-4])(?P<sep>[:.])(?P<min>[0-5]\d)"
    rf"(?:(?P=sep)(?P<s>[0-5]\d|60))?(?![:.]?\d)(?!\s?{HALF})",
    re.I,
)
_EPOCH = re.compile(r"(?P<s>1\d{9}|[89]\d{8})(?:\d{3})?(?:\.\d+)?")
_IMPOSSIBLE = re.compile(r"\s?[+-]\d{4}(?!\d)")  # an offset, when none can be that large
_DIGITS = {
    first + digit: str(digit)
    for first in (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50, 0xFF10)  # Arabic ... full width
    for digit in range(10)
}
_Spot = tuple[int, int, date]


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as written: `local` is the writer's naive clock, `offset` minutes east or None."""

    local: datetime
    precision: Precision
    offset: int | None
    raw: str

    def instant(self, home: tzinfo | None) -> datetime:
        """Aware UTC; what tells no offset stands in `home`, else counts as UTC.

        Raises: OverflowError at the ends of the calendar.
        """
        if self.offset is not None:
            return self.local.replace(tzinfo=UTC) - timedelta(minutes=self.offset)
        return self.local.replace(tzinfo=home or UTC).astimezone(UTC)

    def evidence(self, source: str, confidence: float, home: tzinfo | None = None) -> DateEvidence:
        """As evidence; a clock time without offset is read in `home`, a day stays that day."""
        return DateEvidence(
            instant=self.instant(None if self.precision is Precision.DAY else home),
            precision=self.precision,
            source=source,
            raw=self.raw,
            offset_minutes=self.offset,
            confidence=confidence,
        )


def listing_date(
    raw: str | None, *, zone: str | None = None, language: str | None = None
) -> datetime | None:
    """The instant a listing's date names, aware UTC; None when it cannot be read or only guessed.

    Numbers that may mean two days are not read: feeds' order is their software's, not their
    country's. zone: IANA name of the publisher's clock, for dates that name no zone; else they
    count as UTC. A day is its midnight there.
    """
    home = zone_of(zone)
    moment = read_date(raw, order=None, language=language, home=home)
    try:
        return moment.instant(home) if moment else None
    except OverflowError:
        return None


def read_date(
    text: object, *, order: str | None, language: str | None = None, home: tzinfo | None = None
) -> Moment | None:
    """The first full date (day, month and year) in a stamp or a short label, with its clock time.

    text: a string, or a number as UNIX seconds or milliseconds. order: of all-number dates, "DMY",
    "MDY" or "YMD"; None leaves out what means two days ("10/11/2026"). language: tried first for
    month names. home: the newsroom's clock where it is known, for names such as "CST" and "IST".
    """
    if not isinstance(text, str | int | float) or isinstance(text, bool):
        return None
    raw = " ".join(str(text).split())[:MAX_CHARS]
    plain = raw if raw.isascii() else raw.translate(_DIGITS)
    try:
        return _stamp(plain, raw, language, home) or _written(plain, raw, order, language, home)
    except _ImpossibleOffset:
        return None


class _ImpossibleOffset(ValueError):
    """A time so far from UTC as none is: nobody can tell when that was."""


def _stamp(plain: str, raw: str, language: str | None, home: tzinfo | None) -> Moment | None:
    """What machines write: UNIX time, ISO 8601, RFC 822."""
    if found := _EPOCH.fullmatch(plain):
        local = datetime.fromtimestamp(int(found["s"]), UTC).replace(tzinfo=None)
        return Moment(local, Precision.SECOND, 0, raw)
    if found := _ISO.match(plain):
        clock = iso_clock(plain[found.end() :])
        if (day := _iso_day(found)) and (clock or len(plain) <= 10):
            return _moment(day, clock, raw, home)
    if (found := _RFC822.match(plain)) and (month := month_number(found["m"], language)):
        clock = Clock(
            int(found["h"]),
            int(found["min"]),
            int(found["s"] or 0),
            bool(found["s"]),
            plain[found.end() :],
        )
        if day := _day(found["y"], month, found["d"]):
            return _moment(day, clock, raw, home)
    return None


def _written(
    plain: str, raw: str, order: str | None, language: str | None, home: tzinfo | None
) -> Moment | None:
    found = (
        _iso(plain),
        _east(plain),
        _wordy(plain, language),
        _numeric(plain, order),
        other_calendar_day(plain, language, home),
    )
    spots = [spot for spot in found if spot]
    if not spots:
        compact = _ISO.match(plain)  # "20261120-a-story"
        day = _iso_day(compact) if compact else None
        return _moment(day, None, raw, home) if day else None
    start, end, day = min(spots)
    clock = iso_clock(plain[end:]) if _ISO.match(plain, start) else None
    clock = clock or written_clock(plain[:start], plain[start:end], plain[end:])
    return _moment(day, clock, raw, home)


def _moment(day: date, clock: Clock | None, raw: str, home: tzinfo | None) -> Moment:
    local = datetime(day.year, day.month, day.day)  # noqa: DTZ001  the writer's own clock
    if clock is None:
        return Moment(local, Precision.DAY, None, raw)
    # 24:00 is the next day's beginning, second 60 the next minute's
    local += timedelta(0, clock.hour * 3_600 + clock.minute * 60 + clock.second)
    offset = zone_offset(clock.zone, local, home) if clock.zone else None
    if offset is None and _IMPOSSIBLE.match(clock.zone):
        raise _ImpossibleOffset(clock.zone)
    return Moment(local, Precision.SECOND if clock.exact else Precision.MINUTE, offset, raw)


def _day(year: str, month: str | int, day: str | int) -> date | None:
    number = int(year)
    if number < 100:
        number += 2000 if number < 70 else 1900
    if 2500 <= number < 2600:
        number -= BUDDHIST
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


def _iso_day(found: re.Match[str]) -> date | None:
    year, month, day, year2, month2, day2 = found.group("y", "m", "d", "y2", "m2", "d2")
    return _day(year or year2, month or month2, day or day2)


def _iso(raw: str) -> _Spot | None:
    for found in _ISO.finditer(raw):
        # eight digits in a row may be anything
        if (found["sep"] or found["sep2"]) and (day := _iso_day(found)):
            return found.start(), found.end(), day
    return None


def _east(raw: str) -> _Spot | None:
    found = _EAST.search(raw) or _VIETNAMESE.search(raw)
    day = _day(found["y"], found["m"], found["d"]) if found else None
    return (found.start(), found.end(), day) if found and day else None


def _numeric(plain: str, order: str | None) -> _Spot | None:
    for found in _NUMERIC.finditer(plain):
        day, month = int(found["a"]), int(found["b"])
        dotted = found["sep"].strip() == "."  # dots are European: the day stands first
        if order is None and (len(found["y"]) < 4 or not (dotted or _means_one_day(day, month))):
            continue
        if order == "MDY" and not dotted:
            day, month = month, day
        if month > 12:
            day, month = month, day
        if told := _day(found["y"], month, day):
            return found.start(), found.end(), told
    return None


def _means_one_day(first: int, second: int) -> bool:
    return first == second or first > 12 or second > 12


def _wordy(raw: str, language: str | None) -> _Spot | None:
    spots = []
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _YEAR_BEFORE_DAY):
        for found in pattern.finditer(raw):
            month = month_number(found["m"], language)
            if month and (day := _day(found["y"], month, found["d"])):
                spots.append((found.start(), found.end(), day))
                break
    return min(spots, default=None)
