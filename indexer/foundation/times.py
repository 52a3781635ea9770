"""Moments as people write them on a command line, and the program's own clocks."""

import re
import time
from datetime import UTC, datetime, timedelta

from indexer.foundation.errors import ConfigError

_SPAN = re.compile(r"(\d{1,5})\s*(m|min|h|d|w)")
_STEADY = getattr(time, "CLOCK_BOOTTIME", None)
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str | None, *, now: datetime, option: str) -> datetime | None:
    """A span back from now ("36h", "2d") or a date ("2026-11-20"), as aware UTC.

    Raises: ConfigError naming the option and what to write.
    """
    if not text:
        return None
    span = _SPAN.fullmatch(text.strip().lower())
    if span:
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        when = datetime.fromisoformat(text.strip())
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ConfigError(
            f"{option} is {text!r}: write a span such as 36h, 2d, 3w or a date such as 2026-11-20"
        ) from None


def moment_s(text: str | None, *, now: datetime, option: str) -> int | None:
    """The same as UNIX seconds. Raises: as `moment`."""
    when = moment(text, now=now, option=option)
    return None if when is None else unix(when)


def unix(moment: datetime) -> int:
    """UNIX seconds of an aware datetime, as every table and document keeps them."""
    return int(moment.timestamp())


def now_utc() -> datetime:
    """The clock, read at the edge of the program and passed on from there."""
    return datetime.now(UTC)


def steady_s() -> float:
    """Seconds on a clock that nobody sets and that goes on while the machine sleeps."""
    return time.monotonic() if _STEADY is None else time.clock_gettime(_STEADY)


def length(seconds: float) -> str:
    """A length of time for people: "40 s", "15 min", "3 h", "2 d"."""
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
