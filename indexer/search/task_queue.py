"""Whether the search server's tasks move: what was accepted is searchable only once its task ended.

The embedded engine says in `/health` why it waits. Of any server the list of tasks tells how long
none has ended while some wait.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import meilisearch

from indexer.foundation.config import Config
from indexer.foundation.errors import IndexerError, SearchError
from indexer.foundation.times import length, now_utc
from indexer.search.search_server import FINISHED_TASKS, SearchServer, plain_errors, running_server

STILL_S = 900.0  # without an ended task while some wait; new settings of a large index may take so
TIMEOUT_S = 5  # for one answer
KEPT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskQueue:
    """How the tasks of a search server stand.

    waiting: have not ended. oldest_s: age of the oldest of them. stalled: why they do not move, or
    None. since: when they last moved. error: why nothing is known, or None.
    """

    waiting: int = 0
    oldest_s: int | None = None
    stalled: str | None = None
    since: datetime | None = None
    error: str | None = None

    @property
    def trouble(self) -> str | None:
        """What is wrong, in one line."""
        if self.stalled is None:
            return None
        since = f" since {self.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if self.since else ""
        oldest = "" if self.oldest_s is None else f", the oldest for {length(self.oldest_s)}"
        return f"tasks do not move{since} ({self.waiting} waiting{oldest}): {self.stalled}"

    def words(self) -> str:
        """The same where all is well, too."""
        if self.error is not None:
            return self.error
        if self.trouble is not None:
            return self.trouble
        if self.oldest_s is None:
            return "no task waits"
        many = "1 task waits" if self.waiting == 1 else f"{self.waiting} tasks wait, the oldest"
        return f"{many} for {length(self.oldest_s)}"

    def as_json(self) -> dict[str, Any]:
        since = self.since.isoformat() if self.since else None
        return {**asdict(self), "since": since, "trouble": self.trouble}


def task_queue(server: SearchServer, *, now: datetime) -> TaskQueue:
    """Ask a search server how its tasks stand. Raises: SearchError."""
    client = meilisearch.Client(server.url.reveal(), server.key, timeout=TIMEOUT_S)
    with plain_errors(server.url):
        why, since = _said(client.http.get("health"))
        waiting = _tasks(client, "enqueued,processing", oldest_first=True)
        if not waiting["results"]:
            return TaskQueue(stalled=why, since=since)
        oldest = datetime.fromisoformat(waiting["results"][0]["enqueuedAt"])
        if why is None:
            ended = _tasks(client, ",".join(FINISHED_TASKS["statuses"]))["results"]
            since = max([oldest, *(datetime.fromisoformat(one["finishedAt"]) for one in ended)])
            if (now - since).total_seconds() > STILL_S:
                why = "the search server does not say why"
    return TaskQueue(
        waiting=waiting["total"],
        oldest_s=max(0, int((now - oldest).total_seconds())),
        stalled=why,
        since=since,
    )


def _tasks(client: meilisearch.Client, statuses: str, *, oldest_first: bool = False) -> Any:
    """One task of these; the client's own objects hold no times of whole seconds."""
    order = "&reverse=true" if oldest_first else ""
    return client.http.get(f"tasks?statuses={statuses}&limit=1{order}")


def _said(health: Any) -> tuple[str | None, datetime | None]:
    """What the embedded engine says of its tasks, where they do not move."""
    said = health.get("tasks")
    if said is None:
        return None, None
    return str(said["reason"]), datetime.fromisoformat(said["stalledSince"])


def must_move(server: SearchServer) -> None:
    """Raises: SearchError when the server's tasks do not move, and more would only wait too."""
    trouble = task_queue(server, now=now_utc()).trouble
    if trouble is not None:
        raise SearchError(f"{server.url}: {trouble}")


def present_queue(config: Config) -> TaskQueue | None:
    """How tasks stand at the configured server, without starting it; None where it does not run."""
    try:
        server = running_server(config)
        return None if server is None else task_queue(server, now=now_utc())
    except (IndexerError, OSError) as error:
        return TaskQueue(error=str(error))


class WatchedQueue:
    """Looks at a queue now and then, and never makes the asker wait for long."""

    def __init__(self, look: Callable[[], TaskQueue | None]) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._known: TaskQueue | None = None
        self._asked_s: float | None = None
        self._answered = threading.Event()
        self._answered.set()

    def look(self, within_s: float) -> TaskQueue | None:
        """What is known, after waiting so long for news; None before the first answer."""
        with self._lock:
            now_s = time.monotonic()
            due = self._asked_s is None or now_s - self._asked_s > KEPT_S
            if due and self._answered.is_set():
                self._answered.clear()
                self._asked_s = now_s
                threading.Thread(target=self._ask, name="task queue", daemon=True).start()
        self._answered.wait(within_s)
        return self._known

    def trouble(self) -> str | None:
        """For a probe, which waits for nobody."""
        known = self.look(0.2)
        return None if known is None else known.trouble

    def _ask(self) -> None:
        try:
            self._known = self._look()
        except Exception as error:  # noqa: BLE001 -- told like any other
            self._known = TaskQueue(error=f"{type(error).__name__}: {error}")
        finally:
            self._answered.set()
