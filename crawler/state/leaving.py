"""What follows when a document leaves the index: its story is told without it, alerts keep still.

Functions take a Connection.
"""

from datetime import datetime

from sqlalchemy import Connection

from crawler.state import seen, stories
from crawler.state.seen import Outcome, Settlement
from crawler.state.stories import Story
from indexer.alerts.store import forget_document
from indexer.delivery import ledger, outbox


def withdraw(connection: Connection, stored_id: str, reason: str, *, now: datetime) -> bool:
    """Take a document out of ledger, index, story and alerts. Returns: False if there was none.

    What became it is settled as dropped: a listing that shows it makes it new no more.
    """
    if ledger.version_of(connection, stored_id) is None:
        return False
    end = Settlement(outcome=Outcome.DROPPED, reason=reason)
    seen.settle_document(connection, stored_id, end, now=now)
    outbox.put_removal(connection, stored_id, now=now)
    leave_story(connection, stored_id, now=now)
    forget_document(connection, stored_id)
    return True


def leave_story(connection: Connection, own_id: str, *, now: datetime) -> None:
    """Tell the others of its story that it is no part of it any more."""
    former = stories.leave(connection, own_id)
    story = stories.read(connection, former.story_id) if former else None
    if story is not None:
        retell(connection, story, but=own_id, now=now)


def retell(connection: Connection, story: Story, *, but: str, now: datetime) -> None:
    """Bring the story's other documents up to what the story now is."""
    for document in story.members:
        record = None if document == but else ledger.read(connection, document)
        if record is None:
            continue
        told = {
            "story_id": story.id,
            "outlets": story.outlets,
            "story_lead": story.lead == document,
        }
        if any(record[name] != value for name, value in told.items()):
            version = ledger.keep_record(connection, {**record, **told}, now=now)
            outbox.queue(connection, document, version, now=now)
