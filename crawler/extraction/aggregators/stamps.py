"""The line of an aggregator that credits a publisher and tells a relative time.

"Straits Times19 hours ago", "Bloomberg · an hour ago", an icon's name glued before the time
("time12 minutes ago"). English only; times in running text in many languages are extraction's.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crawler.article import DateEvidence, Precision
from crawler.formats.dates import listing_date

_UNITS = {
    "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3_600, "hr": 3_600,
    "hour": 3_600, "d": 86_400, "day": 86_400, "w": 604_800, "wk": 604_800, "week": 604_800,
    "mo": 2_592_000, "month": 2_592_000, "y": 31_536_000, "yr": 31_536_000, "year": 31_536_000,
}  # fmt: skip
# A larger number belongs to the name before it: "Channel 912 hours ago" is Channel 9's.
_MOST = {1: 119, 60: 119, 3_600: 72, 86_400: 60, 604_800: 52, 2_592_000: 24, 31_536_000: 30}
_NAMES = "|".join(sorted(_UNITS, key=len, reverse=True))
_RELATIVE = re.compile(
    rf"(?i)(?:(?P<number>\d{{1,3}}|an?|one)\s*(?P<unit>{_NAMES})s?\.?\s+ago"
    r"|(?P<now>just now|moments? ago|a few seconds ago)|(?P<yesterday>yesterday))(?![a-z0-9])"
)
# Names of icon fonts, drawn as a clock and read as a word.
_ICON = re.compile(r"(?:access_time|query_builder|watch_later|schedule|clock|timer|time|update)$")
_EDGES = " \t·•|,;:–—-∙⋅・()[]"
_NOT_NAMES = re.compile(
    r"(?i)^(?:by\b.*|home|share|save|follow|comments?|related.*|more|updated?|posted|published|"
    r"last|edited|modified|reply|like|report|trending|latest|new|ad|sponsored|listen|\d+|.*\bread)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A relative time as printed, and the name glued before it; `name` is empty without one."""

    name: str
    raw: str
    seconds: int
    unit_s: int


def read_stamp(text: str, names: Collection[str] = ()) -> Stamp | None:
    """The stamp a short line is, or None.

    names: other lines of the page; a split whose name stands among them is preferred.
    """
    if len(text) > 140 or not re.search(r"(?i)ago|just now|yesterday", text):
        return None
    found = [stamp for start in range(len(text)) if (stamp := _stamp_at(text, start, names))]
    if not found:
        return None
    return next((s for s in found if s.name and s.name in names), found[0])


def _stamp_at(text: str, start: int, names: Collection[str]) -> Stamp | None:
    match = _RELATIVE.match(text, start)
    rest = text[match.end() :].strip(_EDGES) if match else ""
    if match is None or len(rest) > 40 or re.search(r"[.!?]", rest):
        return None
    if match["unit"]:
        number = int(match["number"]) if match["number"].isdecimal() else 1
        unit = _UNITS[match["unit"].lower()]
        if number > _MOST[unit] or match["number"].startswith("0"):
            return None
    else:
        number, unit = (0, 60) if match["now"] else (1, 86_400)
    name = text[:start].strip(_EDGES)
    if name not in names:
        name = _ICON.sub("", name).strip(_EDGES)
    name = re.split(r"\s*[·•|∙⋅]\s*", name)[0]
    if name and not is_name(name):
        return None
    return Stamp(name=name, raw=match[0], seconds=number * unit, unit_s=unit)


def is_name(text: str) -> bool:
    """Whether a line can be a publisher's name: short, no sentence, no word of the page's frame."""
    words = text.split()
    if _ICON.fullmatch(text):
        return False
    if not 0 < len(words) <= 7 or not 2 <= len(text) <= 60 or _NOT_NAMES.match(text):
        return False
    return not re.search(r"[.!?:;…#\"“”]$|[.!?] [A-Z]|https?:", text) and text[0] not in "•·#@"


def evidence(stamp: Stamp, when: str | None, fetched_at: datetime) -> DateEvidence | None:
    """The date a stamp tells, counted from the fetch; None when it is vaguer than a day.

    when: a machine-readable time beside it, which is surer.
    """
    exact = listing_date(when) if when and ":" in when else None
    if exact and exact <= fetched_at + timedelta(days=1):
        return DateEvidence(
            instant=exact,
            precision=Precision.SECOND,
            source="aggregator:time",
            raw=when or "",
            confidence=0.8,
        )
    if stamp.unit_s > 86_400:
        return None
    instant = fetched_at.astimezone(UTC) - timedelta(seconds=stamp.seconds)
    precision = {3_600: Precision.HOUR, 86_400: Precision.DAY}.get(stamp.unit_s, Precision.MINUTE)
    if precision is Precision.DAY:
        instant = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    return DateEvidence(
        instant=instant,
        precision=precision,
        source="aggregator:relative",
        raw=stamp.raw,
        confidence=0.6,
    )
