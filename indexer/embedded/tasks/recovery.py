"""What is put right at the start, or after a task broke off: index folders follow the store."""

import json
import logging
import sqlite3
from collections.abc import Set
from contextlib import suppress

from indexer.embedded.index.checksums import first_damaged
from indexer.embedded.index.machine import one_line, trouble
from indexer.embedded.index.state import IndexState
from indexer.embedded.index.words import CUTTING
from indexer.embedded.index.writing import DocumentWriter
from indexer.embedded.tasks import attempts
from indexer.embedded.tasks.engine import Engine

LOG = logging.getLogger("indexer.embedded")


class NotRebuilt(Exception):
    """An index could not be built anew from its documents, and the machine is not to blame."""

    def __init__(self, state: IndexState, error: BaseException) -> None:
        self.why = one_line(error)
        super().__init__(f"index {state.uid} cannot be rebuilt ({self.why})")
        self.number = state.number


def repair(engine: Engine, *, leave: Set[int] = frozenset(), thoroughly: bool = False) -> None:
    """Put noted documents back, and rebuild the folders that do not hold what the store holds.

    leave: numbers of indexes to leave as they are. thoroughly: read every file, for one may be
    damaged. Raises: what the machine is to blame for (see `machine.trouble`), NotRebuilt.
    """
    engine.refresh()
    faults = 0
    for state in engine.states().values():
        if state.number in leave:
            engine.rebuilt(state)  # no more is to come: what it holds is searched
            continue
        fault = _put_right(engine, state) or (_damage(engine, state) if thoroughly else None)
        if fault is not None:
            faults += 1
            LOG.warning(
                "rebuilding the index folder of %s from its documents: %s", state.uid, fault
            )
            _rebuild(engine, state)
        elif state.layout.cutting < CUTTING:
            LOG.warning(
                "building the index of %s anew: its words are cut better now; searches go on in "
                "what there is, tasks wait",
                state.uid,
            )
            _rebuild(engine, state, hidden=False)
        engine.rebuilt(state)
    if thoroughly and not faults:
        LOG.warning("a search broke off, and every file of the indexes is whole")


def _damage(engine: Engine, state: IndexState) -> str | None:
    engine.writer.close()
    return first_damaged(engine.root / state.folder)


def _put_right(engine: Engine, state: IndexState) -> str | None:
    """Returns: why the folder has to be built anew, if so."""
    try:
        noted = _noted(engine, state)
        if noted:
            state = _put_back(engine, state, sorted(noted))
        found, wanted = state.searcher.num_docs, state.documents.count()
        return None if found == wanted else f"it holds {found} of {wanted}"
    except BaseException as error:  # a panic inside tantivy is no Exception
        engine.writer.discard()
        lack = trouble(error)
        if lack is not None and lack.everywhere:
            raise
        return one_line(error)


def _noted(engine: Engine, state: IndexState) -> set[int]:
    rows = engine.store.connection().execute(
        "SELECT ns FROM intents WHERE number=?", (state.number,)
    )
    return {n for row in rows.fetchall() for n in json.loads(row["ns"])}


def _put_back(engine: Engine, state: IndexState, ns: list[int]) -> IndexState:
    """Make these documents in the index what they are in the store."""
    builder = DocumentWriter(state.settings, state.layout, state.words)
    writer = engine.writer.writer(state)
    for start in range(0, len(ns), 1_000):
        part = ns[start : start + 1_000]
        bodies = state.documents.bodies(part)
        for n in part:
            writer.delete_documents_by_term("_n", n)
            if n in bodies:
                writer.add_document(builder.build(n, bodies[n]))
    writer.commit()
    with engine.store.write() as transaction:
        transaction.execute("DELETE FROM intents WHERE number=?", (state.number,))
    renewed = state.renewed()
    engine.publish(renewed)
    return renewed


def _rebuild(engine: Engine, state: IndexState, *, hidden: bool = True) -> None:
    """hidden: searches are refused meanwhile, since they would miss documents."""
    wanted, attempt = state.documents.count(), attempts.rebuild(state.number)

    def told(done: int) -> None:
        if hidden:
            engine.rebuilding(state.number, done, wanted)

    told(0)
    with engine.store.write() as transaction:
        attempts.begin(transaction, attempt)
    try:
        built = engine.writer.rebuild(
            state,
            state.settings,
            lambda transaction: attempts.end(transaction, attempt),
            told=told,
        )
        engine.publish(built)
    except BaseException as error:
        with suppress(sqlite3.Error), engine.store.write() as transaction:
            attempts.end(transaction, attempt)
        if trouble(error) is not None:
            raise
        raise NotRebuilt(state, error) from error
