"""Times as Meilisearch writes them: RFC 3339 in UTC, and durations in ISO 8601."""

from datetime import UTC, datetime


def moment() -> datetime:
    """The clock, read here alone."""
    return datetime.now(UTC)


def now() -> str:
    """The present, with six digits of fraction and `Z`: these texts sort by time."""
    return moment().strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse(text: str) -> datetime:
    """Read an RFC 3339 time or a plain date; without a zone it is UTC. Raises: ValueError."""
    moment = datetime.fromisoformat(text.strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def normal(text: str) -> str:
    """The same moment in the form of `now`. Raises: ValueError."""
    return parse(text).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def duration(start: str | None, end: str | None) -> str | None:
    """What passed between two times, such as `PT0.250000S`; None while one is missing.

    Nothing where the clock was set back between them.
    """
    if start is None or end is None:
        return None
    return f"PT{max(0.0, (parse(end) - parse(start)).total_seconds()):.6f}S"
