"""What each kind of task does. The worker calls these, one batch at a time."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tantivy import Query

from indexer.embedded.index import clock, payloads, settings
from indexer.embedded.index.changes import Changes
from indexer.embedded.index.errors import ApiError, index_not_found
from indexer.embedded.index.layout import same_structure
from indexer.embedded.index.state import IndexState
from indexer.embedded.search.filter_queries import FilterQueries
from indexer.embedded.search.filters import parse
from indexer.embedded.tasks import dumps
from indexer.embedded.tasks.engine import Engine, size_text

Row = Mapping[str, Any]
Outcome = tuple[int, dict[str, Any], ApiError | None]


def documents(engine: Engine, rows: Sequence[Row]) -> None:
    """Additions, updates and deletions by id, in their order, written once."""
    uid = rows[0]["index_uid"]
    state = engine.find(uid)
    if state is None:
        if not any(row["type"] == "documentAdditionOrUpdate" for row in rows):
            raise index_not_found(uid)
        state = _made(engine, uid, None)
    changes = Changes(state)
    outcomes = [_document_task(engine, row, changes) for row in rows]

    def finish(transaction: Any) -> None:
        for task_uid, details, error in outcomes:
            engine.tasks.finish(transaction, task_uid, details, error)

    engine.publish(engine.writer.write(changes, finish))


def _document_task(engine: Engine, row: Row, changes: Changes) -> Outcome:
    details = json.loads(row["details"])
    payload = engine.tasks.payload(row["uid"])
    try:
        if row["type"] == "documentDeletion":
            ids = json.loads(payload)["ids"]
            details["deletedDocuments"] = changes.delete(ids)
            return row["uid"], details, None
        head, _, body = payload.partition(b"\n")
        options = json.loads(head)
        found = payloads.parse(body, options["type"], options.get("delimiter", ","))
        changes.put(
            found,
            merge=options["merge"],
            primary_key=options.get("primaryKey"),
            skip_creation=options.get("skipCreation", False),
            texts=payloads.texts(body, options["type"]),
        )
        details["indexedDocuments"] = len(found)
    except ApiError as error:
        details["indexedDocuments"] = 0
        return row["uid"], details, error
    return row["uid"], details, None


def delete_by_filter(engine: Engine, row: Row) -> None:
    state = engine.get(row["index_uid"])
    details = json.loads(row["details"])
    node = parse(json.loads(details["originalFilter"]), code="invalid_document_filter")
    numbers: Any = []
    if node is not None:
        queries = FilterQueries(
            state.settings, state.layout, state.schema, "invalid_document_filter"
        )
        query = Query.const_score_query(queries.query(node), 1.0)
        hits = state.searcher.search(query, max(1, state.searcher.num_docs), count=False).hits
        numbers = state.searcher.fast_field_values("_n", [hit[1] for hit in hits])
    ids = []
    key = state.primary_key or "id"
    for start in range(0, len(numbers), 1_000):
        bodies = state.documents.bodies(numbers[start : start + 1_000])
        ids += [payloads.document_id(body, key) for body in bodies.values()]
    changes = Changes(state)
    details["deletedDocuments"] = changes.delete(ids)
    engine.publish(engine.writer.write(changes, _finish(engine, row, details)))


def clear(engine: Engine, row: Row) -> None:
    """Remove all documents, by starting over with an empty folder."""
    state = engine.get(row["index_uid"])
    details = json.loads(row["details"])
    details["deletedDocuments"] = state.documents.count()

    def finish(transaction: Any) -> None:
        state.documents.clear(transaction)
        transaction.execute("UPDATE indexes SET fields='{}' WHERE number=?", (state.number,))
        engine.tasks.finish(transaction, row["uid"], details)

    engine.publish(engine.writer.empty(state, finish))


def update_settings(engine: Engine, rows: Sequence[Row]) -> None:
    """Settings tasks side by side become one change."""
    uid = rows[0]["index_uid"]
    state = engine.find(uid) or _made(engine, uid, None)
    changed: dict[str, Any] = dict(state.settings)
    details = [json.loads(row["details"]) for row in rows]
    for row in rows:
        changed = settings.merge(changed, json.loads(engine.tasks.payload(row["uid"])))

    def finish(transaction: Any) -> None:
        for row, detail in zip(rows, details, strict=True):
            engine.tasks.finish(transaction, row["uid"], detail)

    if same_structure(state.settings, changed, state.layout.paths):
        engine.publish(engine.writer.keep(state, changed, finish))
    else:
        engine.publish(engine.writer.rebuild(state, changed, finish))


def create_index(engine: Engine, row: Row) -> None:
    uid = row["index_uid"]
    if engine.find(uid) is not None:
        raise ApiError("index_already_exists", f"Index `{uid}` already exists.")
    details = json.loads(row["details"])
    with engine.store.write() as transaction:
        engine.create(transaction, uid, details.get("primaryKey"))
        engine.tasks.finish(transaction, row["uid"], details)
    engine.open_new(uid)


def _made(engine: Engine, uid: str, primary_key: str | None) -> IndexState:
    with engine.store.write() as transaction:
        engine.create(transaction, uid, primary_key)
    return engine.open_new(uid)


def update_index(engine: Engine, row: Row) -> None:
    """A new primary key while there are no documents, a new name, or both."""
    uid = row["index_uid"]
    state = engine.get(uid)
    details = json.loads(row["details"])
    key = details.get("primaryKey") or state.primary_key
    name = details.get("newIndexUid") or uid
    if key != state.primary_key and state.documents.count():
        raise ApiError(
            "index_primary_key_already_exists",
            f"Index `{uid}`: Index already has a primary key: `{state.primary_key}`.",
        )
    if name != uid and engine.find(name) is not None:
        raise ApiError("index_already_exists", f"Index `{name}` already exists.")
    moment = clock.now()
    with engine.store.write() as transaction:
        transaction.execute(
            "UPDATE indexes SET primary_key=?, uid=?, updated_at=? WHERE number=?",
            (key, name, moment, state.number),
        )
        engine.tasks.finish(transaction, row["uid"], details)
    renewed = state.renewed(primary_key=key, uid=name, updated_at=moment)
    engine.publish(renewed, gone=(uid,))


def delete_index(engine: Engine, row: Row) -> None:
    uid = row["index_uid"]
    state = engine.get(uid)
    details = {**json.loads(row["details"]), "deletedDocuments": state.documents.count()}
    engine.writer.close()
    with engine.store.write() as transaction:
        state.documents.drop(transaction)
        transaction.execute("DELETE FROM indexes WHERE number=?", (state.number,))
        transaction.execute("DELETE FROM intents WHERE number=?", (state.number,))
        engine.tasks.finish(transaction, row["uid"], details)
    engine.publish(gone=(uid,))


def swap_indexes(engine: Engine, row: Row) -> None:
    """Exchange names: all pairs or none, in one step for searches as well."""
    details = json.loads(row["details"])
    names = engine.states()
    missing = []
    for swap in details["swaps"]:
        left, right = swap["indexes"]
        missing += [one for one in (left,) if one not in names]
        if right not in names and not swap.get("rename"):
            missing.append(right)
    if missing:
        listed = ", ".join(f"`{one}`" for one in sorted(missing))
        many = f"Indexes {listed}" if len(missing) > 1 else f"Index {listed}"
        raise ApiError("index_not_found", f"{many} not found.")
    for swap in details["swaps"]:
        left, right = swap["indexes"]
        if swap.get("rename") and right in names:
            raise ApiError("index_already_exists", f"Index `{right}` already exists.")
        one, other = names.pop(left), names.pop(right, None)
        names[right] = one
        if other is not None:
            names[left] = other
    moved = {uid: state for uid, state in names.items() if state.uid != uid}
    with engine.store.write() as transaction:
        for state in moved.values():  # uid is unique: step aside first, to what is none
            transaction.execute(
                "UPDATE indexes SET uid=? WHERE number=?", (f"/{state.number}", state.number)
            )
        for uid, state in moved.items():
            transaction.execute("UPDATE indexes SET uid=? WHERE number=?", (uid, state.number))
        for uid, state in moved.items():
            transaction.execute(
                "UPDATE tasks SET index_uid=? WHERE index_uid=? AND uid<?",
                (f"/{uid}", state.uid, row["uid"]),
            )
        transaction.execute(
            "UPDATE tasks SET index_uid=substr(index_uid, 2) WHERE index_uid GLOB '/*'"
        )
        engine.tasks.finish(transaction, row["uid"], details)
    gone = tuple(state.uid for state in moved.values())
    engine.publish(*(state.renewed(uid=uid) for uid, state in moved.items()), gone=gone)


def cancel_tasks(engine: Engine, row: Row) -> None:
    details = json.loads(row["details"])
    wanted = json.loads(engine.tasks.payload(row["uid"]))["uids"]
    moment = clock.now()
    with engine.store.write() as transaction:
        cursor = transaction.execute(
            "UPDATE tasks SET status='canceled', canceled_by=?, finished_at=?, batch_uid="
            "coalesce(batch_uid, (SELECT batch_uid FROM tasks WHERE uid=?)) "
            "WHERE uid IN (SELECT value FROM json_each(?)) AND status='enqueued' AND uid<?",
            (row["uid"], moment, row["uid"], json.dumps(wanted), row["uid"]),
        )
        details["canceledTasks"] = cursor.rowcount
        transaction.execute(
            "DELETE FROM payloads WHERE task_uid IN (SELECT uid FROM tasks WHERE status='canceled')"
        )
        engine.tasks.finish(transaction, row["uid"], details)


def delete_tasks(engine: Engine, row: Row) -> None:
    """Forget finished tasks; others stay."""
    details = json.loads(row["details"])
    wanted = json.loads(engine.tasks.payload(row["uid"]))["uids"]
    with engine.store.write() as transaction:
        cursor = transaction.execute(
            "DELETE FROM tasks WHERE uid IN (SELECT value FROM json_each(?)) AND uid<? "
            "AND status IN ('succeeded', 'failed', 'canceled')",
            (json.dumps(wanted), row["uid"]),
        )
        details["deletedTasks"] = cursor.rowcount
        engine.tasks.finish(transaction, row["uid"], details)


def compact(engine: Engine, row: Row) -> None:
    """Write the index folder anew without what was deleted, and give disk space back."""
    state = engine.get(row["index_uid"])
    details = json.loads(row["details"])
    details["preCompactionSize"] = size_text(engine.size_bytes())
    engine.publish(engine.writer.rebuild(state, state.settings, lambda transaction: None))
    engine.store.give_back_space()
    details["postCompactionSize"] = size_text(engine.size_bytes())
    with engine.store.write() as transaction:
        engine.tasks.finish(transaction, row["uid"], details)


def dump(engine: Engine, row: Row) -> None:
    details = {**json.loads(row["details"]), "dumpUid": dumps.dump(engine)}
    with engine.store.write() as transaction:
        engine.tasks.finish(transaction, row["uid"], details)


def snapshot(engine: Engine, row: Row) -> None:
    dumps.snapshot(engine)
    with engine.store.write() as transaction:
        engine.tasks.finish(transaction, row["uid"], {})


def _finish(engine: Engine, row: Row, details: Mapping[str, Any]) -> Any:
    return lambda transaction: engine.tasks.finish(transaction, row["uid"], details)
