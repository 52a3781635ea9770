"""What is known of the sources, as the page's coverage view asks for it."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from crawler.sources.source import Source
from crawler.state.health import Health, SourceState, health
from indexer.foundation.clock import database_now
from indexer.foundation.config import Config
from indexer.foundation.database import reading, state_database

KEPT_S = 20.0


@contextmanager
def coverage_of(
    config: Config, sources: Sequence[Source]
) -> Iterator[Callable[[], Mapping[str, object]]]:
    """A callable that tells {"sources": [...]}; it looks into the database every 20 s at most."""
    lock = threading.Lock()
    told: Mapping[str, object] = {}
    told_s: float | None = None

    def tell() -> Mapping[str, object]:
        nonlocal told, told_s
        with lock:
            if told_s is None or time.monotonic() - told_s > KEPT_S:
                with reading(engine) as connection:
                    found = health(connection, sources, now=database_now(connection))
                shown = [one for one in found if not _is_unasked(one)]
                told, told_s = {"sources": [as_row(one) for one in shown]}, time.monotonic()
            return told

    with state_database(config.database_url) as engine:
        yield tell


def _is_unasked(one: Health) -> bool:
    """Whether it is known from a list alone, and no crawl of it was ever asked for."""
    return one.source.unverified and one.state in {SourceState.UNVERIFIED, SourceState.DISABLED}


def as_row(one: Health) -> dict[str, object]:
    """One source for the page. last_seen: UNIX seconds. state: a `SourceState`."""
    source = one.source
    return {
        "id": source.id,
        "name": source.name,
        "region": source.region,
        "country": source.country,
        "language": source.language,
        "last_seen": int(one.last_seen.timestamp()) if one.last_seen else None,
        "lag_s": one.lag_s,
        "state": str(one.state),
    }
