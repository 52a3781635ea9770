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
class Alternative:
    """One search: words as the server takes them, and its filters."""

    words: str = ""
    conditions: tuple[str | list[str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to search for.

    words: for the server as they stand; alternatives: what a text of the query language asks for
        instead, any of them.
    notes: what of the text was ignored, for people.
    names: facet -> meanings; OR within a facet, AND across. since, until: UNIX seconds, both in it.
    least_usd, most_usd: funding in US dollars.
    newest: order by date instead of relevance. copies: every copy of a story, not one.
    """

    words: str = ""
    alternatives: tuple[Alternative, ...] = ()
    notes: tuple[str, ...] = ()
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
    shown = {
        "facets": list(COUNTED) if query.facets else [],
        "attributesToHighlight": ["title", "text", "summary"],
        "attributesToCrop": ["text"],
        "cropLength": 30,
        "highlightPreTag": MARKS[0],
        "highlightPostTag": MARKS[1],
    }
    searches = [{**asked, **shown} for asked in searches_of(query)]
    client = server.client()
    with plain_errors(server.url):
        if len(searches) == 1:
            words = searches[0]["q"]
            answer: dict[str, Any] = client.index(index).search(words, searches[0])
        else:
            asked = [{"indexUid": index, **one} for one in searches]
            answer = united(client.multi_search(asked)["results"], query)
    return {**answer, "filter": searches[0]["filter"]}


def searches_of(query: Query) -> list[dict[str, Any]]:
    """What is asked of the search server, one search an alternative, without how hits are shown.

    Answers of several are joined by `united`.
    """
    common: dict[str, Any] = {"limit": query.limit}
    if query.newest:
        common["sort"] = list(NEWEST_FIRST)
    if not query.copies:
        common["distinct"] = STORY
    alternatives = query.alternatives or (Alternative(words=query.words),)
    if len(alternatives) > 1:
        common["showRankingScore"] = True
    conditions = conditions_of(query)
    return [
        {"q": one.words, "filter": [*one.conditions, *conditions], **common} for one in alternatives
    ]


def united(answers: Sequence[Mapping[str, Any]], query: Query) -> dict[str, Any]:
    """The hits of any answer, each story or document once, in order; totals and counts are sums.

    Both servers order a federated search by score alone and the embedded engine gives a document
    of two queries twice, so the answers are joined here.
    """
    hits = [hit for answer in answers for hit in answer["hits"]]
    if query.newest:
        hits.sort(key=lambda hit: -(hit.get(TIME) or 0))
    else:
        hits.sort(key=lambda hit: -(hit.get("_rankingScore") or 0))
    once = "id" if query.copies else STORY
    kept = list({hit.get(once): hit for hit in reversed(hits)}.values())[::-1]
    counts: dict[str, dict[str, int]] = {}
    for answer in answers:
        for facet, values in (answer.get("facetDistribution") or {}).items():
            into = counts.setdefault(facet, {})
            for value, n in values.items():
                into[value] = into.get(value, 0) + n
    return {
        "hits": kept[: query.limit],
        "limit": query.limit,
        "offset": 0,
        "estimatedTotalHits": sum(answer.get("estimatedTotalHits", 0) for answer in answers),
        "processingTimeMs": max(answer.get("processingTimeMs", 0) for answer in answers),
        "facetDistribution": counts,
    }


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
