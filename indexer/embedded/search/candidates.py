"""Documents as tantivy finds them: the best by a score or by one field, and what columns hold.

tantivy sorts by one thing at a time; the order of several levels is `ordering`'s.
"""

from collections.abc import MutableMapping, Sequence
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Order, Query

from indexer.embedded.index.vocabulary import count_matches
from indexer.embedded.search.levels import ByField, Row, keys_of

Hits = list[tuple[float, Any]]  # (score, address), best first


class Candidates:
    """Searches of one index. cache: remembers what holds until the next commit."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        schema: tantivy.Schema,
        cache: MutableMapping[str, Any],
    ) -> None:
        self._searcher = searcher
        self._schema = schema
        self._cache = cache
        self.documents: int = searcher.num_docs
        self.total: int | None = None  # matches in all; filled in by a search that is to `count`

    def count(self, query: Query) -> int:
        return count_matches(self._searcher, query)

    def by_score(self, query: Query, most: int, count: bool = False) -> Hits:
        """The best by score."""
        return self._search(query, most, count)

    def by_field(self, query: Query, level: ByField, most: int, count: bool = False) -> list[Row]:
        """The first by a field."""
        order = Order.Desc if level.descending else Order.Asc
        found = self._search(query, most, count, order_by_field=level.name, order=order)
        numbers = self.column("_n", [address for _, address in found])
        return [
            Row(n, address, values={level.name: value})
            for n, (value, address) in zip(numbers, found, strict=True)
        ]

    def _search(self, query: Query, most: int, count: bool, **order: Any) -> list[tuple[Any, Any]]:
        count = count and self.total is None
        found: Any = self._searcher.search(
            query, max(1, min(most, self.documents)), count=count, **order
        )
        if count:
            self.total = found.count
        hits: list[tuple[Any, Any]] = found.hits
        return hits

    def rows(self, hits: Hits) -> list[Row]:
        numbers = self.column("_n", [address for _, address in hits])
        return [
            Row(n, address, int(score)) for n, (score, address) in zip(numbers, hits, strict=True)
        ]

    def foremost(self, hits: Hits, level: ByField, most: int) -> list[Row]:
        """The first `most` of some hits by a field, and those that tie with the last of them."""
        if len(hits) <= most or not level.numeric:
            return self.rows(hits)
        keys = keys_of(self.column(level.name, [address for _, address in hits]), level)
        last = sorted(keys)[most - 1]
        return self.rows([hit for key, hit in zip(keys, hits, strict=True) if key <= last])

    def score(self, query: Query, rows: Sequence[Row]) -> None:
        """Fill in the scores of rows that were found in another way."""
        missing = [row for row in rows if row.score is None]
        if missing:
            found = self.rows(self.by_score(self._among(query, missing), len(missing)))
            scores = {row.n: row.score for row in found}
            for row in missing:
                row.score = scores.get(row.n, 0)

    def fill(self, query: Query, rows: Sequence[Row], level: ByField) -> None:
        """Fill in the values of a field."""
        missing = [row for row in rows if level.name not in row.values]
        if not missing:
            return
        if level.name == "_n":
            for row in missing:
                row.values["_n"] = row.n
        elif level.numeric:
            found = self.column(level.name, [row.address for row in missing])
            for row, value in zip(missing, found, strict=True):
                row.values[level.name] = value
        else:
            ordered = self.by_field(self._among(query, missing), level, len(missing))
            values = {row.n: row.values[level.name] for row in ordered}
            for row in missing:
                row.values[level.name] = values.get(row.n)

    def column(self, name: str, addresses: list[Any]) -> list[Any]:
        """The numbers a fast field holds at these addresses."""
        values: list[Any] = self._searcher.fast_field_values(name, addresses)
        return values

    def value_at(self, level: ByField, place: int) -> Any:
        """The value of the document at this place when all are sorted by a field; kept."""
        key = f"at:{level.name}:{level.descending}:{place}"
        if key not in self._cache:
            order = Order.Desc if level.descending else Order.Asc
            self._cache[key] = self._searcher.search(
                Query.all_query(), 1, False, level.name, place - 1, order
            ).hits[0][0]
        return self._cache[key]

    def up_to(self, query: Query, level: ByField, value: Any) -> Query:
        """The matches that come no later than a value, in the order of a field of numbers."""
        kind = FieldType.Integer if level.name == "_n" else FieldType.Float
        low, high = (value, None) if level.descending else (None, value)
        return both(query, Query.range_query(self._schema, level.name, kind, low, high))

    def one_of(self, query: Query, level: ByField, values: Sequence[Any]) -> Query:
        return both(query, Query.term_set_query(self._schema, level.name, list(values)))

    def equal(self, query: Query, level: ByField, value: Any) -> Query:
        if value is not None:
            return both(query, Query.term_query(self._schema, level.name, value))
        return Query.boolean_query(
            [(Occur.Must, query), (Occur.MustNot, Query.exists_query(level.name))]
        )

    def _among(self, query: Query, rows: Sequence[Row]) -> Query:
        return both(query, Query.term_set_query(self._schema, "_n", [row.n for row in rows]))


def both(query: Query, restriction: Query) -> Query:
    """Matches of the query that pass the restriction, which adds nothing to their scores."""
    return Query.boolean_query(
        [(Occur.Must, query), (Occur.Must, Query.const_score_query(restriction, 0.0))]
    )
