"""A search as the page's address tells it, put into the search server's words. Pure.

The page reads the same parameters in its own code (address.ts, filters.ts): q, topic, region,
source, language, company, access, stage (each may repeat), usd, since or from and to, copies.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from indexer.foundation.times import now_utc

SEPARATOR = " > "
MAX_WORDS = 300
MAX_VALUES = 100

# name in the address -> attribute, or its levels
FACETS: dict[str, tuple[str, ...]] = {
    "topic": ("topics.lvl0", "topics.lvl1"),
    "region": ("regions.lvl0", "regions.lvl1", "regions.lvl2"),
    "source": ("source_name",),
    "language": ("language",),
    "company": ("companies",),
    "access": ("access",),
    "stage": ("funding_stage",),
}
_SPAN = re.compile(r"(\d{1,4})([hd])", re.ASCII)
_USD = re.compile(r"(\d{0,15}):(\d{0,15})", re.ASCII)

Parameters = Iterable[tuple[str, str]]


class Unclear(Exception):
    """An address that cannot be understood; the message says what to write instead."""


def query_of(parameters: Parameters, now: float | None = None) -> dict[str, Any]:
    """`q`, `filter` and `distinct` of the search.

    now: UNIX seconds that spans count back from.
    Raises: Unclear.
    """
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        given.setdefault(name, []).append(value)
    filters: list[str | list[str]] = []
    for name, levels in FACETS.items():
        values = given.get(name, [])
        if len(values) > MAX_VALUES:
            raise Unclear(f"{len(values)} values of {name}: send at most {MAX_VALUES}")
        if values:
            filters.append([_equals(levels, value) for value in values])
    filters += _amounts(_first(given, "usd"))
    filters += _times(given, now_utc().timestamp() if now is None else now)
    query: dict[str, Any] = {"q": _first(given, "q")[:MAX_WORDS], "filter": filters}
    if _first(given, "copies") != "all":
        query["distinct"] = "story_id"
    return query


def _first(given: dict[str, list[str]], name: str) -> str:
    return given.get(name, [""])[0]


def _equals(levels: tuple[str, ...], value: str) -> str:
    """Values of a hierarchy tell their level by their steps."""
    level = min(value.count(SEPARATOR), len(levels) - 1) if len(levels) > 1 else 0
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{levels[level]} = "{escaped}"'


def _amounts(usd: str) -> list[str]:
    if not usd:
        return []
    found = _USD.fullmatch(usd)
    if found is None or usd == ":":
        raise Unclear(f"usd is {usd!r}: write least:most in US dollars, as in 1000000:5000000")
    least, most = found.groups()
    return [f"funding_usd {sign} {int(end)}" for sign, end in ((">=", least), ("<=", most)) if end]


def _times(given: dict[str, list[str]], now: float) -> list[str]:
    since = _first(given, "since")
    if since:
        span = _SPAN.fullmatch(since)
        if span is None:
            raise Unclear(f"since is {since!r}: write hours or days, as in 12h or 7d")
        seconds = int(span[1]) * (3600 if span[2] == "h" else 86_400)
        return [f"published_at >= {int(now) // 60 * 60 - seconds}"]
    filters = []
    if start := _first(given, "from"):
        filters.append(f"published_at >= {_day('from', start)}")
    if end := _first(given, "to"):
        filters.append(f"published_at < {_day('to', end) + 86_400}")
    return filters


def _day(name: str, value: str) -> int:
    try:
        day = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Unclear(f"{name} is {value!r}: write a day, as in 2026-11-30") from None
    return int((day - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1))
