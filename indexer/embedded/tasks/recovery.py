"""What is put right at the start, or after a task broke off: index folders follow the store."""

import json
import logging
from typing import Any

from indexer.embedded.index.state import State
from indexer.embedded.index.writing import DocumentWriter
from indexer.embedded.tasks.engine import Engine

LOG = logging.getLogger("indexer.embedded")


def repair(engine: Engine) -> None:
    """Put noted documents back, and rebuild the folders that do not hold what the store holds."""
    for state in engine.states().values():
        rows = (
            engine.store.connection()
            .execute("SELECT ns FROM intents WHERE number=?", (state.number,))
            .fetchall()
        )
        noted = {n for row in rows for n in json.loads(row["ns"])}
        if noted:
            state = _put_back(engine, state, sorted(noted))
        if state.searcher.num_docs != state.documents.count():
            LOG.warning("rebuilding the index folder of %s from its documents", state.uid)
            engine.publish(engine.writer.rebuild(state, state.settings, _nothing))


def _put_back(engine: Engine, state: State, ns: list[int]) -> State:
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


def _nothing(transaction: Any) -> None:
    """A rebuild that belongs to no task."""
