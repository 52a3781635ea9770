"""A search as an address tells it, put into the search server's words, or into the page's.

The page reads the same parameters in its own code (address.ts, filters.ts): q, topic, region,
source, language, company, access, stage (each may repeat), usd, since or from and to, copies. It
knows facet values alone, so names that mean them are put into them before it sees the address.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from indexer.foundation.errors import UnknownName
from indexer.foundation.times import now_utc
from indexer.search.query import Names, any_of, values_called
from indexer.vocabulary.meaning import ATTRIBUTES, Meaning

MAX_WORDS = 300
MAX_VALUES = 100
_SPAN = re.compile(r"(\d{1,4})([hd])", re.ASCII)
_USD = re.compile(r"(\d{0,15}):(\d{0,15})", re.ASCII)

Parameters = Iterable[tuple[str, str]]


class Unclear(Exception):
    """An address that cannot be understood; the message says what to write instead."""


def query_of(parameters: Parameters, names: Names, now: float | None = None) -> dict[str, Any]:
    """`q`, `filter` and `distinct` of the search.

    names: understands them. now: UNIX seconds that spans count back from.
    Raises: Unclear, and what `names` raises when it asks the index.
    """
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        given.setdefault(name, []).append(value)
    filters: list[str | list[str]] = []
    for kind in ATTRIBUTES:
        values = given.get(kind, [])
        if len(values) > MAX_VALUES:
            raise Unclear(f"{len(values)} values of {kind}: send at most {MAX_VALUES}")
        try:
            meanings = [_meaning(kind, value, names, patient=True) for value in values]
        except UnknownName as unknown:
            raise Unclear(str(unknown)) from None
        if meanings:
            filters.append(any_of(meanings))
    filters += _amounts(_first(given, "usd"))
    filters += _times(given, now_utc().timestamp() if now is None else now)
    query: dict[str, Any] = {"q": _first(given, "q")[:MAX_WORDS], "filter": filters}
    if _first(given, "copies") != "all":
        query["distinct"] = "story_id"
    return query


def with_values(parameters: Parameters, names: Names) -> list[tuple[str, str]]:
    """The same parameters with the facet values that names mean; what nothing is called stays.

    Raises: what `names` raises when it asks the index.
    """
    told: list[tuple[str, str]] = []
    for kind, text in parameters:
        told += [(kind, value) for value in _values(kind, text, names)]
    return list(dict.fromkeys(told))


def _meaning(kind: str, text: str, names: Names, *, patient: bool = False) -> Meaning:
    """What a name means in an address.

    A value that the index holds is itself: the page wrote it.
    """
    meaning = names.meaning(kind, text, patient=patient)
    itself = [value for value in meaning.values if value[1] == text]
    if not itself and names.ask is not None:
        itself = [value for value in values_called(names.ask, kind, text) if value[1] == text]
    return replace(meaning, values=tuple(itself), aside=()) if itself else meaning


def _values(kind: str, text: str, names: Names) -> list[str]:
    if kind not in ATTRIBUTES:
        return [text]
    try:
        meant = _meaning(kind, text, names).values
    except UnknownName:
        return [text]
    if kind != "source":
        return [value for _, value in meant]
    ids = {source.id: source.name for source in names.sources()}
    return [ids.get(value, value) for _, value in meant]  # the page tells sources by their names


def _first(given: dict[str, list[str]], name: str) -> str:
    return given.get(name, [""])[0]


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
