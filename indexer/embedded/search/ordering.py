"""The best documents in the order of the ranking rules, without looking at all of them.

tantivy sorts by one thing, a score or a field. Where the last place falls into a tie, the tie
is taken apart by the next rule: by a filter when it is a field, by stretches of the next field
when it is a score. The last rule is always the order of arrival, so that pages never overlap.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, takewhile
from typing import Any

from tantivy import Query

from indexer.embedded.search.candidates import Candidates, Hits
from indexer.embedded.search.levels import (
    ARRIVAL,
    ByField,
    ByScore,
    ByText,
    Level,
    Refine,
    Row,
    keys_of,
)
from indexer.embedded.search.ranking import Scale

ENOUGH = 60  # documents of a field asked for beyond the last: ties are mostly settled by them
MANY = 900  # ... of a score: asking again costs as much as a thousand of these
MOST = 3_000  # documents looked at in one stretch, if the page asks for no more
LEAST = 512  # documents in the first stretch
MOST_TIED = 40  # documents of one tie whose texts are read
Narrow = Callable[[int], Query | None]  # the query without what earns less than a score


@dataclass(frozen=True, slots=True)
class Edge:
    """Where the last place falls: on scores from `value * step` on.

    better: how many have more. tied: about how many have as much.
    """

    value: int
    step: int
    better: int
    tied: float


class Ordering:
    """Orders the matches of one query."""

    def __init__(
        self, candidates: Candidates, scale: Scale, query: Query, narrow: Narrow | None = None
    ) -> None:
        self._candidates = candidates
        self._scale = scale
        self._query = query
        self._narrow = narrow

    def best(
        self, levels: Sequence[Level], most: int, refine: Refine | None = None, offset: int = 0
    ) -> Iterator[Row]:
        """The first `most` documents, best first.

        refine: fills in the values of `ByText` levels; asked for ties from `offset` on, when
        the reader comes to them.
        """
        if most <= 0:
            return iter(())
        plain = [*(level for level in levels if not isinstance(level, ByText)), ARRIVAL]
        refined = refine is not None and len(plain) <= len(levels)
        rows = self._collect(self._query, plain, most + MOST_TIED if refined else most)
        rows = list({row.n: row for row in rows}.values())
        if refine is not None and refined:
            return islice(self._refined(rows, levels, offset, refine), most)
        return islice(self._sorted(self._query, rows, plain), most)

    def _refined(
        self, rows: list[Row], levels: Sequence[Level], offset: int, refine: Refine
    ) -> Iterator[Row]:
        """Sort rows, ties also by what their texts say; the first forty of a tie take part."""
        before = list(takewhile(lambda level: not isinstance(level, ByText), levels))
        after = [*levels[len(before) :], ARRIVAL]
        plain = [level for level in after if not isinstance(level, ByText)]
        passed = 0
        for tied in self._parted(self._query, rows, before):
            passed += len(tied)
            if len(tied) > 1 and passed > offset:
                if len(tied) > MOST_TIED:
                    tied = list(self._sorted(self._query, tied, plain))
                part = tied[:MOST_TIED]
                refine(part)
                yield from self._sorted(self._query, part, after)
                yield from tied[MOST_TIED:]
            else:
                yield from tied

    def _sorted(self, query: Query, rows: list[Row], levels: Sequence[Level]) -> Iterator[Row]:
        return chain.from_iterable(self._parted(query, rows, levels))

    def _parted(self, query: Query, rows: list[Row], levels: Sequence[Level]) -> list[list[Row]]:
        """Rows in groups that tie under all levels, the best group first.

        A level is asked for those rows only that tie under the levels before it.
        """
        groups = [rows]
        for level in levels:
            tied = [row for group in groups if len(group) > 1 for row in group]
            if not tied:
                break
            keys = iter(self._keys(query, tied, level))
            groups = [
                part
                for group in groups
                for part in (_by_key(group, keys) if len(group) > 1 else [group])
            ]
        return groups

    def _keys(self, query: Query, rows: Sequence[Row], level: Level) -> list[Any]:
        if isinstance(level, ByScore):
            self._candidates.score(query, rows)
            step = self._scale.step(level.last)
            size = self._scale.step(level.first) // step
            return [-((row.score or 0) // step % size) for row in rows]
        if isinstance(level, ByField):
            self._candidates.fill(query, rows, level)
        return keys_of([row.values.get(level.name) for row in rows], level)

    def _collect(self, query: Query, levels: Sequence[Level], most: int) -> list[Row]:
        """At least the first `most` rows, in no order."""
        first = levels[0]
        if isinstance(first, ByField):
            return self._by_field(query, first, levels[1:], most)
        return self._by_score(query, levels, most)

    def _by_field(
        self, query: Query, level: ByField, rest: Sequence[Level], most: int
    ) -> list[Row]:
        asked = most if level is ARRIVAL else most + ENOUGH
        rows = self._candidates.by_field(query, level, asked, count=query is self._query)
        if len(rows) < asked or not rest:
            return rows
        edge = rows[most - 1].values[level.name]
        if rows[-1].values[level.name] != edge:
            last = max(at for at, row in enumerate(rows) if row.values[level.name] == edge)
            return rows[: last + 1]
        better = [row for row in rows if row.values[level.name] != edge]
        tied = self._candidates.equal(query, level, edge)
        return better + self._collect(tied, rest, most - len(better))

    def _by_score(self, query: Query, levels: Sequence[Level], most: int) -> list[Row]:
        block = sum(1 for _ in takewhile(lambda level: isinstance(level, ByScore), levels))
        last = levels[block - 1]
        assert isinstance(last, ByScore)
        step = self._scale.step(last.last)  # scores that differ by less tie under these levels
        whole = query is self._query
        if whole and self._narrow is not None:
            highest = (self._scale.step(0) - 1) // step
            narrow = self._narrow(highest * step)
            alike = 0 if narrow is None else self._candidates.count(narrow)
            if narrow is not None and alike >= most:  # the others need not be looked at
                if self._candidates.total is None:
                    self._candidates.total = self._candidates.count(query)
                return self._tied(narrow, levels, block, Edge(highest, step, 0, alike), most)
        asked = most + MANY
        hits = self._candidates.by_score(query, asked, count=whole)
        if len(hits) <= most:
            return self._candidates.rows(hits)
        edge = int(hits[most - 1][0]) // step
        better = _reaching(hits, (edge + 1) * step)
        sure = self._candidates.rows(hits[:better])
        tied = hits[better : _reaching(hits, edge * step)]
        if len(hits) < asked or better + len(tied) < len(hits):
            by = levels[block]
            assert isinstance(by, ByField)
            return sure + self._candidates.foremost(tied, by, most - better)
        if whole and self._narrow is not None:
            query = self._narrow(edge * step) or query
        tied_about = math.sqrt(len(tied) * max(len(tied), self._candidates.total or 0))
        at = Edge(edge, step, better, tied_about)
        return sure + self._tied(query, levels, block, at, most - better)

    def _tied(
        self,
        query: Query,
        levels: Sequence[Level],
        block: int,
        edge: Edge,
        most: int,
    ) -> list[Row]:
        """Of the documents whose score is at the edge, the best by the field that follows.

        Looked for among the first documents by that field, then among more of them: as many as
        should hold enough, by what the stretch before held.
        """
        by = levels[block]
        assert isinstance(by, ByField)
        documents = self._candidates.documents
        size = max(LEAST, int(2 * most * documents / edge.tied))
        least = LEAST
        bound = max(MOST, 2 * most)
        while True:
            inside = self._stretch(query, by, size)
            hits = self._candidates.by_score(inside, bound)
            if len(hits) >= bound and hits[-1][0] // edge.step >= edge.value:
                if size <= least:
                    return self._split(query, levels, block, edge, most)
                size = max(least, size // 10)
                continue
            low = edge.value * edge.step
            tied = hits[_reaching(hits, low + edge.step) : _reaching(hits, low)]
            if len(tied) >= most or inside is query:
                return self._candidates.foremost(tied, by, most)
            least = size = int(size * min(20.0, max(2.0, 1.5 * most / max(1, len(tied)))))

    def _stretch(self, query: Query, by: ByField, size: int) -> Query:
        """The matches among the first `size` documents by a field, more where these tie."""
        size = 1 << (size - 1).bit_length()  # few different ones, whose values are remembered
        if size >= self._candidates.documents:
            return query
        if by.numeric:
            value = self._candidates.value_at(by, size)
            return query if value is None else self._candidates.up_to(query, by, value)
        near = self._candidates.by_field(query, by, size)
        values = {row.values[by.name] for row in near}
        if len(near) < size or None in values:
            return query
        return self._candidates.one_of(query, by, sorted(values))

    def _split(
        self,
        query: Query,
        levels: Sequence[Level],
        block: int,
        edge: Edge,
        most: int,
    ) -> list[Row]:
        """Too many share few values of the field: go value by value, with the rules after it."""
        by = levels[block]
        assert isinstance(by, ByField)
        rest = [*levels[:block], *levels[block + 1 :]]
        found: list[Row] = []
        done: set[Any] = set()
        size = 1_000
        while True:
            near = self._candidates.by_field(query, by, size)
            for one in dict.fromkeys(row.values[by.name] for row in near):
                if one in done:
                    continue
                done.add(one)
                inside = self._candidates.equal(query, by, one)
                rows = self._collect(inside, rest, most + edge.better)
                self._candidates.score(inside, rows)
                found += [row for row in rows if (row.score or 0) // edge.step == edge.value]
                if len(found) >= most:
                    return found
            if len(near) < size:
                return found
            size *= 4


def _reaching(hits: Hits, score: float) -> int:
    """How many hits, best first, have at least a score."""
    return bisect_right(hits, -score, key=lambda hit: -hit[0])


def _by_key(rows: list[Row], keys: Iterator[Any]) -> list[list[Row]]:
    """Rows parted by their keys, the smallest first."""
    groups: dict[Any, list[Row]] = {}
    for row, key in zip(rows, keys, strict=False):  # what is left are the keys of other rows
        groups.setdefault(key, []).append(row)
    return [groups[key] for key in sorted(groups)]
