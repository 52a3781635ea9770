"""Results distinct by an attribute: of documents that share its value, the best one stays."""

from collections.abc import Callable, Iterable
from typing import Any

from tantivy import Occur, Query

from indexer.embedded.flatten import pick
from indexer.embedded.levels import Row
from indexer.embedded.state import State
from indexer.embedded.writing import distinct_key

EXACT_UP_TO = 5_000  # more distinct values than this are estimated


def find_distinct(prepared: Any, attribute: str, offset: int, limit: int) -> tuple[list[Row], int]:
    """The rows of a page, and how many there are in all."""
    from indexer.embedded.search import above_threshold

    state, query = prepared.state, prepared.query
    documents = state.count(query)
    ready = attribute == state.settings["distinctAttribute"]
    exhaustive = ready and prepared.asked.exhaustive  # else an estimate is what was asked for
    total = _count(state, query, documents) if exhaustive else documents
    if limit == 0 or not documents:
        return [], total
    wanted = offset + limit
    key = _key_of(state, attribute, ready=ready)
    asked = min(documents, wanted * 2 + 20)
    while True:
        kept, seen = _first_of_each(prepared.best(asked), key, wanted)
        if len(kept) >= wanted or asked >= documents:
            break
        asked = min(documents, asked * 4)
    if seen >= documents:
        total = len(kept)
    return above_threshold(prepared, kept[offset:wanted]), total


def _key_of(state: State, attribute: str, *, ready: bool) -> Callable[[Row], int | None]:
    """How a row tells its value: from the column made for it, or from the document."""

    def from_column(row: Row) -> int | None:
        found: Any = state.searcher.fast_field_values("_distinct", [row.address])
        return None if found[0] is None else int(found[0])

    def from_document(row: Row) -> int | None:
        body = state.documents.bodies([row.n]).get(row.n, {})
        values = [one for one in pick(body, attribute) if one is not None]
        return distinct_key(values[0]) if values else None

    return from_column if ready else from_document


def _first_of_each(
    rows: Iterable[Row], key_of: Callable[[Row], int | None], wanted: int
) -> tuple[list[Row], int]:
    """The first row of each value, until there are enough; and how many rows were looked at."""
    seen: set[int] = set()
    kept: list[Row] = []
    looked_at = 0
    for row in rows:
        if len(kept) >= wanted:
            break
        looked_at += 1
        key = key_of(row)
        if key is None or key not in seen:
            kept.append(row)
        if key is not None:
            seen.add(key)
    return kept, looked_at


def _count(state: State, query: Query, documents: int) -> int:
    """How many different values match, documents without one counted one by one."""
    having = Query.boolean_query(
        [(Occur.Must, query), (Occur.Must, Query.exists_query("_distinct"))]
    )
    with_value = state.count(having)
    if with_value == 0:
        return documents
    if with_value <= EXACT_UP_TO:
        terms = {"terms": {"field": "_distinct", "size": EXACT_UP_TO, "segment_size": EXACT_UP_TO}}
        found = state.searcher.aggregate(query, {"d": terms})
        values = len(found["d"]["buckets"])
    else:
        values = min(with_value, round(state.searcher.cardinality(query, "_distinct")))
    return int(values + documents - with_value)
