"""Every table of the state database: this package's and the indexer's."""

import importlib
import pkgutil

from sqlalchemy import MetaData

import crawler.state
from indexer.foundation.database import METADATA

_INDEXERS = (
    "indexer.delivery.ledger",
    "indexer.delivery.outbox",
    "indexer.delivery.sender",
    "indexer.alerts.store",
)


def every_table() -> MetaData:
    """All tables: a module's tables are in METADATA only once it is imported."""
    own = pkgutil.iter_modules(crawler.state.__path__, "crawler.state.")
    for name in (*_INDEXERS, *(module.name for module in own)):
        importlib.import_module(name)
    return METADATA
