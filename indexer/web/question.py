"""A search as an address tells it: read into a query, or with its names put into the page's words.

`indexer.search.contract` says what an address may hold; the page reads the same in its own code
(address.ts), with names and forms that are written out of the contract. The page knows facet values
alone, so names that mean them are put into them before it sees the address.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from indexer.foundation.errors import UnknownName
from indexer.foundation.times import now_utc
from indexer.search import contract
from indexer.search.contract import ALL_COPIES, FACETS, MOST_VALUES, MOST_WORDS, SPAN_UNITS_S
from indexer.search.language import Kind
from indexer.search.query import Names, Query, values_called
from indexer.search.understanding import understand
from indexer.vocabulary.meaning import Meaning

Parameters = Iterable[tuple[str, str]]


class Unclear(Exception):
    """An address that cannot be understood; the message says what to write instead."""


def query_of(parameters: Parameters, names: Names, now: float | None = None) -> Query:
    """The query of an address.

    names: understands its names. now: UNIX seconds that spans count back from.
    Raises: Unclear, and what `names` raises when it asks the index.
    """
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        given.setdefault(name, []).append(value)
    least_usd, most_usd = _amounts(_first(given, contract.USD))
    since, until = _times(given, now_utc().timestamp() if now is None else now)
    moment = now_utc() if now is None else datetime.fromtimestamp(now, UTC)
    text = understand(_first(given, contract.WORDS), names, now=moment, patient=True)
    return Query(
        words=_first(given, contract.WORDS)[:MOST_WORDS],
        alternatives=text.alternatives,
        notes=tuple(note.said for note in text.notes if note.kind is not Kind.ESTIMATE),
        names={facet: _meanings(facet, given.get(facet, []), names) for facet in FACETS},
        least_usd=least_usd,
        most_usd=most_usd,
        since=since,
        until=until,
        newest=_first(given, contract.SORT) == contract.NEWEST,
        copies=_first(given, contract.COPIES) == ALL_COPIES,
    )


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
    if kind not in FACETS:
        return [text]
    try:
        meant = _meaning(kind, text, names).values
    except UnknownName:
        return [text]
    if kind != "source":
        return [value for _, value in meant]
    ids = {source.id: source.name for source in names.sources()}
    return [ids.get(value, value) for _, value in meant]  # the page tells sources by their names


def _meanings(facet: str, texts: list[str], names: Names) -> tuple[Meaning, ...]:
    if len(texts) > MOST_VALUES:
        raise Unclear(f"{len(texts)} values of {facet}: send at most {MOST_VALUES}")
    try:
        return tuple(_meaning(facet, text, names, patient=True) for text in texts)
    except UnknownName as unknown:
        raise Unclear(str(unknown)) from None


def _first(given: dict[str, list[str]], name: str) -> str:
    return given.get(name, [""])[0]


def _amounts(usd: str) -> tuple[int | None, int | None]:
    if not usd:
        return None, None
    if re.fullmatch(contract.USD_FORM, usd) is None:
        raise Unclear(f"usd is {usd!r}: write least:most in US dollars, as in 1000000:5000000")
    least, _, most = usd.partition(":")
    return int(least) if least else None, int(most) if most else None


def _times(given: dict[str, list[str]], now: float) -> tuple[int | None, int | None]:
    """UNIX seconds, both in the span."""
    since = _first(given, contract.SINCE)
    if since:
        span = re.fullmatch(contract.SPAN_FORM, since)
        if span is None:
            raise Unclear(f"since is {since!r}: write hours or days, as in 12h or 7d")
        return int(now) // 60 * 60 - int(span[1]) * SPAN_UNITS_S[span[2]], None
    first, last = (_first(given, name) for name in (contract.FROM, contract.TO))
    return (
        _day(contract.FROM, first) if first else None,
        _day(contract.TO, last) + SPAN_UNITS_S["d"] - 1 if last else None,
    )


def _day(name: str, value: str) -> int:
    """UNIX seconds of its start, UTC."""
    written = re.fullmatch(contract.DAY_FORM, value)
    try:
        if written is None:
            raise ValueError
        year, month, of_month = map(int, written.groups())
        day = datetime(year, month, of_month, tzinfo=UTC)
    except ValueError:
        raise Unclear(f"{name} is {value!r}: write a day, as in 2026-11-30") from None
    return int((day - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1))
