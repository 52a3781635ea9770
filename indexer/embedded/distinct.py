"""Results distinct by an attribute: of documents that share its value, the best one stays."""

from collections.abc import Sequence
from typing import Any

from tantivy import Occur, Query

from indexer.embedded.flatten import pick
from indexer.embedded.ordering import Row
from indexer.embedded.writing import distinct_key

EXACT_UP_TO = 5_000  # more distinct values than this are estimated


def find_distinct(prepared: Any, attribute: str, offset: int, limit: int) -> tuple[list[Row], int]:
    """The rows of a page, and how many there are in all."""
    from indexer.embedded.search import above_threshold

    state, query = prepared.state, prepared.query
    documents = state.count(query)
    ready = attribute == state.settings["distinctAttribute"]
    total = _count(state, query, documents) if ready else documents
    if limit == 0 or not documents:
        return [], total
    wanted = offset + limit
    asked = min(documents, wanted * 2 + 20)
    while True:
        rows = prepared.best(asked, offset)
        kept = _first_of_each(rows, _keys(state, rows, attribute, ready=ready))
        if len(kept) >= wanted or asked >= documents:
            break
        asked = min(documents, asked * 4)
    if asked >= documents:
        total = len(kept)
    return above_threshold(prepared, kept[offset:wanted]), total


def _keys(state: Any, rows: Sequence[Row], attribute: str, *, ready: bool) -> list[int | None]:
    if ready:
        found = state.searcher.fast_field_values("_distinct", [row.address for row in rows])
        return list(found)
    bodies = state.documents.bodies([row.n for row in rows])
    keys: list[int | None] = []
    for row in rows:
        values = [one for one in pick(bodies.get(row.n, {}), attribute) if one is not None]
        keys.append(distinct_key(values[0]) if values else None)
    return keys


def _first_of_each(rows: Sequence[Row], keys: Sequence[int | None]) -> list[Row]:
    seen: set[int] = set()
    kept: list[Row] = []
    for row, key in zip(rows, keys, strict=True):
        if key is None or key not in seen:
            kept.append(row)
        if key is not None:
            seen.add(key)
    return kept


def _count(state: Any, query: Query, documents: int) -> int:
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
