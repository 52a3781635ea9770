"""The indexer's errors.

IndexerError
├── ConfigError        a setting is wrong: the program does not start
├── DatabaseError      the state database is locked, full, or from a newer version
└── SearchError        the search server cannot be used
    ├── ServerDown     it does not answer
    ├── ServerRefused  it refuses the key
    └── TaskFailed     it accepted a batch and then failed it; `message` holds its words
"""


class IndexerError(Exception):
    """Anything techwire's indexer tells its user in one line."""


class ConfigError(IndexerError):
    """A setting is wrong; the message says which, its value and what to write instead."""


class DatabaseError(IndexerError):
    """The state database cannot be used."""


class SearchError(IndexerError):
    """The search server cannot be used."""


class ServerDown(SearchError):
    """The search server does not answer."""


class ServerRefused(SearchError):
    """The search server refuses the key."""


class TaskFailed(SearchError):
    """The search server accepted a task and then failed it."""
