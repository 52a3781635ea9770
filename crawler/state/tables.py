"""Every table of the state database: those of the rooms here, and the indexer's."""

import importlib
import pkgutil

from sqlalchemy import MetaData

import crawler.state
from indexer.foundation.database import METADATA

_INDEXERS = (
    "indexer.delivery.ledger",
    "indexer.delivery.outbox",
    "indexer.delivery.sender",
    "indexer.alerts.tables",
)


def every_table() -> MetaData:
    """The tables, all of them: a room's stand in METADATA only once it is imported."""
    own = pkgutil.iter_modules(crawler.state.__path__, "crawler.state.")
    for name in (*_INDEXERS, *(module.name for module in own)):
        importlib.import_module(name)
    return METADATA
