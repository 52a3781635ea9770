"""Relative dates: "19 hours ago", 2小时前, hace 3 horas, أمس → a date with its precision.

Own patterns first (microseconds, and glued labels such as "Straits Times19 hours ago" work), with
the words of each language in `ages.toml`; dateparser only for languages the caller names. Absolute
dates are `dates`'.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from crawler.article import DateEvidence, Precision
from crawler.formats.clocks import first_clock, without_clocks
from crawler.formats.zones import zone_of

MAX_CHARS = 300
DAY_LABEL_CHARS = 50  # "Yesterday, 14:30"; in longer labels "today" is just a word

_SECONDS = {
    "second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800,
    "month": 2_592_000, "year": 31_536_000,
}  # fmt: skip
_PRECISION = {"second": Precision.MINUTE, "minute": Precision.MINUTE, "hour": Precision.HOUR}
# "3 weeks ago" may be off by days, "2 years ago" by months
_CONFIDENCE = {
    "second": 0.7, "minute": 0.7, "hour": 0.7, "day": 0.6, "week": 0.35, "month": 0.2, "year": 0.1,
}  # fmt: skip
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_NUMBERS |= {"nine": 9, "ten": 10, "两": 2, "兩": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_NUMBERS |= {"七": 7, "八": 8, "九": 9, "十": 10}


def _ago_patterns(table: dict[str, dict[str, str]]) -> Iterator[re.Pattern[str]]:
    for words in table.values():
        units = "|".join(f"(?P<{unit}>{words[unit]})" for unit in words if unit in _SECONDS)
        number = r"(?P<n>(?<![\d.,:])\d{1,3}" + (f"|{words['words']})" if "words" in words else ")")
        parts = words.get("before", ""), number, words.get("after", "")
        if words.get("unit_first"):
            yield re.compile(rf"{parts[0]}(?:{units})\s{{1,3}}{number}{parts[2]}", re.I)
        else:
            yield re.compile(rf"{parts[0]}{number}\s{{0,3}}(?:{units}){parts[2]}", re.I)


def _day_pattern(days: dict[str, str]) -> re.Pattern[str]:
    # words of scripts without spaces need no boundary
    spaced = rf"(?<!\w)(?:(?P<today>{days['today']})|(?P<yesterday>{days['yesterday']}))(?!['’\w])"
    glued = rf"(?P<today2>{days['today_glued']})|(?P<yesterday2>{days['yesterday_glued']})"
    return re.compile(f"{spaced}|{glued}", re.I)


_AGES: dict[str, Any] = tomllib.loads((files(__package__) / "ages.toml").read_text("utf-8"))
_AGO = tuple(_ago_patterns(_AGES["ago"]))
_ALONE = tuple(
    (re.compile(one["label"], re.I), int(one["number"]), str(one["unit"])) for one in _AGES["alone"]
)
_DAY = _day_pattern(_AGES["days"])


def parse_relative(
    text: str, *, now: datetime, timezone: str | None, languages: Sequence[str] = ()
) -> DateEvidence | None:
    """Read a short label that tells a date relative to `now`.

    text: a label, not running text; only its first 300 characters are read.
    now: aware; when the label was fetched. timezone: IANA name of the publisher's clock; it decides
    which day "yesterday" is. languages: two-letter codes dateparser may try when no pattern fits.
    Returns: evidence with source "relative"; its precision is the label's own (a clock time only if
    stated, "3 days ago" is a day). None when the label tells no relative date.
    """
    label = " ".join(text[:MAX_CHARS].split())
    if not label:
        return None
    here = now.astimezone(zone_of(timezone))
    zoned = isinstance(here.tzinfo, ZoneInfo)
    for pattern in _AGO:
        if found := pattern.search(label):
            unit = next(unit for unit in _SECONDS if found.groupdict().get(unit))
            return _ago(_number(found["n"]), unit, here, found[0], zoned)
    for pattern, number, unit in _ALONE:
        if found := pattern.search(label):
            return _ago(number, unit, here, found[0], zoned)
    return _day_word(label, here, zoned) or _by_dateparser(label, here, zoned, languages)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS.get(text.lower(), 1)


def _ago(number: int, unit: str, here: datetime, raw: str, zoned: bool) -> DateEvidence | None:
    try:
        then = here.astimezone(UTC) - timedelta(seconds=number * _SECONDS[unit])
    except OverflowError:
        return None
    precision = _PRECISION.get(unit, Precision.DAY)
    return _evidence(then.astimezone(here.tzinfo), precision, raw, zoned, _CONFIDENCE[unit])


def _evidence(
    then: datetime, precision: Precision, raw: str, zoned: bool, confidence: float
) -> DateEvidence:
    if precision is Precision.DAY:
        then = then.replace(hour=0, minute=0, second=0)
    offset = then.utcoffset() if zoned else None
    return DateEvidence(
        instant=then.astimezone(UTC).replace(microsecond=0),
        precision=precision,
        source="relative",
        raw=raw.strip(),
        offset_minutes=None if offset is None else int(offset.total_seconds() // 60),
        confidence=confidence,
    )


def _day_word(label: str, here: datetime, zoned: bool) -> DateEvidence | None:
    found = _DAY.search(label)
    if not found or len(label) > DAY_LABEL_CHARS:
        return None
    clock = first_clock(label[found.end() :])
    rest = label[: found.start()] + without_clocks(label[found.end() :])
    if re.search(r"\d", rest) or len(re.findall(r"[^\W\d_]", rest)) > 12:
        return None  # a day word within other text
    back = 1 if found["yesterday"] or found["yesterday2"] else 0
    day = here - timedelta(days=back)
    if clock:
        midnight = day.replace(hour=0, minute=0, second=0)
        then = midnight + timedelta(hours=clock.hour, minutes=clock.minute)  # 24:00 is the next day
        if then <= here + timedelta(minutes=5):
            return _evidence(then, Precision.MINUTE, label, zoned, 0.7)
    return _evidence(day, Precision.DAY, label, zoned, 0.5)


def _by_dateparser(
    label: str, here: datetime, zoned: bool, languages: Sequence[str]
) -> DateEvidence | None:
    # '12', 'a' and 'May' parse as dates: only labels with a small number and some words are tried
    if not languages or len(label) > 40 or re.search(r"\d{4}|[/:]", label):
        return None
    if not re.search(r"(?<!\d)\d{1,3}(?!\d)\D{2,}", label):
        return None
    import dateparser  # slow to import, rarely needed

    naive = here.replace(tzinfo=None)
    settings: Any = {"RELATIVE_BASE": naive, "PARSERS": ["relative-time"]}
    try:
        then = dateparser.parse(label, languages=list(languages), settings=settings)
    except (ValueError, OverflowError):
        return None
    if then is None or then.replace(tzinfo=None) > naive:
        return None
    old = naive - then.replace(tzinfo=None) >= timedelta(days=1)
    precision = Precision.DAY if old else Precision.HOUR
    return _evidence(then.replace(tzinfo=here.tzinfo), precision, label, zoned, 0.5)
