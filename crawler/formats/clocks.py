"""Clock times as they are written beside a date: "14:30 Uhr", "3:15 pm EST", 下午3时."""

import re
from typing import NamedTuple

HALF = r"(?:[ap]\.?\s?m\b\.?|[صم](?!\w)|صباح|مساء)"  # of the day; Arabic has a letter or a word
_CLOCK = re.compile(
    r"(?:(?P<before>오전|오후|上午|下午|午前|午後)\s?)?"
    r"(?:(?<![\d.])(?P<h>[01]?\d|2[0-4])(?:[:.h：]|\s?[時时]|\s?시\s?)(?P<m>[0-5]\d)(?![.]?\d)"
    r"(?::(?P<s>[0-5]\d)(?:[.,]\d{1,9})?)?[分분]?\s?"
    rf"(?P<half>{HALF})?|(?<!\d)(?P<h12>1[0-2]|0?[1-9])\s?(?P<half12>{HALF})"
    r"|(?<![\d.])(?P<full>[01]?\d|2[0-4])\s?(?:uhr\b|h\b|[時时](?![間间])|시(?!간)))",
    re.I,
)
_ISO_CLOCK = re.compile(
    r"[T\s,]{0,3}(?P<h>[01]\d|2[0-4]):?(?P<m>[0-5]\d)(?::?(?P<s>[0-5]\d|60)(?:[.,]\d{1,20})?)?\s?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?",
    re.I,
)
_HALF = re.compile(rf"\s?({HALF})", re.I)


class Clock(NamedTuple):
    """hour, minute, second; `exact` when seconds are written; zone: what may name one, behind."""

    hour: int
    minute: int
    second: int
    exact: bool
    zone: str


def iso_clock(text: str) -> Clock | None:
    """The time that follows an ISO date, from the start of `text`."""
    found = _ISO_CLOCK.match(text)
    if not found:
        return None
    hour = int(found["h"])
    tail = text[found.end() :]
    if tail and (half := _HALF.match(tail)):
        hour = in_24(hour, half[1])
        tail = tail[half.end() :]
    zone = (found["zone"] or "").replace(":", "") or tail
    return Clock(hour, int(found["m"]), int(found["s"] or 0), bool(found["s"]), zone)


def written_clock(before: str, date: str, after: str) -> Clock | None:
    """The time next to a written date: after it, before it, or within ("Apr 28 19:20 2023")."""
    found = _CLOCK.search(after[:40]) or _CLOCK.search(before[-20:]) or _CLOCK.search(date)
    return _clock(found) if found else None


def first_clock(text: str) -> Clock | None:
    """The first time written in `text`."""
    found = _CLOCK.search(text)
    return _clock(found) if found else None


def without_clocks(text: str) -> str:
    return _CLOCK.sub("", text)


def _clock(found: re.Match[str]) -> Clock:
    half = found["half"] or found["half12"] or ""
    if found["before"]:
        half = "p" if found["before"] in ("오후", "下午", "午後") else "a"
    hour = in_24(int(found["h"] or found["h12"] or found["full"]), half)
    zone = found.string[found.end() :]
    return Clock(hour, int(found["m"] or 0), int(found["s"] or 0), bool(found["s"]), zone)


def in_24(hour: int, half: str) -> int:
    """Hour of the day; half: "am", "PM", "" for a clock of 24 hours."""
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half[0].lower() in "pم" else 0)
