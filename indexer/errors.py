"""The indexer's errors.

IndexerError
├── ConfigError        a setting is wrong: the program does not start
├── DatabaseError      the state database is locked, full, or from a newer version
├── DeliveryError      a webhook, mail server or folder did not take an alert's message
└── SearchError        the search server cannot be used
    ├── ServerDown     it does not answer
    ├── ServerRefused  it refuses the key
    ├── UnknownName    its index holds no such topic, place, source ...
    └── TaskFailed     it accepted a batch and then failed it; `message` holds its words
"""


class IndexerError(Exception):
    """Anything techwire's indexer tells its user in one line."""


class ConfigError(IndexerError):
    """A setting is wrong; the message says which, its value and what to write instead."""


class DatabaseError(IndexerError):
    """The state database cannot be used."""


class DeliveryError(IndexerError):
    """An alert's message could not be handed over; it is tried again later."""


class SearchError(IndexerError):
    """The search server cannot be used."""


class ServerDown(SearchError):
    """The search server does not answer."""


class ServerRefused(SearchError):
    """The search server refuses the key."""


class UnknownName(SearchError):
    """The index holds no facet value of this name."""


class TaskFailed(SearchError):
    """The search server accepted a task and then failed it."""
