"""One search: words and what its facet names mean in, hits and counts out.

`indexer.search.contract` says what it may be narrowed by, `indexer.vocabulary` what names mean;
what only this index knows is looked up in it, by the whole value and never in a cut list of values.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from indexer.foundation.errors import UnknownName
from indexer.search.contract import COUNTED, FACETS, FUNDING, NEWEST_FIRST, STORY, TIME
from indexer.search.search_server import SearchServer, plain_errors
from indexer.vocabulary.folding import folded
from indexer.vocabulary.meaning import MOST_CHARACTERS, MOST_NEAR, STEP, Meaning, Value
from indexer.vocabulary.names import find, unknown_name
from indexer.vocabulary.sources import Registry, no_sources

MARKS = ("\ue000", "\ue001")  # private characters: no text has them, so nothing needs escaping

_UNLISTED = "company"  # the kind of names that no list has all of
_OF_ANY_NAME = ("company", "source")

Ask = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]  # action of the index, body -> answer
Meanings = Mapping[str, tuple[Meaning, ...]]
Conditions = list[str | list[str]]  # Meilisearch's filter: outer AND, inner OR


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to search for.

    names: facet -> meanings; OR within a facet, AND across. since, until: UNIX seconds, both in it.
    least_usd, most_usd: funding in US dollars.
    newest: order by date instead of relevance. copies: every copy of a story, not one.
    """

    words: str = ""
    names: Meanings = field(default_factory=dict)
    since: int | None = None
    until: int | None = None
    least_usd: int | None = None
    most_usd: int | None = None
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
    asked = {
        **asked_of(query),
        "facets": list(COUNTED) if query.facets else [],
        "attributesToHighlight": ["title", "text", "summary"],
        "attributesToCrop": ["text"],
        "cropLength": 30,
        "highlightPreTag": MARKS[0],
        "highlightPostTag": MARKS[1],
    }
    with plain_errors(server.url):
        answer: dict[str, Any] = server.client().index(index).search(query.words, asked)
    return {**answer, "filter": asked["filter"]}


def asked_of(query: Query) -> dict[str, Any]:
    """What is asked of the search server, without what of the hits is to be shown how."""
    asked: dict[str, Any] = {
        "q": query.words,
        "filter": conditions_of(query),
        "limit": query.limit,
    }
    if query.newest:
        asked["sort"] = list(NEWEST_FIRST)
    if not query.copies:
        asked["distinct"] = STORY
    return asked


def conditions_of(query: Query) -> Conditions:
    """A query's facet values, amounts and dates."""
    ends = (
        (FUNDING, ">=", query.least_usd),
        (FUNDING, "<=", query.most_usd),
        (TIME, ">=", query.since),
        (TIME, "<=", query.until),
    )
    return [
        *(_any_of(meanings) for meanings in query.names.values() if meanings),
        *(f"{field_name} {sign} {end}" for field_name, sign, end in ends if end is not None),
    ]


def _any_of(meanings: Sequence[Meaning]) -> list[str]:
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
    facet = FACETS[kind]
    attributes = facet.attributes
    if facet.levels:  # a value tells its level by its steps
        attributes = facet.levels[text.count(STEP) :][:1]
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
        for attribute in FACETS[kind].attributes
        for hit in ask("facet-search", {"facetName": attribute, "facetQuery": text})["facetHits"]
    ]
