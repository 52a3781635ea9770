"""Messages by feed: an RSS file an alert, in the data folder, for any web server or reader."""

import os
from pathlib import Path

from indexer.alerts.store import AlertStore
from indexer.alerts.story import AlertStory
from indexer.foundation.config import Config
from indexer.foundation.errors import DeliveryError

NEWEST = 100


def feed_path(config: Config, name: str) -> Path:
    """Where an alert's feed stands."""
    return config.home / "feeds" / f"{name}.xml"


def write_feed(name: str, store: AlertStore, config: Config) -> None:
    """Write an alert's newest stories, whole or not at all. Raises: DeliveryError."""
    from indexer.web.feeds import Channel, rss  # the web libraries take a while to import

    path = feed_path(config, name)
    channel = Channel(title=f"techwire: {name}", address="", page="")
    content = rss([_hit(story) for story in store.recent(name, most=NEWEST)], channel)
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        raise DeliveryError(
            f"{path} cannot be written ({error.strerror}): the disk must have space, and the "
            "folder allow it"
        ) from error


def _hit(story: AlertStory) -> dict[str, object]:
    """The story as the index has it, as far as feeds tell it."""
    return {
        "id": story.document_id,
        "story_id": story.id,
        "url": story.url,
        "title": story.title,
        "summary": story.summary,
        "source_name": story.source_name,
        "published_at": story.published_at,
        "topics": {"lvl0": list(story.topics)},
        "regions": {"lvl1": list(story.places)},
    }
