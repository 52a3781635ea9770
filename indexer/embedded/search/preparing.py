"""A search made ready: parameters read against one index, before anything is looked up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from tantivy import Query

from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.layout import searchable_name
from indexer.embedded.index.patterns import any_matches, matches
from indexer.embedded.index.state import IndexState
from indexer.embedded.index.store import Documents
from indexer.embedded.search.candidates import Candidates, both
from indexer.embedded.search.filter_queries import FilterQueries
from indexer.embedded.search.filters import parse as parse_filter
from indexer.embedded.search.levels import ByScore, ByText, Level, Refine, Row
from indexer.embedded.search.matching import Matcher
from indexer.embedded.search.ordering import Ordering
from indexer.embedded.search.parameters import SearchParameters
from indexer.embedded.search.query import ParsedQuery, parse
from indexer.embedded.search.ranking import TEXT_RULES, Field, Ranking, Scale
from indexer.embedded.search.refining import refiner
from indexer.embedded.search.scoring import good_enough
from indexer.embedded.search.sorting import sort_levels
from indexer.embedded.search.spellings import spellings_of
from indexer.embedded.search.targets import Targets


class Bodies:
    """The documents one search looks at, each read once."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._read: dict[int, dict[str, Any]] = {}

    def of(self, rows: Sequence[Row]) -> dict[int, dict[str, Any]]:
        """n → document, as far as it exists; more than was asked for."""
        missing = [row.n for row in rows if row.n not in self._read]
        if missing:
            self._read.update(self._documents.bodies(missing))
        return self._read


@dataclass(slots=True)
class Prepared:
    """A search made ready: its query, what restricts it, and how its hits are ordered.

    matched_by: what decides which documents match.
    """

    state: IndexState
    asked: SearchParameters
    parsed: ParsedQuery
    ranking: Ranking
    query: Query
    restrictions: list[Query]
    levels: list[Level]
    candidates: Candidates
    ordering: Ordering
    matcher: Matcher
    bodies: Bodies
    refine: Refine
    matched_by: str

    def best(self, most: int, offset: int = 0) -> Iterator[Row]:
        """The first `most` rows, in the order of the ranking rules."""
        return self.ordering.best(self.levels, most, self.refine, offset)

    def score(self, row: Row) -> int:
        """What a row earned under the text rules, packed."""
        self.candidates.score(self.query, [row])
        return row.score or 0

    def matching(self) -> Query:
        """What `query` finds, without scores: for counting."""
        return reduce(both, self.restrictions, self.ranking.matching())

    def total(self) -> int:
        """How many documents match; known as a by-product once rows were asked for."""
        if self.candidates.total is None:
            self.candidates.total = self.state.count(self.matching())
        return self.candidates.total


def prepare(state: IndexState, asked: SearchParameters, filter_: Any = None) -> Prepared:
    """Read query, filter and sort against the index. filter_: a further filter, of the key."""
    settings = state.settings
    parsed = parse(
        asked.q,
        state.words,
        stop_words=state.stop_words(),
        prefix=settings["prefixSearch"] != "disabled",
    )
    fields = searched_fields(state, asked.search_on)
    spellings = spellings_of(state)
    ranking = Ranking(
        state.schema, settings, spellings, fields, text_rules(settings["rankingRules"])
    )
    restrictions = [
        one for one in (restriction(state, asked.filter), restriction(state, filter_)) if one
    ]

    def restricted(query: Query) -> Query:
        return reduce(both, restrictions, query)

    def narrowed(score: int) -> Query | None:
        narrow = ranking.at_least(score)
        return None if narrow is None else restricted(narrow)

    query = restricted(ranking.query(parsed, asked.strategy))
    candidates = Candidates(state.searcher, state.schema, state.cache)
    if asked.score_threshold is not None and parsed.terms:
        enough = good_enough(
            candidates, state.schema, ranking, parsed, query, asked.score_threshold
        )
        restrictions.append(enough)
        query = both(query, enough)
    matcher = Matcher(state.words, Targets(parsed, spellings))
    bodies = Bodies(state.documents)
    return Prepared(
        state=state,
        asked=asked,
        parsed=parsed,
        ranking=ranking,
        query=query,
        restrictions=restrictions,
        levels=rule_levels(state, asked, ranking.scale, bool(parsed.terms)),
        candidates=candidates,
        ordering=Ordering(candidates, ranking.scale, query, narrowed),
        matcher=matcher,
        bodies=bodies,
        refine=refiner(state, bodies.of, parsed, matcher, fields),
        matched_by=repr(
            (asked.q, asked.filter, filter_, asked.strategy, asked.search_on, asked.score_threshold)
        ),
    )


def restriction(
    state: IndexState, filter_: Any, code: str = "invalid_search_filter"
) -> Query | None:
    """A filter as a query; None when it lets everything pass. Raises: ApiError."""
    node = parse_filter(filter_, code=code)
    if node is None:
        return None
    return FilterQueries(state.settings, state.layout, state.schema, code).query(node)


def text_rules(rules: Sequence[str]) -> list[str]:
    """The rules in order; the older `attribute` is attributeRank followed by wordPosition."""
    found: list[str] = []
    for rule in rules:
        found += ["attribute"] if rule == "attributeRank" else [rule]
        if rule == "attribute":
            found.append("wordPosition")
    return found


def searched_fields(state: IndexState, search_on: Sequence[str] | None) -> list[Field]:
    """The attributes to search, ranked; `search_on` narrows them. Raises: ApiError."""
    found = state.layout.searchable(state.settings)
    no_typos = state.settings["typoTolerance"]["disableOnAttributes"]
    fields = [
        Field(name, slot, rank, not any_matches(no_typos, name))
        for rank, (name, slot) in enumerate(found)
    ]
    if search_on is None or "*" in search_on:
        return fields
    for name in search_on:
        if "*" not in name and searchable_name(state.settings, name) is None:
            listed = ", ".join(f"`{one.name}`" for one in fields)
            raise ApiError(
                "invalid_search_attributes_to_search_on",
                f"Attribute `{name}` is not searchable. Available searchable attributes are: "
                f"`{listed}`.",
            )
    return [
        one
        for one in fields
        if any(matches(name, one.name) or matches(one.name, name) for name in search_on)
    ]


def rule_levels(
    state: IndexState, asked: SearchParameters, scale: Scale, has_query: bool
) -> list[Level]:
    """The ranking rules of the settings as levels to order by."""
    levels: list[Level] = []
    sorted_already = False
    for rule in text_rules(state.settings["rankingRules"]):
        if rule in TEXT_RULES:
            if has_query and rule in scale.rules:
                at = scale.rules.index(rule)
                if rule == "exactness":
                    levels.append(ByText("exact"))
                before = levels[-1] if levels else None
                if isinstance(before, ByScore):  # one number holds both
                    levels[-1] = ByScore(before.first, at + 1)
                else:
                    levels.append(ByScore(at, at + 1))
        elif rule == "wordPosition" and has_query:
            levels.append(ByText("position"))
        elif rule == "sort":
            levels += sort_levels(state, asked.sort)
            sorted_already = True
        elif ":" in rule:
            levels += sort_levels(state, [rule], custom=True)
    if asked.sort and not sorted_already:
        raise ApiError(
            "invalid_search_sort",
            "You must specify where `sort` is listed in the rankingRules setting to use the sort "
            "parameter at search time.",
        )
    return levels
