"""One pass over a source at a time: a second one leaves it to the first, and says so."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta

from sqlalchemy import Connection, Engine

from crawler.sources.source import Source
from crawler.state import passes
from crawler.state.passes import OtherPass
from indexer.foundation.clock import database_now
from indexer.foundation.database import transact
from indexer.foundation.errors import DatabaseError
from indexer.foundation.owners import new_owner


@contextmanager
def sole_pass(
    engine: Engine, sources: Sequence[Source], *, span_s: float
) -> Iterator[tuple[tuple[Source, ...], list[OtherPass]]]:
    """Have sources for one's pass while the block runs. span_s: others wait so for a dead one.

    Yields: those that are ours, and who has the rest. Raises: DatabaseError.
    """
    owner, span = new_owner(), timedelta(seconds=span_s)
    ids = [source.id for source in sources]

    def take(connection: Connection) -> tuple[set[str], list[OtherPass]]:
        return passes.take(connection, owner, ids, now=database_now(connection), span=span)

    def renew(connection: Connection) -> None:
        passes.renew(connection, owner, now=database_now(connection), span=span)

    def go_on() -> None:
        while not stop.wait(span_s / 4):
            with suppress(DatabaseError):  # what is not renewed runs out
                transact(engine, renew)

    ours, others = transact(engine, take)
    stop = threading.Event()
    thread = threading.Thread(target=go_on, name="pass", daemon=True)
    thread.start()
    try:
        yield tuple(source for source in sources if source.id in ours), others
    finally:
        stop.set()
        thread.join()
        with suppress(DatabaseError):
            transact(engine, lambda connection: passes.give_back(connection, owner))
