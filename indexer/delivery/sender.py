"""Who sends to an index: one process at a time, so that no older version arrives after a newer one.

The right is a lease in the state database, taken for a round of sending and renewed by a thread
while it lasts; a dead sender's runs out. A sender that was stopped for longer than its lease finds
that it is no longer sure of it, and sends no more.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Column, Connection, Engine, Float, String, Table, select, update

from indexer.foundation.clock import database_now, is_ahead
from indexer.foundation.database import METADATA, reading, transact
from indexer.foundation.errors import DatabaseError
from indexer.foundation.owners import is_gone, new_owner, words_of
from indexer.foundation.statements import insert_new
from indexer.foundation.times import steady_s

SENDERS = Table(
    "senders",
    METADATA,
    Column("name", String(400), primary_key=True),  # uid of the index
    Column("owner", String(128)),
    Column("lease_until", Float(53)),  # UNIX seconds with fractions
)


class SendingRight:
    """The right to send to one index. span_s: how long others wait for a dead sender."""

    def __init__(self, engine: Engine, name: str, *, span_s: float) -> None:
        self.engine = engine
        self.name = name
        self.span_s = span_s
        self.span = timedelta(seconds=span_s)
        self.owner = new_owner()
        self._sure_until_s = 0.0

    def is_sure(self) -> bool:
        """Whether nobody else can have it."""
        return steady_s() < self._sure_until_s

    def holder(self) -> str:
        """Who has it, for people; "" when nobody does."""
        own = select(SENDERS.c.owner).where(SENDERS.c.name == self.name)
        with reading(self.engine) as connection:
            owner = connection.scalar(own)
        return words_of(owner) if owner else ""

    @contextmanager
    def held(self, *, within_s: float = 0.0) -> Iterator[bool]:
        """Have it while the block runs, if it comes free in time. Yields: whether it did."""
        deadline_s = time.monotonic() + within_s
        while not self._hold():
            if time.monotonic() >= deadline_s:
                yield False
                return
            time.sleep(0.2)
        stop = threading.Event()
        thread = threading.Thread(target=self._renew, args=(stop,), daemon=True)
        thread.start()
        try:
            yield True
        finally:
            stop.set()
            thread.join()
            self._give_back()

    def _hold(self) -> bool:
        asked_s = steady_s()
        if not transact(self.engine, self._take):
            return False
        self._sure_until_s = asked_s + 0.9 * self.span_s
        return True

    def _take(self, connection: Connection) -> bool:
        insert_new(connection, SENDERS, [{"name": self.name}])
        own = SENDERS.c.name == self.name
        row = connection.execute(select(SENDERS).where(own).with_for_update()).one()
        now = database_now(connection)
        until_s = (now + self.span).timestamp()
        free = row.owner in (None, self.owner) or is_gone(row.owner)
        free = free or row.lease_until <= now.timestamp()
        if free:
            lease = {"owner": self.owner, "lease_until": until_s}
            connection.execute(update(SENDERS).where(own).values(**lease))
        elif is_ahead(row.lease_until, "leases of senders", now=now, longest=self.span):
            # its holder may live: from now on it runs as long as any other
            connection.execute(update(SENDERS).where(own).values(lease_until=until_s))
        return free

    def _renew(self, stop: threading.Event) -> None:
        while not stop.wait(self.span_s / 4):
            try:
                if not self._hold():
                    self._sure_until_s = 0.0  # it ran out and went to another
            except DatabaseError:
                continue  # what is not renewed runs out

    def _give_back(self) -> None:
        self._sure_until_s = 0.0
        own = update(SENDERS).where(SENDERS.c.name == self.name, SENDERS.c.owner == self.owner)
        try:
            transact(
                self.engine,
                lambda connection: connection.execute(own.values(owner=None, lease_until=None)),
            )
        except DatabaseError:
            return  # it runs out by itself
