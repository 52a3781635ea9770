"""Zones: a newsroom's own by its IANA name, and what dates name: "+05:30", "GMT+7", "CEST"."""

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MOST_MINUTES = 14 * 60  # Kiribati's

# Minutes east of UTC. What two countries share stands here as RFC 822 or most of our sources mean
# it; a newsroom whose own clock bears the name is asked first.
NAMED = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120,
    "MEZ": 60, "MESZ": 120, "MET": 60, "MEST": 120, "EET": 120, "EEST": 180, "MSK": 180,
    "TRT": 180, "EAT": 180, "WAT": 60, "CAT": 120, "SAST": 120, "IDT": 180, "IRST": 210,
    "GST": 240, "PKT": 300, "IST": 330, "NPT": 345, "BDT": 360, "ICT": 420, "WIB": 420,
    "WITA": 480, "SGT": 480, "MYT": 480, "HKT": 480, "PHT": 480, "AWST": 480, "WIT": 540,
    "JST": 540, "KST": 540, "ACST": 570, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
    "BRT": -180, "ART": -180, "CLT": -240, "COT": -300, "PET": -300, "EST": -300, "EDT": -240,
    "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
}  # fmt: skip
# China's as often as Chicago's: where no newsroom is known it tells nothing
_UNDECIDED = frozenset(("CST",))
_GREENWICH = frozenset(("Z", "UT", "UTC", "GMT"))
# Words and sections too ("14:30 Art", "ICT"): only in capitals, at the end
_WORDS = ("ART", "CAT", "COT", "ICT", "MET", "PET", "UT", "WAT", "WIT")
_AFTER_NAME = r"\s?(?P<sign>[+−-])(?P<h>\d\d|\d)(?::?(?P<m>\d\d))?(?!\d)"
_OFFSET = re.compile(_AFTER_NAME)
_NAME = re.compile(
    r"\s?(?:uhr)?\s*\(?(?P<name>"
    rf"(?:{'|'.join(sorted(NAMED.keys() - set(_WORDS), key=len, reverse=True))})(?![^\W\d_])"
    rf"|(?-i:{'|'.join(_WORDS)})(?=\)?$))?\)?(?:{_AFTER_NAME})?",
    re.I,
)


def zone_of(timezone: str | None) -> tzinfo:
    """The zone of an IANA name; UTC when there is no such name."""
    if timezone:
        try:
            return ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    return UTC


def zone_offset(text: str, local: datetime, home: tzinfo | None) -> int | None:
    """Minutes east of UTC of a zone at the start of `text`; None when it names none.

    local: the naive time that the zone belongs to. home: the newsroom's clock, which decides what
    a shared name means ("IST" in Mumbai, Jerusalem, Dublin); None when no newsroom is known.
    """
    name = text.strip(" ()")
    if name not in NAMED:
        found = _OFFSET.match(text) or _NAME.match(text)
        if found and found["sign"]:
            total = int(found["h"]) * 60 + int(found["m"] or 0)
            if total > MOST_MINUTES:
                return None
            return total if found["sign"] == "+" else -total
        name = (found["name"] or "").upper() if found else ""
    if not name:
        return None
    if name in _GREENWICH:
        return 0
    if home is None:
        return None if name in _UNDECIDED else NAMED[name]
    own = local.replace(tzinfo=home)
    offset = own.utcoffset() if own.tzname() == name else None
    return NAMED[name] if offset is None else int(offset.total_seconds() // 60)
