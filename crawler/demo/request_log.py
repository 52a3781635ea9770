"""Who asked the newsroom for what: a log to count in tests, newest last."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

_KEPT = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request and its answer.

    url: absolute, without the query. status: as answered. conditional: it carried a validator.
    at_s: seconds on the monotonic clock, to measure gaps.
    """

    url: str
    query: str = ""
    status: int = 200
    user_agent: str = ""
    conditional: bool = False
    at_s: float = field(default_factory=time.monotonic)


class Requests:
    """The last 200,000 requests."""

    def __init__(self) -> None:
        self._log: deque[Request] = deque(maxlen=_KEPT)

    def __len__(self) -> int:
        return len(self._log)

    def __iter__(self) -> Iterator[Request]:
        return iter(tuple(self._log))

    def add(self, request: Request) -> None:
        """Note a request."""
        self._log.append(request)

    def clear(self) -> None:
        """Forget all of them."""
        self._log.clear()

    def count(self, url: str, status: int | None = None) -> int:
        """How often `url` was asked for, whatever the query; only with answer `status` if given."""
        return sum(found == status or status is None for found in self.statuses(url))

    def statuses(self, url: str) -> list[int]:
        """The answers `url` got, in order."""
        plain = url.partition("#")[0].partition("?")[0]
        return [request.status for request in self if request.url == plain]

    def under(self, homepage: str) -> list[Request]:
        """All requests one site got, by its homepage."""
        return [request for request in self if request.url.startswith(homepage)]
