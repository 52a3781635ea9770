"""Where a story opens on an aggregator page: publisher, relative time and title, printed together.

The line with the time is a stamp: "Straits Times19 hours ago", "Bloomberg · an hour ago", an icon's
name glued before the time ("time12 minutes ago"). English only; times in running text in many
languages are read in `extraction.dates`. `splitting` cuts the stories at what is found here.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from crawler.article import DateEvidence, Precision
from crawler.extraction.aggregators.furniture import is_end, is_furniture, is_paragraph
from crawler.extraction.aggregators.lines import Line
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


def evidence(stamp: Stamp, when: str | None, fetched_at: datetime | None) -> DateEvidence | None:
    """The date a stamp tells, counted from the fetch; None when it is vaguer than a day.

    when: a machine-readable time beside it, which is surer. fetched_at: None when nobody knows.
    """
    exact = listing_date(when) if when and ":" in when else None
    if exact and (fetched_at is None or exact <= fetched_at + timedelta(days=1)):
        return DateEvidence(
            instant=exact,
            precision=Precision.SECOND,
            source="aggregator:time",
            raw=when or "",
            confidence=0.8,
        )
    if fetched_at is None or stamp.unit_s > 86_400:
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


_BEFORE, _AFTER = 9, 7  # lines around a stamp in which its title may stand
_MAX_HEADERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Lines `first` to `last` that open a story; `repeated`: its title or name is printed again."""

    title: str
    publisher: str
    stamp: Stamp
    at: int
    first: int
    last: int
    repeated: bool


def same_words(text: str) -> str:
    """A line's words without case and punctuation, to compare printings of one headline."""
    return re.sub(r"\W+", " ", text.casefold()).strip()


def squashed(name: str) -> str:
    """A name as hosts write it: "The Straits Times" is "thestraitstimes"."""
    return re.sub(r"[\W_]", "", name.casefold())


def story_headers(lines: Sequence[Line], own_name: str) -> list[Header]:
    """Where stories open: stamps with a publisher and a title, in page order.

    own_name: the aggregator's, which is nobody's publisher, squashed ("thehub").
    """
    names = {line.text for line in lines if len(line.text) <= 60}
    stamps = {i: stamp for i, line in enumerate(lines) if (stamp := read_stamp(line.text, names))}
    found: list[Header] = []
    for at, stamp in stamps.items():
        header = _header(lines, at, stamp, _around(lines, at, stamps), own_name)
        if header is None:
            continue
        if found and same_words(found[-1].title) == same_words(header.title):
            # Two stamps claim one title: the one behind it is the story's, the one before it
            # belongs to a comment or card above.
            behind = header.first < header.at and not found[-1].first < found[-1].at
            kept = header if behind else found[-1]
            found[-1] = replace(kept, last=max(kept.last, header.last))
        else:
            found.append(header)
    return found[:_MAX_HEADERS]


def _around(lines: Sequence[Line], at: int, stamps: Collection[int]) -> range:
    """The lines that may belong to a stamp's header: up to running text, ends or other stamps."""
    counts = Counter(same_words(line.text) for line in lines[max(0, at - _BEFORE) : at + _AFTER])

    def stops(i: int) -> bool:
        line = lines[i]
        if i in stamps or is_end(line.text):
            return True
        return is_paragraph(line) and not line.heading and counts[same_words(line.text)] < 2

    low, high = at, at + 1
    while low > 0 and at - low < _BEFORE:
        if stops(low - 1):
            break
        low -= 1
    while high < len(lines) and high - at <= _AFTER:
        if stops(high):
            break
        high += 1
    return range(low, high)


def _header(
    lines: Sequence[Line], at: int, stamp: Stamp, around: range, own_name: str
) -> Header | None:
    """The header around a stamp, or None when no publisher or no title stands there."""
    name_at = at
    publisher = stamp.name
    if not publisher:
        beside = [
            i
            for i in (at - 1, at + 1, at - 2)
            if i in around and is_name(lines[i].text) and not lines[i].heading
            if squashed(lines[i].text) != own_name and not is_furniture(lines[i].text)
        ]
        if not beside:
            return None
        # Few publishers' names have more than four words; headlines have.
        name_at = min(beside, key=lambda i: len(lines[i].text.split()) > 4)
        publisher = lines[name_at].text.strip(" ·•|")
    title_at = _title(lines, around, at, publisher)
    if title_at is None:
        return None
    title, key = lines[title_at].text, same_words(lines[title_at].text)
    parts = [i for i in around if same_words(lines[i].text) in {key, same_words(publisher)}]
    last = max([title_at, name_at, at, *parts])
    while last + 1 in around and re.match(r"^[•·|]\s*\S", lines[last + 1].text):
        last += 1  # a category behind a bullet
    again = Counter(same_words(lines[i].text) for i in around)
    return Header(
        title=title,
        publisher=publisher,
        stamp=stamp,
        at=at,
        first=min([title_at, name_at, at, *parts]),
        last=last,
        repeated=again[key] > 1 or again[same_words(publisher)] > (name_at != at),
    )


def _title(lines: Sequence[Line], around: range, at: int, publisher: str) -> int | None:
    """The title's line: printed twice before plain heading, before the stamp before behind it."""
    counts = Counter(same_words(lines[i].text) for i in around)
    ranked: list[tuple[int, int, int]] = []
    for i in around:
        text = lines[i].text
        long = len(text) >= 15 or (len(text) >= 6 and ord(text[0]) > 0x2E80)
        if not long or len(text) > 300 or i == at or same_words(text) == same_words(publisher):
            continue
        if is_furniture(text) or is_end(text):
            continue
        rank = (
            4 * (counts[same_words(text)] > 1)
            + 2 * (lines[i].heading or lines[i].linked)
            + (i < at)
        )
        if rank >= 2:
            ranked.append((rank, -abs(i - at), i))
    return max(ranked)[2] if ranked else None
