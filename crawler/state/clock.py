"""The time that all watchers of one state database share.

On PostgreSQL the database's: machines whose clocks differ would lose each other's leases. On SQLite
the machine's own. The difference is measured, so that asking for the time costs nothing.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from indexer.database import begin
from indexer.times import now_utc

MEASURED_EVERY_S = 300.0

Clock = Callable[[], datetime]


def common_clock(engine: Engine, own: Clock = now_utc) -> Clock:
    """A clock that every watcher of this database shares."""
    if engine.dialect.name != "postgresql":
        return own
    ahead = timedelta(0)
    measured_s: float | None = None

    def now() -> datetime:
        nonlocal ahead, measured_s
        if measured_s is None or time.monotonic() - measured_s > MEASURED_EVERY_S:
            with begin(engine) as connection:
                there: datetime = connection.execute(text("select clock_timestamp()")).scalar_one()
            ahead = there.astimezone(UTC) - own()
            measured_s = time.monotonic()
        return own() + ahead

    return now
