"""The indexer's errors.

IndexerError
├── BackupError        a backup cannot be written, or is damaged, or has nowhere to go
├── ConfigError        a setting is wrong: the program does not start
├── DatabaseError      the state database is full, or from a newer version
│   └── DatabaseAway   it does not answer now, or others hold it: waiting helps
├── DeliveryError      a webhook, mail server or folder did not take an alert's message
├── UnknownName        no topic, place, source ... is called so
│   └── AmbiguousName  several are, and nothing says which is meant
└── SearchError        the search server cannot be used
    ├── ServerDown     it does not answer
    ├── ServerRefused  it refuses the key
    ├── NotTheSender   another process may be sending to it by now
    └── TaskFailed     it accepted a batch and then failed it; `message` holds its words
"""

from collections.abc import Sequence


class IndexerError(Exception):
    """Anything techwire's indexer tells its user in one line."""


class ConfigError(IndexerError):
    """A setting is wrong; the message says which, its value and what to write instead."""


class BackupError(IndexerError):
    """A backup cannot be written or restored; nothing was left half done."""


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


class WebError(IndexerError):
    """An address of the web could not be asked, or its answer not taken."""


class ClosedHost(WebError):
    """A host that lies in a private network and was not opened."""


class BrokenCertificate(WebError):
    """A host that cannot prove by TLS who it is."""


class UnknownName(IndexerError):
    """Nothing is called so.

    near: what may be meant, written as it can be typed. advice: what to do where nothing is near.
    """

    def __init__(self, words: str, near: Sequence[str] = (), advice: str = "") -> None:
        hint = f"did you mean {' or '.join(near)}?" if near else advice
        super().__init__(f"{words}: {hint}" if hint else words)
        self.words, self.near, self.advice = words, tuple(near), advice


class AmbiguousName(UnknownName):
    """Several things are called so; the message lists them."""


class SearchError(IndexerError):
    """The search server cannot be used."""


class ServerDown(SearchError):
    """The search server does not answer."""


class ServerRefused(SearchError):
    """The search server refuses the key."""


class NotTheSender(SearchError):
    """Another process may be sending to the index by now: what waits is sent in a later round."""


class TaskFailed(SearchError):
    """The search server accepted a task and then failed it."""
