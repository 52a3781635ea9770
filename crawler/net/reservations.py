"""What a host's tdmrep.json and a page's headers reserve: TDMRep and `noai`.

Pure. A page's own `<meta>` tags are read with the page (`crawler.extraction.reserved`).
Source: TDM Reservation Protocol, W3C Community Group Final Report, 2024.
"""

import json
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from crawler.errors import CompressionError, ExtractionError
from crawler.extraction.reserved import listed_words
from crawler.formats.compression import PackedBody
from crawler.settings import MAX_BODY_BYTES

MOST_BYTES = 200_000
MOST_RULES = 500

Rule = tuple[str, bool]  # pattern of a path, and whether mining is reserved there


def read_packed_tdmrep(file: PackedBody) -> Sequence[Rule]:
    """The rules of a file as it travelled. Raises: ExtractionError, as a worker's calls."""
    try:
        return read_tdmrep(file.inflated(limit=MAX_BODY_BYTES).body)
    except CompressionError as error:
        raise ExtractionError("not-text", str(error)) from error


def read_tdmrep(body: bytes) -> Sequence[Rule]:
    """The rules of a tdmrep.json; none when it is something else."""
    try:
        listed = json.loads(body[:MOST_BYTES])
    except (ValueError, RecursionError):
        return ()
    if not isinstance(listed, list):
        return ()
    rules = []
    for rule in listed[:MOST_RULES]:
        location = rule.get("location") if isinstance(rule, dict) else None
        if isinstance(location, str) and location:
            rules.append((location[:500], str(rule.get("tdm-reservation")) == "1"))
    return rules


def is_reserved(rules: Sequence[Rule], url: str) -> bool:
    """Whether the most specific rule that fits a page reserves it."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # of two as long, the open one counts, as in RFC 9309, 2.2.2
    fitting = [(len(pattern), not reserved) for pattern, reserved in rules if _fits(pattern, path)]
    return not max(fitting)[1] if fitting else False


def read_headers(headers: dict[str, list[str]], agent: str) -> str | None:
    """Where the headers reserve a page, or None. headers: names in lower case."""
    if any(value.strip() == "1" for value in headers.get("tdm-reservation", ())):
        return "header tdm-reservation: 1"
    for value in headers.get("x-robots-tag", ()):
        who, colon, rest = value.rpartition(":")
        if colon and re.fullmatch(r"\s*[\w-]+\s*", who) and who.strip().lower() != agent.lower():
            continue  # said to somebody else
        if "noai" in listed_words(rest):
            return "header X-Robots-Tag: noai"
    return None


def _fits(pattern: str, path: str) -> bool:
    """A pattern as robots.txt writes them: a prefix, with `*` for anything and `$` for the end."""
    ends = pattern.endswith("$")
    pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(pieces[0]):
        return False
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    if len(pieces) == 1:
        return not ends or path == pieces[0]
    last = pieces[-1]
    return path.endswith(last) and len(path) - len(last) >= at if ends else last in path[at:]
