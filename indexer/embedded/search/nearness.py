"""How near two words of a query stand in a text, as a query: the nearer, the more it earns."""

from collections.abc import Mapping, Sequence
from typing import Any

import tantivy
from tantivy import Occur, Query

from indexer.embedded.search.query import Term
from indexer.embedded.search.spellings import Spellings

NEAR = 3  # levels of nearness of two words: side by side, one between, two between


class Nearness:
    """Asks for nearness in the text fields with these names."""

    def __init__(
        self,
        schema: tantivy.Schema,
        settings: Mapping[str, Any],
        spellings: Spellings,
        names: Sequence[str],
    ) -> None:
        self._schema = schema
        self._by_word = settings["proximityPrecision"] == "byWord"
        self._spellings = spellings
        self._names = names

    def query(self, left: Term, right: Term, weight: int) -> Query | None:
        """Scored by what the words are likeliest to be; None when they never meet."""
        lefts = self._spellings.likeliest(left, last=True)
        rights = self._spellings.likeliest(right, last=False)
        stands_in = self._spellings.stands_in
        choices = [
            self._distance(name, one, other, weight)
            for name in self._names
            for one in lefts
            if stands_in(one, name)
            for other in rights
            if one != other and stands_in(other, name)
        ]
        if right.prefix and len(right.words) == 1 and self._by_word:
            choices += self._begun_beside(lefts, right, weight)
        return Query.disjunction_max_query(choices) if choices else None

    def _begun_beside(self, lefts: Sequence[str], right: Term, weight: int) -> list[Query]:
        """Any word that begins so side by side with the one before, not only the likeliest."""
        return [
            Query.const_score_query(
                Query.phrase_prefix_query(self._schema, name, [one, right.text]),
                float(weight * NEAR),
            )
            for name in self._names
            for one in lefts
            if self._spellings.stands_in(one, name)
        ]

    def _distance(self, name: str, one: str, other: str, weight: int) -> Query:
        if not self._by_word:
            words = [Query.term_query(self._schema, name, word, "basic") for word in (one, other)]
            both = Query.boolean_query([(Occur.Must, word) for word in words])
            return Query.const_score_query(both, float(weight))

        def within(first: str, second: str, slop: int, level: int) -> Query:
            pair: list[str | tuple[int, str]] = [first, second]
            found = Query.phrase_query(self._schema, name, pair, slop)
            return Query.const_score_query(found, float(weight * level))

        # the other way round a pair counts as one word further apart
        levels = [within(one, other, slop, NEAR - slop) for slop in range(NEAR)]
        levels += [within(other, one, slop, NEAR - 1 - slop) for slop in range(NEAR - 1)]
        # the widest, worth nothing, goes first: most pairs never stand together in a segment
        return Query.boolean_query(
            [
                (Occur.Must, within(one, other, NEAR, 0)),
                (Occur.Should, Query.disjunction_max_query(levels)),
            ]
        )
