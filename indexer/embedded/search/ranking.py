"""Ranking rules as one number: a query whose score packs the rules in their order.

Every rule gets its digit in a mixed base, the first rule the highest; a document's score is the
sum of what its words earn. Scores stay below 2^24, where tantivy's floats are exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import tantivy
from tantivy import Occur, Query

from indexer.embedded.search.nearness import NEAR, Nearness
from indexer.embedded.search.query import ParsedQuery, Term
from indexer.embedded.search.spellings import Spellings

LIMIT = 2**24
FEW = 80  # words looked up one by one: a set costs 0.2 ms before its first word, a word 4 us
Clauses = list[tuple[Occur, Query]]
TEXT_RULES = ("words", "typo", "proximity", "attribute", "exactness")


@dataclass(frozen=True, slots=True)
class Field:
    """A searchable attribute: name, text slot, rank (0 is best), and if typos are forgiven."""

    name: str
    slot: int
    rank: int
    typos: bool = True


@dataclass(frozen=True, slots=True)
class Scale:
    """The packed score: rules in order, the number of levels of each, what a level weighs."""

    rules: tuple[str, ...]
    levels: tuple[int, ...]
    weights: Mapping[str, int]
    ranks: int

    def step(self, end: int) -> int:
        """Scores that agree in their first `end` digits differ by less than this."""
        size = 1
        for levels in self.levels[end:]:
            size *= levels
        return size

    def digits(self, score: float) -> tuple[int, ...]:
        """What the document reached under each rule; more is better."""
        rest = int(score)
        found: list[int] = []
        for levels in reversed(self.levels):
            rest, digit = divmod(rest, levels)
            found.append(digit)
        return tuple(reversed(found))


def scale(rules: Sequence[str], terms: int, ranks: int) -> Scale:
    """The weights for a query of so many terms over attributes of so many ranks."""
    wanted = list(dict.fromkeys(rule for rule in rules if rule in TEXT_RULES))
    while True:
        sizes = {
            "words": terms + 1,
            "typo": 2 * terms + 1,
            "proximity": NEAR * max(0, terms - 1) + 1,
            "attribute": (ranks - 1) * terms + 1,
            "exactness": terms + 1,
        }
        weights = dict.fromkeys(TEXT_RULES, 0)
        weight = 1
        for rule in reversed(wanted):
            weights[rule] = weight
            weight *= sizes[rule]
        if weight <= LIMIT or ranks == 1:
            return Scale(tuple(wanted), tuple(sizes[rule] for rule in wanted), weights, ranks)
        ranks -= 1


class Ranking:
    """Builds the scored query for one search."""

    def __init__(
        self,
        schema: tantivy.Schema,
        settings: Mapping[str, Any],
        spellings: Spellings,
        fields: Sequence[Field],
        rules: Sequence[str],
    ) -> None:
        self._schema = schema
        self._fields = fields
        self._rules = rules
        self.spellings = spellings
        self._nearness = Nearness(schema, settings, spellings, [f"t{one.slot}" for one in fields])
        self.scale = scale(rules, 1, 1)
        self._needed: list[Query] = []  # what each match must have
        self._without: list[Query] = []
        self._of_one: list[tuple[float, Query]] = []  # what one term may be, and its worth

    def query(self, parsed: ParsedQuery, strategy: str) -> Query:
        """Documents that match, scored. An empty query matches all, with score 0."""
        terms = list(parsed.terms)
        ranks = max((field.rank for field in self._fields), default=0) + 1
        self.scale = scale(self._rules, max(1, len(terms)), ranks)
        if not self._fields and terms:
            return Query.empty_query()
        if terms:
            found = self._together(terms, strategy)
        else:
            found = Query.const_score_query(Query.all_query(), 0.0)
            self._needed = [found]
        self._without = [self._excluded(term) for term in parsed.excluded]
        return self._with_exclusions(found)

    def matching(self) -> Query:
        """The documents the query finds, without what only scores them: cheaper to count."""
        needed: Clauses = [(Occur.Must, one) for one in self._needed]
        return self._with_exclusions(Query.boolean_query(needed))

    def at_least(self, score: int) -> Query | None:
        """Of a query of one term: the matches that earn so much. None when there are more terms."""
        good = [query for worth, query in self._of_one if worth >= score]
        return self._with_exclusions(_best_of(good)) if good else None

    def _with_exclusions(self, found: Query) -> Query:
        if not self._without:
            return found
        return Query.boolean_query(
            [(Occur.Must, found), *((Occur.MustNot, one) for one in self._without)]
        )

    def _together(self, terms: list[Term], strategy: str) -> Query:
        queries = [self._term(terms, at) for at in range(len(terms))]
        weight = self.scale.weights["proximity"]
        near = {
            at: self._nearness.query(left, right, weight) if weight else None
            for at, (left, right) in enumerate(pairwise(terms))
        }
        if strategy == "all":
            self._needed = queries
            pairs: Clauses = [(Occur.Should, one) for one in near.values() if one is not None]
            return Query.boolean_query([*((Occur.Must, one) for one in queries), *pairs])
        phrases = [at for at, term in enumerate(terms) if term.kind == "phrase"]
        order = [at for at in range(len(terms)) if at not in phrases]
        if strategy == "frequency":
            found = [self.spellings.documents(query) for query in queries]
            order.sort(key=found.__getitem__)
        self._needed = [queries[at] for at in phrases or order[:1]]
        chain = self._chain(order, queries, near, set(phrases))
        if not phrases:
            return chain if chain is not None else Query.empty_query()
        parts: Clauses = [(Occur.Must, queries[at]) for at in phrases]
        for at in phrases:
            pair = near.get(at)
            if at + 1 in phrases and pair is not None:
                parts.append((Occur.Should, pair))
        if chain is not None:
            parts.append((Occur.Should, chain))
        return Query.boolean_query(parts)

    def _chain(
        self,
        order: list[int],
        queries: list[Query],
        near: Mapping[int, Query | None],
        known: set[int],
    ) -> Query | None:
        """The first words must match, each further one earns only if those before it did."""
        steps: list[list[tuple[Occur, Query]]] = []
        seen = set(known)
        for at in order:
            seen.add(at)
            step = [(Occur.Must, queries[at])]
            for left in (at - 1, at):
                pair = near.get(left)
                if left in seen and left + 1 in seen and pair is not None:
                    step.append((Occur.Should, pair))
            steps.append(step)
        chain: Query | None = None
        for step in reversed(steps):
            if chain is not None:
                step.append((Occur.Should, chain))
            chain = step[0][1] if len(step) == 1 else Query.boolean_query(step)
        return chain

    def _worth(self, field: Field, typos: int, exact: bool) -> float:
        weights = self.scale.weights
        rank = min(field.rank, self.scale.ranks - 1)
        return float(
            weights["words"]
            + weights["typo"] * (2 - typos)
            + weights["attribute"] * (self.scale.ranks - 1 - rank)
            + weights["exactness"] * exact
        )

    def _term(self, terms: list[Term], at: int) -> Query:
        term = terms[at]
        choices: list[tuple[float, Query]] = []
        typo_terms = self.spellings.typos(term)
        begun = self.spellings.begun(term) if term.prefix else []
        together = self.spellings.together(terms, at)
        for field in self._fields:
            for found, typos, exact in self._choices(term, field, typo_terms, begun, together):
                worth = self._worth(field, typos, exact)
                choices += [(worth, Query.const_score_query(one, worth)) for one in found]
        if len(terms) == 1:
            self._of_one = choices
        return _best_of([query for _, query in choices])

    def _choices(
        self,
        term: Term,
        field: Field,
        typo_terms: tuple[list[str], list[str], list[tuple[str, str]]],
        begun: list[str] | None,
        together: list[tuple[str, ...]],
    ) -> list[tuple[list[Query], int, bool]]:
        """(what to find, typos, is it exactly what was typed), for one term in one attribute."""
        name = f"t{field.slot}"
        right = [self._prefix(name, term)] if begun is None else self._each(name, begun)
        if term.kind == "compound":
            right.append(self._word(name, term.text))
        if term.kind != "phrase":
            synonyms = self.spellings.synonyms.get(term.words, ())
            right += [self._words(name, words) for words in (*synonyms, *together)]
        found = [([self._words(name, term.words)], 0, True), (right, 0, False)]
        if field.typos:
            one, two, split = typo_terms
            glued = [self._words(name, pair) for pair in split]
            found.append((self._each(name, one) + glued, 1, False))
            found.append((self._each(name, two), 2, False))
        return found

    def _each(self, name: str, words: Sequence[str]) -> list[Query]:
        if len(words) > FEW:
            return [Query.term_set_query(self._schema, name, words)]
        return [self._word(name, word) for word in words]

    def _word(self, name: str, word: str) -> Query:
        return Query.term_query(self._schema, name, word, "basic")

    def _words(self, name: str, words: Sequence[str | None]) -> Query:
        known: list[str | tuple[int, str]] = [
            (at, word) for at, word in enumerate(words) if word is not None
        ]
        if len(known) == 1:  # a phrase of one word panics inside tantivy
            return self._word(name, str(known[0][1]))
        return Query.phrase_query(self._schema, name, known)

    def _prefix(self, name: str, term: Term) -> Query:
        words: list[str | tuple[int, str]] = [word for word in term.words if word is not None]
        if len(words) == 1:
            return Query.fuzzy_term_query(self._schema, name, term.text, 0, True, prefix=True)
        return Query.phrase_prefix_query(self._schema, name, words)

    def _excluded(self, term: Term) -> Query:
        choices = []
        for field in self._fields:
            choices.append(self._words(f"t{field.slot}", term.words))
            if term.prefix:
                choices.append(self._prefix(f"t{field.slot}", term))
        return Query.boolean_query([(Occur.Should, one) for one in choices])


def _best_of(choices: list[Query]) -> Query:
    return choices[0] if len(choices) == 1 else Query.disjunction_max_query(choices)
