"""What a host's /.well-known/tdmrep.json reserves.

Source: TDM Reservation Protocol, W3C Community Group Final Report, 2024.
"""

import json
from collections.abc import Sequence

from crawler.article import Signal
from crawler.errors import CompressionError, ExtractionError
from crawler.formats.compression import PackedBody
from crawler.rights.patterns import fits, path_of
from crawler.settings import MAX_BODY_BYTES

FILE = "/.well-known/tdmrep.json"
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


def tdmrep_signals(rules: Sequence[Rule], url: str) -> list[Signal]:
    """What the most specific rule that fits a page says of it."""
    path = path_of(url)
    # of two as long, the open one counts, as in RFC 9309, 2.2.2
    fitting = [(len(p), not reserved, p) for p, reserved in rules if fits(p, path)]
    if not fitting:
        return []
    _, is_open, pattern = max(fitting)
    words = f"{FILE} tdm-reservation: 1 for {pattern}"
    return [] if is_open else [Signal(mark="no-mining", words=words)]
