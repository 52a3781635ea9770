"""Whether a page's own `<meta>` tags reserve text and data mining: TDMRep and `noai`.

Source: TDM Reservation Protocol, W3C Community Group Final Report, 2024.
"""

import re
from collections.abc import Sequence

MOST_BYTES = 200_000

_META = re.compile(rb"<meta\b[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([a-z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)


def read_meta(head: bytes) -> str | None:
    """Where the `<meta>` tags of a page reserve it, or None."""
    for tag in _META.findall(head):
        found = {
            name.decode("latin-1").lower(): (one or other or bare).decode("latin-1")
            for name, one, other, bare in _ATTRIBUTE.findall(tag)
        }
        name, content = found.get("name", "").lower(), found.get("content", "")
        if name == "tdm-reservation" and content.strip() == "1":
            return "meta tdm-reservation: 1"
        if name == "robots" and "noai" in listed_words(content):
            return "meta robots: noai"
    return None


def listed_words(text: str) -> Sequence[str]:
    """Words of a list parted by commas, in lower case."""
    return [word.strip().lower() for word in text.split(",")]
