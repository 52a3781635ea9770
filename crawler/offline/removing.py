"""`techwire remove`: one article taken out of state, page archive and index, for good."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Engine

from crawler.state import archive, removed
from crawler.state.page_files import PageFiles
from crawler.state.removed import Removed
from indexer.alerts.feed_file import feed_path, write_feed
from indexer.alerts.store import AlertStore
from indexer.delivery import outbox
from indexer.delivery.following import push_once
from indexer.delivery.outbox import Outbox
from indexer.foundation.config import Config
from indexer.foundation.database import begin, reading, transact


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What a removal did. pages: archived ones erased. elsewhere: where others lie, for people.

    waits: why the index does not know yet, or None when it does.
    """

    state: Removed
    pages: int
    elsewhere: tuple[str, ...]
    waits: str | None

    def as_json(self) -> dict[str, Any]:
        """The removal as a JSON object."""
        state = self.state
        return {
            "id": state.document_id,
            "url": state.url,
            "title": state.title,
            "addresses": len(state.addresses),
            "pages": self.pages,
            "pages_elsewhere": list(self.elsewhere),
            "alerts": list(state.alerts),
            "removed_before": state.before,
            "index": self.waits,
        }

    def words(self) -> str:
        """One line for people."""
        state = self.state
        name = f'"{state.title}" ({state.url})' if state.title else state.url
        places = [f"{len(state.addresses)} addresses closed", f"{self.pages} archived pages erased"]
        places += [f"alerts {', '.join(state.alerts)} cleared"] if state.alerts else []
        places += [f"the index waits for it: {self.waits}" if self.waits else "gone from the index"]
        places += [
            f"a page lies {where}: run this there, or it expires there" for where in self.elsewhere
        ]
        again = f" (before: {state.before})" if state.before else ""
        return f"removed{again} {name}: {'; '.join(places)}; it is not fetched again"


def remove(
    config: Config,
    engine: Engine,
    target: str,
    *,
    now: datetime,
    on_progress: Callable[[str], object] = lambda line: None,
) -> Removal | None:
    """Take an article out everywhere. Done twice, it ends what a kill left. None when unknown."""
    state = transact(engine, partial(removed.for_good, target=target, now=now))
    if state is None:
        return None
    files = PageFiles(config.home / "pages")
    with reading(engine) as connection:
        known = archive.places_of(connection, state.pages)
    on_progress("looking for its pages in the whole archive")
    earlier = files.find(state.pages, on_broken=on_progress)  # of earlier fetches: in no table
    places = {*known.values(), *earlier}
    erased = {place for place in places if files.erase(place)}
    done = {own_id for own_id, place in known.items() if place in erased or files.has_lost(place)}
    with begin(engine) as connection:
        archive.forget(connection, done)
    store = AlertStore(engine)
    for name in state.alerts:
        if feed_path(config, name).exists():
            write_feed(name, store, config)
    left = [files.whereabouts(place) for own_id, place in known.items() if own_id not in done]
    return Removal(
        state=state,
        pages=len(erased),
        elsewhere=tuple(sorted(set(left))),
        waits=_pushed(config, engine, state.document_id),
    )


def undo(engine: Engine, target: str) -> int:
    """Let an article be fetched again. Returns: how many of its addresses are open again."""
    return transact(engine, partial(removed.restore, target=target))


def _pushed(config: Config, engine: Engine, document_id: str) -> str | None:
    report = push_once(config, Outbox(engine))
    with reading(engine) as connection:
        waits = outbox.waits(connection, document_id)
    return (report.error or "`techwire index` sends it") if waits else None
