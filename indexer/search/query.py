"""One search: words and what its facet names mean in, hits and counts out.

What names mean is `indexer.vocabulary`'s to say; what only this index knows is looked up in it, by
the whole value and never in a cut list of values.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from indexer.foundation.errors import UnknownName
from indexer.search.search_server import SearchServer, plain_errors
from indexer.vocabulary.folding import folded
from indexer.vocabulary.meaning import (
    ATTRIBUTES,
    MOST_CHARACTERS,
    MOST_NEAR,
    STEP,
    Meaning,
    Value,
)
from indexer.vocabulary.names import find, unknown_name
from indexer.vocabulary.sources import Registry, no_sources

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

_UNLISTED = "company"  # the kind of names that no list has all of
_OF_ANY_NAME = ("company", "source")

Ask = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]  # action of the index, body -> answer
Meanings = Mapping[str, tuple[Meaning, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to search for.

    names: kind of name -> meanings; OR within a kind, AND across. since, until: UNIX seconds.
    newest: order by date instead of relevance. copies: every copy of a story, not one.
    """

    words: str = ""
    names: Meanings = field(default_factory=dict)
    since: int | None = None
    until: int | None = None
    limit: int = 10
    newest: bool = False
    copies: bool = False
    facets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Understands names.

    sources: tells the registry; called when a source is named. ask: asks the index what the
    vocabulary does not know; None leaves that unknown.
    """

    sources: Registry = no_sources
    ask: Ask | None = None

    def understood(
        self, typed: Mapping[str, Sequence[str]], *, exactly: bool = False, patient: bool = False
    ) -> Meanings:
        """What typed names mean. exactly, patient: as for `meaning`. Raises: as `meaning`."""
        return {
            kind: tuple(
                self.meaning(kind, text, exactly=exactly, patient=patient) for text in texts
            )
            for kind, texts in typed.items()
            if texts
        }

    def meaning(
        self, kind: str, text: str, *, exactly: bool = False, patient: bool = False
    ) -> Meaning:
        """What one name means.

        exactly: rights depend on it. patient: a company may be named later, whatever is near.
        Raises: UnknownName with near names, AmbiguousName; what `ask` raises.
        """
        sources = self.sources() if kind == "source" else ()
        meaning = find(kind, text, sources=sources, exactly=exactly)
        if meaning is not None:
            return meaning
        unknown = unknown_name(kind, text, sources=sources)
        if self.ask is None or not 0 < len(text.strip()) <= MOST_CHARACTERS:
            raise unknown
        alike: list[Value] = []
        values = values_called(self.ask, kind, text)
        if not values and kind in _OF_ANY_NAME:
            alike = _values_alike(self.ask, kind, text)
            values = [value for value in alike if folded(value[1]) == folded(text)]
        if values:
            return Meaning(typed=text, values=tuple(values))
        near = list(dict.fromkeys((*unknown.near, *(value for _, value in alike))))[:MOST_NEAR]
        if kind == _UNLISTED and (patient or not near):
            return Meaning(typed=text, values=(("companies", text.strip()),), heard=False)
        raise UnknownName(unknown.words, near, unknown.advice)


def asking(server: SearchServer, index: str) -> Ask:
    """Asks an index of a search server. Raises: SearchError."""
    http = server.client().http

    def ask(action: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        with plain_errors(server.url):
            answer: Mapping[str, Any] = http.post(f"indexes/{index}/{action}", dict(body))
        return answer

    return ask


def run(server: SearchServer, index: str, query: Query) -> dict[str, Any]:
    """Search. Returns: the server's answer, with `filter` as it was sent. Raises: SearchError."""
    conditions = conditions_of(query)
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
    with plain_errors(server.url):
        answer: dict[str, Any] = server.client().index(index).search(query.words, asked)
    return {**answer, "filter": conditions}


def conditions_of(query: Query) -> list[str | list[str]]:
    """A query's facet values and dates as Meilisearch's filter: outer AND, inner OR."""
    conditions: list[str | list[str]] = [
        any_of(meanings) for meanings in query.names.values() if meanings
    ]
    if query.since is not None:
        conditions.append(f"published_at >= {query.since}")
    if query.until is not None:
        conditions.append(f"published_at <= {query.until}")
    return conditions


def any_of(meanings: Sequence[Meaning]) -> list[str]:
    """One OR group: every facet value that is meant."""
    values = dict.fromkeys(value for meaning in meanings for value in meaning.values)
    return [f"{attribute} = {quoted(value)}" for attribute, value in values]


def quoted(value: str) -> str:
    """A value as Meilisearch's filter language quotes it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def values_called(ask: Ask, kind: str, text: str) -> list[Value]:
    """The values of the index that are the text itself, in any case."""
    found = []
    attributes = ATTRIBUTES[kind]
    if attributes[0].endswith(".lvl0"):  # a hierarchy: a value tells its level by its steps
        attributes = attributes[text.count(STEP) :][:1]
    for attribute in attributes:
        field_name, _, level = attribute.partition(".")
        answer = ask(
            "search",
            {
                "filter": f"{attribute} = {quoted(text.strip())}",
                "limit": 1,
                "attributesToRetrieve": [field_name],
            },
        )
        for hit in answer["hits"]:
            held = hit[field_name][level] if level else hit[field_name]
            values = [held] if isinstance(held, str) else held
            found += [(attribute, one) for one in values if folded(one) == folded(text)]
    return found


def _values_alike(ask: Ask, kind: str, text: str) -> list[Value]:
    """Values of the index that begin like the text or differ by a typo, the most frequent first."""
    return [
        (attribute, hit["value"])
        for attribute in ATTRIBUTES[kind]
        for hit in ask("facet-search", {"facetName": attribute, "facetQuery": text})["facetHits"]
    ]
