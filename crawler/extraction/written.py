"""Absolute dates as sites write them: ISO 8601, RFC 822, "5. März 2024, 14:30 Uhr", 2024年3月5日.

A string comes in, a moment with its own precision and offset goes out; which of a page's dates is
the publication is not decided here. Relative dates are `relative`'s.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from babel import UnknownLocaleError
from babel.dates import get_month_names

from crawler.article import DateEvidence, Precision

MAX_CHARS = 200

_LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "sv", "nb", "da", "fi", "is", "pl", "cs", "sk", "hu", "ro", "bg", "ru", "uk", "sr", "hr", "sl", "el", "tr", "ar", "fa", "he", "hi", "bn", "ta", "te", "mr", "ur", "th", "vi", "id", "ms", "ca", "eu", "gl", "lt", "lv", "et", "sw", "zu", "af", "sq", "az", "ka", "hy", "kk", "uz", "ko"]  # fmt: skip
_FIRST = ("en", "de", "fr", "es", "it", "pt", "nl")
_LEVANTINE = (
    "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول"
)
_EXTRA = {name: number for number, name in enumerate(_LEVANTINE.split(","), 1)}
_EXTRA |= {
    "sept": 9,
    "mrt": 3,
    "jänner": 1,
    "jän": 1,
    "feber": 2,
    "märz": 3,
    "mrz": 3,
    "setiembre": 9,
}
_CLOCK = (
    r"(?P<h>[01]?\d|2[0-4])(?P<sep>[:.h：]|\s?時|\s?时|\s?시\s?)(?P<mi>[0-5]\d)(?::(?P<s>[0-5]\d)(?:[.,]\d{1,9})?)?(?:分|분)?"
    r"\s?(?P<half>[ap]\.?\s?m\b\.?)?|(?<!\d)(?P<h12>1[0-2]|0?[1-9])\s?(?P<half12>[ap]\.?m\b\.?)"
)
_ZONE = re.compile(r"^\s*\(?(?P<name>UTC|GMT|Z(?![a-z])|E[SD]T|ET|C[SD]T|M[SD]T|P[SD]T|PT|CES?T|MES?Z|BST|WES?T|EES?T|MSK|IST|SGT|HKT|JST|KST|WIB|SAST|EAT|AES?[DT]T?)?\)?\s?(?P<sign>[+-−])?(?(sign)(?P<oh>\d{1,2}):?(?P<om>\d{2})?)", re.I)  # fmt: skip
# IST is India's for our sources; CST is left out: it is China's as often as Chicago's
_ZONES = {"utc": 0, "gmt": 0, "z": 0, "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "bst": 60, "wet": 0, "west": 60, "eet": 120, "eest": 180, "msk": 180, "ist": 330, "sgt": 480, "hkt": 480, "jst": 540, "kst": 540, "wib": 420, "sast": 120, "eat": 180, "aest": 600, "aedt": 660}  # fmt: skip

_ISO = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<d>[-/.]?)(?P<m>0[1-9]|1[0-2])(?P=d)(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?<!\d)(?P<y2>(?:19|20)\d\d)(?P<d2>[-/.])\s?(?P<m2>1[0-2]|0?[1-9])(?P=d2)\s?(?P<day2>3[01]|[12]\d|0?[1-9])(?!\d)"
    r"|(?<!\d)(?P<y3>(?:19|20)\d\d)(?P<m3>0[1-9]|1[0-2])(?P<day3>0[1-9]|[12]\d|3[01])(?=T\d)"
)
_ISO_TIME = re.compile(
    r"^[T\s,]{0,3}(?P<h>[01]\d|2[0-4]):?(?P<mi>[0-5]\d)(?::?(?P<s>[0-5]\d|60)(?:[.,]\d{1,9})?)?\s?(?P<zone>Z|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?",
    re.I,
)
_EAST = re.compile(
    r"(?P<y>(?:19|20)\d\d)\s?[年년]\s?(?P<m>1[0-2]|0?[1-9])\s?[月월]\s?(?P<d>3[01]|[12]\d|0?[1-9])\s?[日일号號]?"
)
_ERA = re.compile(
    r"(?P<era>令和|平成)\s?(?P<y>元|\d{1,2})年\s?(?P<m>1[0-2]|0?[1-9])月\s?(?P<d>3[01]|[12]\d|0?[1-9])日"
)
_NUMERIC = re.compile(
    r"(?<![\d.,/-])(?P<a>3[01]|[12]\d|0?[1-9])(?P<sep>\s?[./-]\s?)(?P<b>3[01]|[12]\d|0?[1-9])(?P=sep)(?P<y>(?:19|20)\d\d|\d\d)(?![\d/-])"
)
_WORDY = re.compile(
    r"(?<![\d\w])(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|er|ro|º|ª|\.|-|,)?\s{0,2}(?:de\s|d['’]\s?|of\s|-|/|\.)?\s{0,2}(?P<m>[^\W\d_][\w.'’\u0300-\u0eff]{1,14}?(?:\s(?:الأول|الثاني))?)(?:\s?/\s?[^\W\d_]{3,12}(?:\s(?:الأول|الثاني))?)?[.,]?\s{0,2}(?:de[l]?\s|-|/|,\s?)?\s{0,2}(?P<y>(?:19|20|25)\d\d)(?!\d)"
    r"|(?P<m2>[^\W\d_][\w.\u0300-\u0eff]{1,14}?)[.,]?[\s-]{1,2}(?P<d2>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\.?\s?[,.]?[\s-]{1,2}(?:at\s)?(?P<y2>(?:19|20)\d\d)(?!\d)"
    r"|(?<!\d)(?P<y3>(?:19|20)\d\d)[.,]?[\s-]{1,2}(?:m\.\s)?(?P<m3>[^\W\d_][\w.\u0300-\u0eff]{2,14}?)[.,]?[\s-]{1,2}(?P<d3>3[01]|[12]\d|0?[1-9])(?!\d)",
)  # fmt: skip
_EPOCH = re.compile(r"^(?P<s>1[0-9]\d{8}|[89]\d{8})(?P<ms>\d{3})?(?:\.\d+)?$")
_DIGITS = {
    ord(char): str(i % 10)
    for block in (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50, 0xFF10)
    for i, char in enumerate(map(chr, range(block, block + 10)))
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as written: `local` is the naive clock of the writer, `offset` minutes east or None."""

    local: datetime
    precision: Precision
    offset: int | None
    raw: str

    def evidence(self, source: str, confidence: float, zone: "ZoneLike" = None) -> DateEvidence:
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


from datetime import tzinfo  # noqa: E402

ZoneLike = tzinfo | None


def parse_stamp(text: object) -> Moment | None:
    """A machine's stamp: ISO 8601 in its usual spellings, RFC 822, epoch seconds or milliseconds."""
    raw = str(text).strip()[:MAX_CHARS] if isinstance(text, str | int | float) else ""
    if found := _EPOCH.match(raw):
        local = datetime.fromtimestamp(int(found["s"]), UTC).replace(tzinfo=None)
        return Moment(local, Precision.SECOND, 0, raw)
    found = _ISO.match(raw)
    if not found:
        return None
    day = _day(
        found["y"] or found["y2"] or found["y3"],
        found["m"] or found["m2"] or found["m3"],
        found["day"] or found["day2"] or found["day3"],
    )
    if day is None:
        return None
    return _with_iso_time(day, raw[found.end() :], raw)


def parse_written(text: str, *, order: str = "DMY", language: str | None = None) -> Moment | None:
    """The first full date (day, month and year) written in a short label, with its clock time.

    order: of all-number dates, "DMY", "MDY" or "YMD". language: tried first for month names.
    """
    raw = " ".join(text.translate(_DIGITS).split())[:MAX_CHARS]
    if stamp := parse_stamp(raw):
        return stamp
    spots = [
        spot
        for spot in (
            _iso_spot(raw),
            _east_spot(raw),
            _wordy_spot(raw, language),
            _numeric_spot(raw, order),
        )
        if spot
    ]
    if not spots:
        return None
    start, end, day = min(spots, key=lambda spot: spot[0])
    if (iso := _ISO.match(raw, start)) and (
        timed := _with_iso_time(day, raw[iso.end() :], raw)
    ).precision is not Precision.DAY:
        return timed
    return _with_clock(day, raw[:start], raw[end:], raw)


def _with_iso_time(day: date, rest: str, raw: str) -> Moment:
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  the writer's own clock
    found = _ISO_TIME.match(rest)
    if not found:
        return Moment(midnight, Precision.DAY, None, raw)
    local = midnight + timedelta(
        hours=int(found["h"]), minutes=int(found["mi"]), seconds=int(found["s"] or 0)
    )
    offset = None
    zone = found["zone"]
    tail = rest[found.end() :]
    if zone:
        offset = 0 if zone in "Zz" else _minutes(zone[0], zone[1:3], zone[3:].lstrip(":") or "0")
    else:
        offset = _zone_after(tail)
    half = re.match(r"\s?([ap])\.?m", tail, re.I)
    if half and local.hour <= 12:
        local = local.replace(hour=local.hour % 12 + (12 if half[1].lower() == "p" else 0))
        offset = _zone_after(tail[half.end() :])
    return Moment(local, Precision.SECOND if found["s"] else Precision.MINUTE, offset, raw)


def _with_clock(day: date, before: str, after: str, raw: str) -> Moment:
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    found = re.search(_CLOCK, after[:40], re.I) or re.search(_CLOCK, before[-20:], re.I)
    if not found:
        return Moment(midnight, Precision.DAY, None, raw)
    hour = int(found["h"] or found["h12"])
    half = (found["half"] or found["half12"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    local = midnight + timedelta(
        hours=hour, minutes=int(found["mi"] or 0), seconds=int(found["s"] or 0)
    )
    offset = _zone_after(found.string[found.end() :])
    return Moment(local, Precision.SECOND if found["s"] else Precision.MINUTE, offset, raw)


def _zone_after(tail: str) -> int | None:
    found = _ZONE.match(tail.removeprefix(" Uhr"))
    if not found:
        return None
    if found["sign"] and found["oh"]:
        return _minutes(found["sign"], found["oh"], found["om"] or "0")
    return _ZONES.get((found["name"] or "").lower())


def _minutes(sign: str, hours: str, minutes: str) -> int | None:
    total = int(hours) * 60 + int(minutes)
    if total > 14 * 60:
        return None
    return total if sign == "+" else -total


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


_Spot = tuple[int, int, date] | None


def _iso_spot(raw: str) -> _Spot:
    for found in _ISO.finditer(raw):
        if not (found["d"] or found["d2"]):
            continue  # eight digits in a row may be anything
        day = _day(
            found["y"] or found["y2"], found["m"] or found["m2"], found["day"] or found["day2"]
        )
        if day:
            return found.start(), found.end(), day
    return None


def _east_spot(raw: str) -> _Spot:
    if found := _EAST.search(raw):
        day = _day(found["y"], found["m"], found["d"])
        return (found.start(), found.end(), day) if day else None
    if found := _ERA.search(raw):
        year = (1 if found["y"] == "元" else int(found["y"])) + {"令和": 2018, "平成": 1988}[
            found["era"]
        ]
        day = _day(str(year), found["m"], found["d"])
        return (found.start(), found.end(), day) if day else None
    return None


def _numeric_spot(raw: str, order: str) -> _Spot:
    for found in _NUMERIC.finditer(raw):
        if (
            len(found["y"]) == 2
            and found["sep"].strip() == "."
            and raw[found.end() : found.end() + 1] == "."
        ):
            continue  # part of a version or address
        first, second = int(found["a"]), int(found["b"])
        month_first = order == "MDY" and found["sep"].strip() != "."  # dots are European
        if month_first:
            first, second = second, first
        if second > 12:
            first, second = second, first
        day = _day(found["y"], second, first)
        if day:
            return found.start(), found.end(), day
    return None


def _wordy_spot(raw: str, language: str | None) -> _Spot:
    for found in _WORDY.finditer(raw):
        month = _month(found["m"] or found["m2"] or found["m3"], language)
        if month:
            day = _day(
                found["y"] or found["y2"] or found["y3"],
                month,
                found["d"] or found["d2"] or found["d3"],
            )
            if day:
                return found.start(), found.end(), day
    return None


def _month(word: str, language: str | None) -> int | None:
    word = word.lower().rstrip(".,")
    if word in _EXTRA:
        return _EXTRA[word]
    first = ((language or "").split("-")[0].lower(),) if language else ()
    for code in (*first, *_FIRST):
        if number := _months(code).get(word):
            return number
    return _all_months().get(word)


@cache
def _months(code: str) -> dict[str, int]:
    names: dict[str, int] = {}
    if code not in _LANGUAGES:
        return names
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            try:
                months = get_month_names(width, context, code)  # type: ignore[arg-type]
            except (UnknownLocaleError, KeyError):
                continue
            for number, name in months.items():
                if len(name) > 1 and not name[0].isdigit():
                    names.setdefault(name.lower().rstrip("."), int(number))
    return names


@cache
def _all_months() -> dict[str, int]:
    merged: dict[str, int] = {}
    for code in _LANGUAGES:
        for name, number in _months(code).items():
            merged.setdefault(name, number)
    return merged
