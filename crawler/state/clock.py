"""The time that all crawlers of one state database share.

On PostgreSQL the shared time is the database's: machines whose clocks differ would lose each
other's leases. On SQLite it is the machine's own. The difference is measured now and then, so that
asking for the time costs nothing.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from indexer.foundation.times import now_utc, steady_s

MEASURED_EVERY_S = 300.0

Clock = Callable[[], datetime]


class SharedClock:
    """Call it for the time all crawlers share, as last measured by `measure`."""

    def __init__(self, own: Clock = now_utc) -> None:
        self._own = own
        self._ahead = timedelta(0)
        self._measured_s: float | None = None

    def __call__(self) -> datetime:
        return self._own() + self._ahead

    def measure(self, connection: Connection) -> None:
        """Compare with the database's clock, unless that was done lately."""
        if connection.engine.dialect.name != "postgresql":
            return
        if self._measured_s is None or steady_s() - self._measured_s > MEASURED_EVERY_S:
            there: datetime = connection.execute(text("select clock_timestamp()")).scalar_one()
            self._ahead = there.astimezone(UTC) - self._own()
            self._measured_s = steady_s()
