"""The rules that need the texts themselves: wordPosition, and attributes that are the query.

Only for documents that tie on a page. Positions are counted in words.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from indexer.embedded.flatten import flatten
from indexer.embedded.layout import searchable_name
from indexer.embedded.levels import Row
from indexer.embedded.matching import Matcher
from indexer.embedded.query import ParsedQuery
from indexer.embedded.ranking import Field
from indexer.embedded.state import State

MAX_TEXT = 2_000  # characters of one attribute that are looked at
_STEPS = (0, 1, 4, 7, 11, 16, 24, 64, 256, 1024)
FAR = len(_STEPS)
EXACT, STARTS, NEITHER = 0, 1, 2


def refiner(
    state: State, parsed: ParsedQuery, matcher: Matcher, fields: Sequence[Field]
) -> Callable[[Sequence[Row]], None]:
    """Makes the function that fills `position` and `exact` into tied rows."""
    names = {field.name for field in fields}
    searched: dict[str, bool] = {}
    wanted = [word for term in parsed.terms for word in term.words if word]
    places: list[int] = []
    place = 0
    for term in parsed.terms:
        places.append(place)
        place += len(term.words)

    def refine(rows: Sequence[Row]) -> None:
        bodies = state.documents.bodies([row.n for row in rows])
        for row in rows:
            body = bodies.get(row.n, {})
            row.values["position"], row.values["exact"] = _look(body)

    def _look(body: Mapping[str, Any]) -> tuple[int, int]:
        costs = [FAR] * len(places)
        exact = NEITHER
        for path, values in flatten(body).values.items():
            if path not in searched:
                searched[path] = searchable_name(state.settings, path) in names
            if not searched[path]:
                continue
            for value in values:
                text = value if isinstance(value, str) else str(value)
                text = text[:MAX_TEXT]
                for match in matcher.find(text):
                    cost = cost_of(abs(match.position - places[match.term]))
                    costs[match.term] = min(costs[match.term], cost)
                exact = min(exact, _exactness(state, text, wanted))
        return sum(costs), exact

    return refine


def _exactness(state: State, text: str, wanted: Sequence[str]) -> int:
    """Is a text the query, or does it start with it?"""
    head = state.words.cut(text[: 20 * len(wanted) + 40])
    if [word.text for word in head[: len(wanted)]] != wanted:
        return NEITHER
    return EXACT if len(state.words.cut(text)) == len(wanted) else STARTS


def cost_of(distance: int) -> int:
    """How far a word is from its place in the query, in steps that widen."""
    for cost, step in enumerate(_STEPS):
        if distance <= step:
            return cost
    return FAR
