"""One search from the command line: words and facet names in, hits and counts out.

The names people type are looked up among the index's own facet values, so that `semiconductors`
finds "Chips > Semiconductors" and `china` finds "East Asia > China".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from indexer.foundation.errors import UnknownName
from indexer.search.search_server import SearchServer, plain_errors

FACETS = (
    "topics.lvl0",
    "topics.lvl1",
    "regions.lvl0",
    "regions.lvl1",
    "regions.lvl2",
    "source_name",
    "language",
    "companies",
    "access",
    "funding_stage",
)
MARKS = ("\ue000", "\ue001")  # private characters: no text has them, so nothing needs escaping

SHOWN_VALUES = 12

# option -> attributes its names are looked up in
LOOKUPS: Mapping[str, tuple[str, ...]] = {
    "topic": ("topics.lvl0", "topics.lvl1"),
    "region": ("regions.lvl0", "regions.lvl1", "regions.lvl2"),
    "source": ("source", "source_name"),
    "language": ("language",),
    "company": ("companies",),
    "access": ("access",),
    "stage": ("funding_stage",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to search for.

    names: option of `LOOKUPS` -> names; OR within an option, AND across. since, until: UNIX
    seconds. newest: order by date instead of relevance. copies: every copy of a story, not one.
    """

    words: str = ""
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    since: int | None = None
    until: int | None = None
    limit: int = 10
    newest: bool = False
    copies: bool = False
    facets: bool = False


def run(server: SearchServer, index: str, query: Query) -> dict[str, Any]:
    """Search. Returns: the server's answer, with `filter` as it was sent.

    Raises: UnknownName when a facet name matches nothing, naming near ones.
    """
    handle = server.client().index(index)
    with plain_errors(server.url):
        conditions = conditions_of(handle, query)
        asked: dict[str, Any] = {
            "filter": conditions,
            "limit": query.limit,
            "facets": list(FACETS) if query.facets else [],
            "attributesToHighlight": ["title", "text", "summary"],
            "attributesToCrop": ["text"],
            "cropLength": 30,
            "highlightPreTag": MARKS[0],
            "highlightPostTag": MARKS[1],
        }
        if query.newest:
            asked["sort"] = ["published_at:desc"]
        if not query.copies:
            asked["distinct"] = "story_id"
        answer: dict[str, Any] = handle.search(query.words, asked)
    return {**answer, "filter": conditions}


def conditions_of(handle: Any, query: Query) -> list[str | list[str]]:
    """A query's facet names and dates as Meilisearch's filter: outer AND, inner OR."""
    wanted = {option: names for option, names in query.names.items() if names}
    attributes = [attribute for option in wanted for attribute in LOOKUPS[option]]
    values: Mapping[str, Any] = {}
    if attributes:
        values = handle.search("", {"limit": 0, "facets": attributes})["facetDistribution"]
    conditions: list[str | list[str]] = [
        _condition(values, option, names) for option, names in wanted.items()
    ]
    if query.since is not None:
        conditions.append(f"published_at >= {query.since}")
    if query.until is not None:
        conditions.append(f"published_at <= {query.until}")
    return conditions


def _condition(values: Mapping[str, Any], option: str, names: Sequence[str]) -> list[str]:
    """One OR group: every facet value the names mean."""
    known = [(attribute, value) for attribute in LOOKUPS[option] for value in values[attribute]]
    alternatives: list[str] = []
    for name in names:
        meant = _meant(known, _folded(name))
        if not meant:
            raise UnknownName(f"the index has no {option} like {name!r}{_hint(known, name)}")
        alternatives += [f"{attribute} = {quoted(value)}" for attribute, value in meant]
    return list(dict.fromkeys(alternatives))


def _hint(known: Sequence[tuple[str, str]], name: str) -> str:
    """Values written much like the name, else the widest there are."""
    by_level = {_last_level(value): value for _, value in known}
    near = get_close_matches(_folded(name), by_level, n=3)
    if near:
        return f": did you mean {' or '.join(by_level[level] for level in near)}?"
    depth = min((value.count(" > ") for _, value in known), default=0)
    some = sorted({value for _, value in known if value.count(" > ") == depth})[:SHOWN_VALUES]
    return f"; it has: {', '.join(some)}" if some else " (it is empty)"


def _last_level(value: str) -> str:
    return _folded(value).rpartition(" > ")[2]


def _folded(value: str) -> str:
    """As people may write it: "Series A" is series-a."""
    return value.strip().casefold().replace("-", " ")


def _meant(known: Sequence[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    """(attribute, value) pairs whose last level is the name, else holds it."""
    last = [(pair, _last_level(pair[1])) for pair in known]
    exact = [pair for pair, level in last if name in (level, _folded(pair[1]))]
    return exact or [pair for pair, level in last if name and name in level]


def quoted(value: str) -> str:
    """A value as Meilisearch's filter language quotes it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
