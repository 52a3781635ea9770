"""The indexer's errors.

IndexerError
├── ConfigError        a setting is wrong: the program does not start
├── DatabaseError      the state database is full, or from a newer version
│   └── DatabaseAway   it does not answer now, or others hold it: waiting helps
├── DeliveryError      a webhook, mail server or folder did not take an alert's message
└── SearchError        the search server cannot be used
    ├── ServerDown     it does not answer
    ├── ServerRefused  it refuses the key
    ├── UnknownName    its index holds no such topic, place, source ...
    ├── NotTheSender   another process may be sending to it by now
    └── TaskFailed     it accepted a batch and then failed it; `message` holds its words
"""


class IndexerError(Exception):
    """Anything techwire's indexer tells its user in one line."""


class ConfigError(IndexerError):
    """A setting is wrong; the message says which, its value and what to write instead."""


class DatabaseError(IndexerError):
    """The state database cannot be used."""


class DatabaseAway(DatabaseError):
    """The state database cannot be used now; the same transaction may succeed a moment later.

    clash: another transaction got in the way, and trying again at once is worth it.
    """

    def __init__(self, words: str, *, clash: bool = False) -> None:
        super().__init__(words)
        self.clash = clash


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


class NotTheSender(SearchError):
    """Another process may be sending to the index by now: what waits is sent in a later round."""


class TaskFailed(SearchError):
    """The search server accepted a task and then failed it."""
