"""The best documents in the order of the ranking rules, without looking at all of them.

tantivy sorts by one thing, a score or a field. Where the last place falls into a tie, the tie
is taken apart by the next rule: by a filter when it is a field, by a window of the next field
when it is a score. The last rule is always the order of arrival, so that pages never overlap.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, islice, takewhile
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Order, Query

from indexer.embedded.levels import ARRIVAL, ByField, ByScore, ByText, Level, Refine, Row, key_of
from indexer.embedded.ranking import Scale

ENOUGH = 60  # documents asked for at least: ties are mostly settled among them
MOST = 5_000  # documents looked at in one window
MOST_TIED = 40  # documents of one tie whose texts are read


class Ordering:
    """Orders the matches of queries of one index."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, scale: Scale) -> None:
        self._searcher = searcher
        self._schema = schema
        self._scale = scale

    def best(
        self,
        query: Query,
        levels: Sequence[Level],
        most: int,
        refine: Refine | None = None,
        offset: int = 0,
    ) -> Iterator[Row]:
        """The first `most` documents, best first, each with the values of all levels.

        refine: fills in the values of `ByText` levels; asked for ties from `offset` on, when
        the reader comes to them.
        """
        if most <= 0:
            return iter(())
        plain = [*(level for level in levels if not isinstance(level, ByText)), ARRIVAL]
        refined = refine is not None and len(plain) <= len(levels)
        rows = self._collect(query, plain, most + MOST_TIED if refined else most)
        rows = list({row.n: row for row in rows}.values())
        self._complete(query, rows, plain)
        rows.sort(key=lambda row: self.key(row, plain))
        if refine is not None and refined:
            return islice(self._refined(rows, [*levels, ARRIVAL], offset, refine), most)
        return iter(rows[:most])

    def _refined(
        self, rows: list[Row], levels: Sequence[Level], offset: int, refine: Refine
    ) -> Iterator[Row]:
        """Sort ties again by what their texts say; the first forty of a tie take part."""
        head = [*takewhile(lambda level: not isinstance(level, ByText), levels)]
        passed = 0
        for _, group in groupby(rows, key=lambda row: self.key(row, head)):
            tied = list(group)
            part = tied[:MOST_TIED]
            passed += len(tied)
            if len(part) > 1 and passed > offset:
                refine(part)
                part.sort(key=lambda row: self.key(row, levels))
            yield from part
            yield from tied[MOST_TIED:]

    def key(self, row: Row, levels: Sequence[Level]) -> tuple[Any, ...]:
        """Sorts ascending: the smaller key is the better document."""
        return tuple(key_of(row, level) for level in levels)

    def _collect(self, query: Query, levels: Sequence[Level], most: int) -> list[Row]:
        first = levels[0]
        if isinstance(first, ByField):
            return self._by_field(query, first, levels[1:], most)
        return self._by_score(query, levels, most)

    def _by_field(
        self, query: Query, level: ByField, rest: Sequence[Level], most: int
    ) -> list[Row]:
        asked = most if level is ARRIVAL else most + ENOUGH
        rows = self._search_field(query, level, asked)
        if len(rows) < asked or not rest:
            return rows
        edge = rows[most - 1].values[level.name]
        if rows[-1].values[level.name] != edge:
            last = max(at for at, row in enumerate(rows) if row.values[level.name] == edge)
            return rows[: last + 1]
        better = [row for row in rows if row.values[level.name] != edge]
        tied = _and(query, self._equal(level, edge))
        return better + self._collect(tied, rest, most - len(better))

    def _search_field(self, query: Query, level: ByField, most: int) -> list[Row]:
        order = Order.Desc if level.descending else Order.Asc
        found = self._searcher.search(
            query, most, count=False, order_by_field=level.name, order=order
        ).hits
        ns = self._numbers(found)
        return [
            Row(n, hit[1], values={level.name: hit[0]}) for n, hit in zip(ns, found, strict=True)
        ]

    def _scored(self, query: Query, most: int) -> list[tuple[int, Any]]:
        """(score, address) of the best by score."""
        hits = self._searcher.search(query, most, count=False).hits
        return [(int(score), address) for score, address in hits]

    def _rows(self, hits: Sequence[tuple[int, Any]]) -> list[Row]:
        ns = self._numbers(hits)
        return [
            Row(n, address, score=score, digits=self._scale.digits(score))
            for n, (score, address) in zip(ns, hits, strict=True)
        ]

    def _numbers(self, hits: Sequence[tuple[Any, Any]]) -> list[int]:
        found: Any = self._searcher.fast_field_values("_n", [hit[1] for hit in hits])
        return list(found)

    def _by_score(self, query: Query, levels: Sequence[Level], most: int) -> list[Row]:
        block = 0
        end = 0
        for level in levels:
            if not isinstance(level, ByScore):
                break
            block, end = block + 1, level.last
        step = self._scale.step(end)  # scores that differ by less tie under these levels
        asked = most + ENOUGH
        hits = self._scored(query, asked)
        if len(hits) < asked:
            return self._rows(hits)
        edge = hits[most - 1][0] // step
        if hits[-1][0] // step != edge:
            return self._rows([hit for hit in hits if hit[0] // step >= edge])
        better = [hit for hit in hits if hit[0] // step > edge]
        tied = self._window(query, levels, block, (edge, step), most - len(better))
        return self._rows(better) + tied

    def _window(
        self,
        query: Query,
        levels: Sequence[Level],
        block: int,
        edge: tuple[int, int],
        most: int,
    ) -> list[Row]:
        """Of the documents whose score is at the edge, the best by the field that follows."""
        by = levels[block]
        assert isinstance(by, ByField)
        value, step = edge
        size = max(1_000, 4 * most)
        order = Order.Desc if by.descending else Order.Asc
        while True:
            near: Any = self._searcher.search(
                query, size, count=False, order_by_field=by.name, order=order
            ).hits
            if not near:
                return []
            whole = len(near) < size
            inside = query if whole else _and(query, self._until(by, near))
            hits = self._scored(inside, MOST)
            if len(hits) == MOST and hits[-1][0] // step >= value:
                values = list(dict.fromkeys(hit[0] for hit in near))
                return self._split(query, levels, block, edge, most, values)
            tied = [hit for hit in hits if hit[0] // step == value]
            if len(tied) >= most or whole:
                return self._rows(tied)
            size *= 4

    def _split(
        self,
        query: Query,
        levels: Sequence[Level],
        block: int,
        edge: tuple[int, int],
        most: int,
        values: Sequence[Any],
    ) -> list[Row]:
        """Too many share one value of the field: go value by value, with the rules after it."""
        by = levels[block]
        assert isinstance(by, ByField)
        rest = [*levels[:block], *levels[block + 1 :]]
        found: list[Row] = []
        for value in values:
            inside = _and(query, self._equal(by, value))
            rows = self._collect(inside, rest, most)
            self._complete(inside, rows, rest)
            for row in rows:
                row.values[by.name] = value
            found += [row for row in rows if (row.score or 0) // edge[1] == edge[0]]
            if len(found) >= most:
                break
        return found

    def _equal(self, level: ByField, value: Any) -> Query:
        if value is None:
            return Query.boolean_query(
                [
                    (Occur.Must, Query.all_query()),
                    (Occur.MustNot, Query.exists_query(level.name)),
                ]
            )
        return Query.term_query(self._schema, level.name, value)

    def _until(self, level: ByField, near: Sequence[tuple[Any, Any]]) -> Query:
        """Everything up to the last value of a sorted list, ties included."""
        last = near[-1][0]
        if last is None:
            return Query.all_query()
        if not level.numeric:
            values = sorted({hit[0] for hit in near})
            return Query.term_set_query(self._schema, level.name, values)
        kind = FieldType.Integer if level.name == "_n" else FieldType.Float
        low, high = (last, None) if level.descending else (None, last)
        return Query.range_query(self._schema, level.name, kind, low, high)

    def _complete(self, query: Query, rows: Sequence[Row], levels: Sequence[Level]) -> None:
        """Fill in what the sort needs and the search that found a row did not bring."""
        scoreless = [row for row in rows if row.score is None]
        if scoreless and any(isinstance(level, ByScore) for level in levels):
            scored = self._rows(self._scored(self._among(query, scoreless), len(scoreless)))
            by_n = {row.n: row for row in scored}
            for row in scoreless:
                twin = by_n.get(row.n)
                row.score = twin.score if twin else 0
                row.digits = twin.digits if twin else self._scale.digits(0)
        for level in levels:
            if isinstance(level, ByField):
                self._fill(query, rows, level)

    def _fill(self, query: Query, rows: Sequence[Row], level: ByField) -> None:
        missing = [row for row in rows if level.name not in row.values]
        if not missing:
            return
        if level.name == "_n":
            for row in missing:
                row.values["_n"] = row.n
        elif level.numeric:
            found = self._searcher.fast_field_values(level.name, [row.address for row in missing])
            for row, value in zip(missing, found, strict=True):
                row.values[level.name] = value
        else:
            ordered = self._search_field(self._among(query, missing), level, len(missing))
            values = {row.n: row.values[level.name] for row in ordered}
            for row in missing:
                row.values[level.name] = values.get(row.n)

    def _among(self, query: Query, rows: Sequence[Row]) -> Query:
        chosen = Query.term_set_query(self._schema, "_n", [row.n for row in rows])
        return _and(query, chosen)


def _and(query: Query, restriction: Query) -> Query:
    return Query.boolean_query(
        [(Occur.Must, query), (Occur.Must, Query.const_score_query(restriction, 0.0))]
    )
