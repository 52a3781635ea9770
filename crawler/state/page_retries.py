"""When a page that gave no document is asked again, and when it is given up. Pure deciders.

A listing may announce an article before its page is there: a young one is waited for, an old one
is believed at once. What could not be fetched at all is waited for whatever its age.
"""

from datetime import datetime, timedelta

YOUNG = timedelta(days=2)
WAITS = tuple(timedelta(minutes=m) for m in (10, 60, 4 * 60, 12 * 60, 30 * 60))  # 47 h in all
WAITS_EMPTY = tuple(timedelta(minutes=m) for m in (10, 6 * 60, 24 * 60))  # a video stays empty
LONGEST_WAIT = max(WAITS)
_LATE_STATUSES = (403, 404)
_LATE_REASONS = ("challenge", "empty", "error-page", "other-page")


def may_come(status: int | None, reason: str | None) -> bool:
    """Whether an article may yet stand where none did. reason: a slug, then words."""
    return status in _LATE_STATUSES or _slug(reason) in _LATE_REASONS


def is_young(published: datetime | None, found: datetime, now: datetime) -> bool:
    """Whether an article is so new that its page may only be late."""
    return now - (published or found) < YOUNG


def wait_of(attempts: int, reason: str | None) -> timedelta | None:
    """How long to leave a page alone after so many attempts, 1 at least; None to give it up."""
    waits = WAITS_EMPTY if _slug(reason) in ("empty", "other-page") else WAITS
    return waits[attempts - 1] if attempts <= len(waits) else None


def _slug(reason: str | None) -> str:
    return (reason or "").partition(":")[0]
