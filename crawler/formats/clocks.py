"""Clock times and zones as they are written beside a date: "14:30 Uhr", "3:15 pm EST", 下午3时."""

import re
from dataclasses import dataclass

_CLOCK = re.compile(
    r"(?:(?P<before>오전|오후|上午|下午|午前|午後)\s?)?"
    r"(?:(?<![\d.])(?P<h>[01]?\d|2[0-4])(?:[:.h：]|\s?[時时]|\s?시\s?)(?P<m>[0-5]\d)(?![.]?\d)"
    r"(?::(?P<s>[0-5]\d)(?:[.,]\d{1,9})?)?[分분]?\s?(?P<half>[ap]\.?\s?m\b\.?)?"
    r"|(?<!\d)(?P<h12>1[0-2]|0?[1-9])\s?(?P<half12>[ap]\.?m\b\.?))",
    re.I,
)
_ISO_CLOCK = re.compile(
    r"[T\s,]{0,3}(?P<h>[01]\d|2[0-4]):?(?P<m>[0-5]\d)(?::?(?P<s>[0-5]\d|60)(?:[.,]\d{1,9})?)?\s?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?",
    re.I,
)
# minutes east of UTC; IST is India's for our sources, CST is left out: China's or Chicago's
_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "bst": 60, "west": 60, "cet": 60, "mez": 60, "cest": 120,
    "mesz": 120, "eet": 120, "sast": 120, "eest": 180, "msk": 180, "eat": 180, "ist": 330,
    "wib": 420, "sgt": 480, "hkt": 480, "jst": 540, "kst": 540, "aest": 600, "aedt": 660,
    "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
}  # fmt: skip
_ZONE = re.compile(
    rf"\s?(?:uhr)?\s*\(?(?P<name>(?:{'|'.join(_ZONES)})(?![a-z]))?\)?\s?"
    r"(?:(?P<sign>[+−-])(?P<h>\d{1,2}):?(?P<m>\d{2})?)?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Clock:
    """hour, minute, second; `exact` when seconds are written; offset: minutes east, or None."""

    hour: int
    minute: int
    second: int
    exact: bool
    offset: int | None


def iso_clock(text: str) -> Clock | None:
    """The time that follows an ISO date, from the start of `text`."""
    found = _ISO_CLOCK.match(text)
    if not found:
        return None
    hour = int(found["h"])
    tail = text[found.end() :]
    if half := re.match(r"\s?([ap])\.?m\b", tail, re.I):
        hour = _in_24(hour, half[1])
        tail = tail[half.end() :]
    zone = found["zone"]
    offset = zone_offset(zone or tail)
    return Clock(hour, int(found["m"]), int(found["s"] or 0), bool(found["s"]), offset)


def written_clock(before: str, date: str, after: str) -> Clock | None:
    """The time next to a written date: after it, before it, or within ("Apr 28 19:20 2023")."""
    found = _CLOCK.search(after[:40]) or _CLOCK.search(before[-20:]) or _CLOCK.search(date)
    if not found:
        return None
    half = found["half"] or found["half12"] or ""
    if found["before"]:
        half = "p" if found["before"] in ("오후", "下午", "午後") else "a"
    hour = _in_24(int(found["h"] or found["h12"]), half)
    offset = zone_offset(found.string[found.end() :])
    return Clock(hour, int(found["m"] or 0), int(found["s"] or 0), bool(found["s"]), offset)


def zone_offset(text: str) -> int | None:
    """Minutes east of UTC of a zone at the start of `text`: "Z", "+05:30", "GMT+7", "CEST"."""
    found = _ZONE.match(text)
    if not found:
        return None
    if found["sign"]:
        total = int(found["h"]) * 60 + int(found["m"] or 0)
        if total > 14 * 60:
            return None
        return total if found["sign"] == "+" else -total
    return _ZONES.get((found["name"] or "").lower())


def _in_24(hour: int, half: str) -> int:
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half[0].lower() == "p" else 0)
