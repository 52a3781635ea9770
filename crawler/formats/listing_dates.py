"""Dates as listings write them: RFC 822 in all its broken forms, ISO 8601, plain numbers.

Month names of the registry's languages too; words such as "2 hours ago" are extraction's.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale

# Minutes east of UTC of names that feeds use; what two countries share is looked up in the
# source's own time zone first.
_NAMED = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120,
    "MET": 60, "MEST": 120, "EET": 120, "EEST": 180, "MSK": 180, "TRT": 180, "EAT": 180,
    "WAT": 60, "CAT": 120, "SAST": 120, "IDT": 180, "IRST": 210, "GST": 240, "PKT": 300,
    "IST": 330, "NPT": 345, "BDT": 360, "ICT": 420, "WIB": 420, "WITA": 480, "SGT": 480,
    "MYT": 480, "HKT": 480, "PHT": 480, "AWST": 480, "WIT": 540, "JST": 540, "KST": 540,
    "ACST": 570, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "BRT": -180, "ART": -180,
    "CLT": -240, "COT": -300, "PET": -300, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300,
    "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
}  # fmt: skip
_SHARED = {"CST", "IST", "BST", "GST", "EST", "MST", "ART", "PST"}

_ISO = re.compile(
    r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*([+-]\d{2}:?\d{0,2}|[A-Za-z]{1,5})?)?$"
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?$")
_WRITTEN = re.compile(
    r"^(?:[A-Za-z]{3,9},?\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})"
    r"(?:,?\s+(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?\s*"
    r"([+-]\d{2}:?\d{2}|[A-Za-z]{1,5})?)?$"
)
_NUMBERS = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b,?\s*(.*)$")
_EAST_ASIAN = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일](?:\s*\([^)]{1,3}\))?"
)
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})\.?\s+(?:de\s+)?([^\W\d_]{3,12})\.?,?\s+(?:de\s+)?(\d{4})\b"
)
_LANGUAGES = "es fr de pt it nl tr id pl cs sv da nb ru uk ro hu el"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def listing_date(raw: str | None, *, zone: str | None = None) -> datetime | None:
    """The instant a listing's date names, aware UTC, or None when it cannot be read.

    zone: IANA name of the publisher's clock, for dates that name no zone; else they count as UTC.
    """
    text = " ".join((raw or "").split())[:80]
    if not text:
        return None
    home = _home(zone)
    text = _EAST_ASIAN.sub(r"\1-\2-\3", text)
    try:
        return (
            _iso(text, home) or _epoch(text) or _compact(text, home) or _rfc822(text, home)
            or _written(text, home) or _numeric(text, home) or _foreign(text, home)
        )  # fmt: skip
    except (ValueError, OverflowError):
        return None


def _home(zone: str | None) -> tzinfo:
    try:
        return ZoneInfo(zone) if zone else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _at(numbers: list[int], offset: str | None, home: tzinfo) -> datetime:
    local = datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 - the zone follows
    return local.replace(tzinfo=_zone(offset, local, home)).astimezone(UTC)


def _zone(offset: str | None, local: datetime, home: tzinfo) -> tzinfo:
    if not offset:
        return home
    if offset[0] in "+-":
        digits = offset[1:].replace(":", "").ljust(4, "0")
        minutes = int(digits[:2]) * 60 + int(digits[2:4])
        if minutes > 14 * 60:
            raise ValueError(offset)
        return timezone(timedelta(minutes=minutes if offset[0] == "+" else -minutes))
    name = offset.upper()
    if name in _SHARED and local.replace(tzinfo=home).tzname() == name:
        return home
    return timezone(timedelta(minutes=_NAMED[name])) if name in _NAMED else home


def _iso(text: str, home: tzinfo) -> datetime | None:
    found = _ISO.match(text)
    return _at([int(n or 0) for n in found.groups()[:6]], found[7], home) if found else None


def _compact(text: str, home: tzinfo) -> datetime | None:
    found = _COMPACT.match(text)
    return _at([int(n or 0) for n in found.groups()[:6]], found[7], home) if found else None


def _epoch(text: str) -> datetime | None:
    """UNIX seconds or milliseconds of this century."""
    if not re.fullmatch(r"1\d{9}(?:\d{3})?", text):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _rfc822(text: str, home: tzinfo) -> datetime | None:
    # "Fri, 20 Nov 2026 10:00:00 +0800 (CST)", doubled zones, "24:00"
    text = re.sub(r"\s*\([^)]*\)$", "", text)
    text = re.sub(r"\b(?:GMT|UTC)([+-]\d)", r"\1", text)
    text = re.sub(r"([+-]\d{2}):(\d{2})$", r"\1\2", text)
    parsed = parsedate_tz(text)
    if not parsed or parsed[0] < 1000 or not re.search(r"\d{4}|\d\d:\d\d", text):
        return None
    offset = re.search(r"\s([+-]\d{4}|[A-Za-z]{1,5})$", text)
    named = offset[1] if offset and offset[1].upper() not in {"AM", "PM"} else None
    hour = parsed[3]
    if re.search(r"(?i)\d\s*pm\b", text) and hour < 12:
        hour += 12
    return _at([*parsed[:3], hour, *parsed[4:6]], named, home)


def _written(text: str, home: tzinfo) -> datetime | None:
    found = _WRITTEN.match(text)
    if not found or found[1][:3].lower() not in _MONTHS:
        return None
    hour = int(found[4] or 0) % 12 if found[7] else int(found[4] or 0)
    hour += 12 if (found[7] or "").lower() == "pm" else 0
    month = _MONTHS.index(found[1][:3].lower()) + 1
    rest = [int(found[3]), month, int(found[2]), hour, int(found[5] or 0), int(found[6] or 0)]
    return _at(rest, found[8], home)


def _numeric(text: str, home: tzinfo) -> datetime | None:
    """ "20/11/2026 10:00" and "11/20/2026"; None where both orders are possible."""
    found = _NUMBERS.match(text)
    if not found:
        return None
    first, second = int(found[1]), int(found[2])
    if first <= 12 and second <= 12 and first != second:
        return None
    day, month = (first, second) if second <= 12 else (second, first)
    return _iso(f"{found[3]}-{month}-{day} {found[4]}".strip(), home)


def _foreign(text: str, home: tzinfo) -> datetime | None:
    """ "ven., 20 nov. 2026 10:00:00 +0100", "20 de noviembre de 2026"."""
    found = _DAY_MONTH.search(text)
    month = _month_names().get(found[2].lower()) if found else None
    if not found or not month:
        return None
    rest = text[found.end() :].strip(" ,")
    return _rfc822(f"{found[1]} {_MONTHS[month - 1].title()} {found[3]} {rest or '00:00'}", home)


@cache
def _month_names() -> dict[str, int]:
    """Months' names and abbreviations in the registry's languages, without their dots."""
    names: dict[str, int] = {}
    for language in _LANGUAGES.split():
        for context in Locale(language).months.values():
            for width in ("abbreviated", "wide"):
                names |= {str(name).lower().strip("."): n for n, name in context[width].items()}
    return names
