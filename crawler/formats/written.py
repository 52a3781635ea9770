"""Absolute dates as sites write them: ISO 8601, RFC 822, "5. März 2024, 14:30 Uhr", 2024年3月5日.

A string comes in, a moment with its own precision and offset goes out; which of a page's dates is
the publication is not decided here. Relative dates are `relative`'s.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from crawler.article import DateEvidence, Precision
from crawler.formats.clocks import Clock, iso_clock, written_clock
from crawler.formats.months import month_number

MAX_CHARS = 200

_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_WORD = r"[^\W\d_][\w.'’\u0300-\u0eff]{1,14}?"
_ARABIC = r"(?:\s(?:الأول|الثاني))?"  # the second word of Levantine months

_ISO = re.compile(
    rf"(?<!\d)(?P<y>{_YEAR})(?P<sep>[-/.]?)(?P<m>0[1-9]|1[0-2])(?P=sep)(?P<d>0[1-9]|[12]\d|3[01])"
    rf"(?:(?!\d)|(?=T\d))"
    rf"|(?<!\d)(?P<y2>{_YEAR})(?P<sep2>[-/.])\s?(?P<m2>{_MONTH})(?P=sep2)\s?(?P<d2>{_DAY})(?!\d)"
)
_EAST = re.compile(
    rf"(?P<y>{_YEAR})\s?[年년]\s?(?P<m>{_MONTH})\s?[月월]\s?(?P<d>{_DAY})\s?[日일号號]?"
)
_ERA = re.compile(
    rf"(?P<era>令和|平成)\s?(?P<y>元|\d{{1,2}})年\s?(?P<m>{_MONTH})月\s?(?P<d>{_DAY})日"
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
    rf"(?:at\s|[\d:]{{5,8}}\s(?:[A-Z]{{3,4}}\s)?)?(?P<y>{_YEAR})(?!\d)"
)
_YEAR_FIRST = re.compile(
    rf"(?<!\d)(?P<y>{_YEAR})[.,]?[\s-]{{1,2}}(?:m\.\s)?(?P<m>{_WORD})[.,]?[\s-]{{1,2}}(?P<d>{_DAY})(?!\d)"
)
_EPOCH = re.compile(r"(?P<s>1\d{9}|[89]\d{8})(?:\d{3})?(?:\.\d+)?")
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

    def evidence(self, source: str, confidence: float, zone: tzinfo | None = None) -> DateEvidence:
        """As evidence; a clock time without offset is read in `zone` when that is given."""
        if self.offset is not None:
            instant = self.local.replace(tzinfo=UTC) - timedelta(minutes=self.offset)
        elif zone is not None and self.precision is not Precision.DAY:
            instant = self.local.replace(tzinfo=zone).astimezone(UTC)
        else:
            instant = self.local.replace(tzinfo=UTC)
        return DateEvidence(
            instant=instant,
            precision=self.precision,
            source=source,
            raw=self.raw,
            offset_minutes=self.offset,
            confidence=confidence,
        )


def parse_stamp(text: object) -> Moment | None:
    """A machine's stamp: ISO 8601 in its usual spellings, epoch seconds or milliseconds."""
    if not isinstance(text, str | int | float) or isinstance(text, bool):
        return None
    raw = str(text).strip()[:MAX_CHARS]
    if found := _EPOCH.fullmatch(raw):
        local = datetime.fromtimestamp(int(found["s"]), UTC).replace(tzinfo=None)
        return Moment(local, Precision.SECOND, 0, raw)
    found = _ISO.match(raw)
    day = _iso_day(found) if found else None
    return _moment(day, iso_clock(raw[found.end() :]), raw) if found and day else None


def parse_written(text: str, *, order: str = "DMY", language: str | None = None) -> Moment | None:
    """The first full date (day, month and year) written in a short label, with its clock time.

    order: of all-number dates, "DMY", "MDY" or "YMD". language: tried first for month names.
    """
    raw = " ".join(text.translate(_DIGITS).split())[:MAX_CHARS]
    stamp = parse_stamp(raw)
    if stamp and (stamp.precision is not Precision.DAY or len(raw) <= 10):
        return stamp
    found = (_iso(raw), _east(raw), _wordy(raw, language), _numeric(raw, order))
    spots = [spot for spot in found if spot]
    if not spots:
        return None
    start, end, day = min(spots)
    clock = iso_clock(raw[end:]) if _ISO.match(raw, start) else None
    return _moment(day, clock or written_clock(raw[:start], raw[start:end], raw[end:]), raw)


def _moment(day: date, clock: Clock | None, raw: str) -> Moment:
    local = datetime(day.year, day.month, day.day)  # noqa: DTZ001  the writer's own clock
    if clock is None:
        return Moment(local, Precision.DAY, None, raw)
    local += timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
    return Moment(local, Precision.SECOND if clock.exact else Precision.MINUTE, clock.offset, raw)


def _day(year: str, month: str | int, day: str | int) -> date | None:
    number = int(year)
    if number < 100:
        number += 2000 if number < 70 else 1900
    if 2500 <= number < 2600:
        number -= 543  # Thai Buddhist calendar
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


def _iso_day(found: re.Match[str]) -> date | None:
    return _day(found["y"] or found["y2"], found["m"] or found["m2"], found["d"] or found["d2"])


def _iso(raw: str) -> _Spot | None:
    for found in _ISO.finditer(raw):
        # eight digits in a row may be anything
        if (found["sep"] or found["sep2"]) and (day := _iso_day(found)):
            return found.start(), found.end(), day
    return None


def _east(raw: str) -> _Spot | None:
    if found := _EAST.search(raw):
        day = _day(found["y"], found["m"], found["d"])
    elif found := _ERA.search(raw):
        year = (1 if found["y"] == "元" else int(found["y"])) + {"令和": 2018, "平成": 1988}[
            found["era"]
        ]
        day = _day(str(year), found["m"], found["d"])
    else:
        return None
    return (found.start(), found.end(), day) if day else None


def _numeric(raw: str, order: str) -> _Spot | None:
    for found in _NUMERIC.finditer(raw):
        day, month = int(found["a"]), int(found["b"])
        if order == "MDY" and found["sep"].strip() != ".":  # dots are European
            day, month = month, day
        if month > 12:
            day, month = month, day
        if told := _day(found["y"], month, day):
            return found.start(), found.end(), told
    return None


def _wordy(raw: str, language: str | None) -> _Spot | None:
    spots = []
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST):
        for found in pattern.finditer(raw):
            month = month_number(found["m"], language)
            if month and (day := _day(found["y"], month, found["d"])):
                spots.append((found.start(), found.end(), day))
                break
    return min(spots, default=None)
