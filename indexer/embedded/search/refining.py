"""The rules that need the texts themselves: wordPosition, and attributes that are the query.

Only for documents that tie on a page. Positions are counted in words.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from indexer.embedded.index.flatten import flatten
from indexer.embedded.index.layout import searchable_name
from indexer.embedded.index.state import IndexState
from indexer.embedded.index.words import MAX_WORD
from indexer.embedded.search.levels import Row
from indexer.embedded.search.matching import Matcher
from indexer.embedded.search.query import ParsedQuery
from indexer.embedded.search.ranking import Field

MAX_TEXT = 2_000  # characters of one attribute that are looked at
_STEPS = (0, 1, 4, 7, 11, 16, 24, 64, 256, 1024)
FAR = len(_STEPS)
EXACT, STARTS, NEITHER = 0, 1, 2


def refiner(
    state: IndexState,
    bodies: Callable[[Sequence[Row]], Mapping[int, dict[str, Any]]],
    parsed: ParsedQuery,
    matcher: Matcher,
    fields: Sequence[Field],
) -> Callable[[Sequence[Row]], None]:
    """Makes the function that fills `position` and `exact` into tied rows."""
    look = _Look(state, parsed, matcher, fields)

    def refine(rows: Sequence[Row]) -> None:
        found = bodies(rows)
        for row in rows:
            row.values["position"], row.values["exact"] = look.at(found.get(row.n, {}))

    return refine


class _Look:
    """Looks at one document after another for one query."""

    def __init__(
        self, state: IndexState, parsed: ParsedQuery, matcher: Matcher, fields: Sequence[Field]
    ) -> None:
        self._settings = state.settings
        self._words = state.words
        self._matcher = matcher
        self._names = {field.name for field in fields}
        self._heads = {name.split(".")[0] for name in self._names}
        self._any_head = any("*" in name for name in self._names)
        self._searched: dict[str, bool] = {}
        self._wanted = [word for term in parsed.terms for word in term.words if word]
        self._places: list[int] = []
        place = 0
        for term in parsed.terms:
            self._places.append(place)
            place += len(term.words)

    def at(self, body: Mapping[str, Any]) -> tuple[int, int]:
        """(cost of the places where the query's words stand, exactness); less is better."""
        costs = [FAR] * len(self._places)
        exact = NEITHER
        worth = self._worth_reading(costs)
        for text in self._texts(body):
            starts = False
            for term, position in self._matcher.places(text, worth):
                starts = starts or position == 0
                costs[term] = min(costs[term], cost_of(abs(position - self._places[term])))
                worth = 0
            if starts and exact != EXACT:
                exact = min(exact, self._exactness(text))
            worth = worth or self._worth_reading(costs)
        return sum(costs), exact

    def _exactness(self, text: str) -> int:
        """Is a text the query, or does it start with it?"""
        wanted = self._wanted
        first = self._matcher.first_words(text, len(wanted) + 1)
        if first is None or any(len(word) > MAX_WORD for word in first):  # these do not count
            first = [word.text for word in self._words.cut(text)]
        if first[: len(wanted)] != wanted:
            return NEITHER
        return EXACT if len(first) == len(wanted) else STARTS

    def _texts(self, body: Mapping[str, Any]) -> list[str]:
        """The searched texts, short ones first: what they show shortens the reading of others."""
        found: list[str] = []
        for name, value in body.items():
            if type(value) is str:  # most texts: no need to look inside
                if self._is_searched(name):
                    found.append(value)
            elif self._any_head or name.split(".")[0] in self._heads or name in self._heads:
                for path, values in flatten({name: value}).values.items():
                    if self._is_searched(path):
                        found += map(str, values)
        return [text[:MAX_TEXT] for text in sorted(found, key=len)]

    def _is_searched(self, path: str) -> bool:
        known = self._searched.get(path)
        if known is None:
            known = searchable_name(self._settings, path) in self._names
            self._searched[path] = known
        return known

    def _worth_reading(self, costs: Sequence[int]) -> int:
        """How many words of a text can still lower a cost; the first tells about exactness."""
        return 1 + max(
            (
                place + _STEPS[cost - 1]
                for place, cost in zip(self._places, costs, strict=True)
                if cost
            ),
            default=0,
        )


def cost_of(distance: int) -> int:
    """How far a word is from its place in the query, in steps that widen."""
    return bisect_left(_STEPS, distance)
