"""What a hub sends us, in the state: confirmations, denials, and pings that make a listing due.

A message is believed only as far as its listing shall be asked now: what it carries is not read.
No HTTP here; `crawler.runs.receiving` hands it over. Functions take a Connection and the time.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from crawler.state import subscriptions
from crawler.state.polls import POLLS
from crawler.state.schedule import SCHEDULE
from crawler.state.subscriptions import LEASE, SUBSCRIPTIONS
from indexer.foundation.times import unix

EXPECTED = timedelta(hours=24)  # after our asking a hub may take so long to confirm
REST = timedelta(seconds=30)  # between two polls for pings, however many come
_METHODS = ("sha1", "sha256", "sha384", "sha512")  # WebSub, section 7.1
_LONGEST_LEASE = timedelta(days=90)


def confirmed(
    connection: Connection, name: str, query: Mapping[str, str], *, now: datetime
) -> str | None:
    """Verification of intent (WebSub, section 5.3). Returns: what to echo; None: we did not ask.

    A denial (section 5.2) is noted and answered by an empty echo.
    """
    known = subscriptions.named(connection, name)
    if known is None or query.get("hub.topic") != known.topic:
        return None
    mode = query.get("hub.mode")
    if mode == "denied":
        reason = " ".join(query.get("hub.reason", "").split()) or "no reason given"
        subscriptions.denied(connection, name, f"{known.hub} denied it: {reason}")
        return ""
    challenge = query.get("hub.challenge")
    asked = subscriptions.was_asked(connection, name, now=now, within=EXPECTED)
    if mode != "subscribe" or not challenge or not asked:
        return None
    subscriptions.verified(connection, name, _lease(query.get("hub.lease_seconds", "")), now=now)
    return challenge


def pinged(
    connection: Connection, name: str, signature: str | None, body: bytes, *, now: datetime
) -> bool | None:
    """A message came. Returns: whether it was signed rightly; None when nobody has this name."""
    known = subscriptions.named(connection, name)
    if known is None:
        return None
    if not is_signed(body, signature or "", known.secret):
        subscriptions.refuse(connection, name)
        return False
    asked_at = connection.scalar(select(POLLS.c.asked_at).where(POLLS.c.url == known.url)) or 0
    due_at = min(max(unix(now), asked_at + int(REST.total_seconds())), unix(now + REST))
    own = update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.name == name)
    connection.execute(own.values(pinged_at=unix(now), pings=SUBSCRIPTIONS.c.pings + 1))
    for table, where in (
        (POLLS, POLLS.c.url == known.url),
        (SCHEDULE, SCHEDULE.c.source_id == known.source_id),
    ):
        sooner = update(table).where(where, table.c.due_at > due_at)
        connection.execute(sooner.values(due_at=due_at))
    return True


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether X-Hub-Signature ("sha256=HEX") is this body's, compared in constant time."""
    method, _, digest = signature.strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    own = hmac.new(secret.encode(), body, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(own.encode(), digest.strip().lower().encode("utf-8", "replace"))


def _lease(text: str) -> timedelta:
    """What the hub grants; ours where it says nothing that can be read."""
    if not text.isascii() or not text.isdecimal() or not int(text[:12]) > 0:
        return LEASE
    return min(timedelta(seconds=int(text[:12])), _LONGEST_LEASE)
