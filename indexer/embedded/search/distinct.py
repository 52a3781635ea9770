"""Results distinct by an attribute: of documents that share its value, the best one stays."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from tantivy import Occur, Query

from indexer.embedded.index.flatten import pick
from indexer.embedded.index.state import IndexState
from indexer.embedded.index.writing import distinct_key
from indexer.embedded.search.levels import Row
from indexer.embedded.search.preparing import Prepared

EXACT_UP_TO = 5_000  # more distinct values than this are estimated


def find_distinct(
    prepared: Prepared, attribute: str, offset: int, limit: int
) -> tuple[list[Row], int]:
    """The rows of a page, and how many there are in all."""
    ready = attribute == prepared.state.settings["distinctAttribute"]
    column = _column_of(prepared.state, attribute, ready=ready)
    if not prepared.asked.exhaustive:  # an estimate is what was asked for
        column = None
    if limit == 0:
        return [], _total(prepared, column)
    wanted = offset + limit
    keys_of = _keys(prepared, attribute, ready=ready)
    asked = wanted * 2 + 20
    while True:
        kept, seen = _first_of_each(prepared.best(asked), keys_of, wanted)
        if len(kept) >= wanted or asked >= prepared.total():
            break
        asked = min(prepared.total(), asked * 4)
    page = kept[offset:wanted]
    if seen >= prepared.total():
        return page, len(kept)
    return page, _total(prepared, column)


def _total(prepared: Prepared, column: str | None) -> int:
    documents = prepared.total()
    if column is None or not documents:
        return documents
    return _count(prepared.state, prepared.matching(), documents, column)


def _column_of(state: IndexState, attribute: str, *, ready: bool) -> str | None:
    """The column that tells the attribute's values apart, if it has one."""
    slot = state.layout.columns.get(attribute)
    return "_distinct" if ready else None if slot is None else f"k{slot}"


def _keys(
    prepared: Prepared, attribute: str, *, ready: bool
) -> Callable[[Sequence[Row]], list[int | None]]:
    """How rows tell their values: from the column made for it, or from the documents."""

    def from_column(rows: Sequence[Row]) -> list[int | None]:
        return prepared.candidates.column("_distinct", [row.address for row in rows])

    def from_documents(rows: Sequence[Row]) -> list[int | None]:
        bodies = prepared.bodies.of(rows)
        found = [pick(bodies.get(row.n, {}), attribute) for row in rows]
        values = [next((one for one in some if one is not None), None) for some in found]
        return [None if value is None else distinct_key(value) for value in values]

    return from_column if ready else from_documents


def _first_of_each(
    rows: Iterator[Row],
    keys_of: Callable[[Sequence[Row]], list[int | None]],
    wanted: int,
) -> tuple[list[Row], int]:
    """The first row of each value, until there are enough; and how many rows were looked at."""
    seen: set[int] = set()
    kept: list[Row] = []
    looked_at = 0
    while len(kept) < wanted and (part := list(islice(rows, wanted - len(kept)))):
        looked_at += len(part)
        for row, key in zip(part, keys_of(part), strict=True):
            if key is None or key not in seen:
                kept.append(row)
            if key is not None:
                seen.add(key)
    return kept, looked_at


def _count(state: IndexState, query: Query, documents: int, column: str) -> int:
    """How many different values match, documents without one counted one by one."""
    having = Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.exists_query(column))])
    with_value = state.count(having)
    if with_value == 0:
        return documents
    if with_value <= EXACT_UP_TO:
        terms = {"terms": {"field": column, "size": EXACT_UP_TO, "segment_size": EXACT_UP_TO}}
        found = state.searcher.aggregate(query, {"d": terms})
        values = len(found["d"]["buckets"])
    else:
        values = min(with_value, round(state.searcher.cardinality(query, column)))
    return int(values + documents - with_value)
