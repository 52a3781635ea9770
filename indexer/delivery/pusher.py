"""From the outbox to the index: few large tasks, each watched to its end.

A refused batch is halved until the document at fault is found; that one goes to quarantine with
the server's words, the rest goes in. Nothing leaves the outbox before its task *succeeded*.
"""

import gzip
import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from meilisearch.errors import MeilisearchApiError

from indexer.delivery.outbox import Outbox, OutboxRow
from indexer.delivery.rebuild import needs_rebuild, rebuild
from indexer.foundation.config import Config
from indexer.foundation.errors import NotTheSender, SearchError, TaskFailed
from indexer.foundation.times import now_utc
from indexer.search.index_settings import differing, index_settings
from indexer.search.search_server import FINISHED_TASKS, SearchServer, finished_before, plain_errors
from indexer.search.task_queue import task_queue

# error codes of a document's making that do not say so by their name
_OF_DOCUMENTS = ("malformed_payload", "payload_too_large", "max_fields_limit_exceeded")
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.02, 0.25  # between two looks at a task
MOST_FINISHED_TASKS = 10_000
KEEP_TASKS = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReport:
    """What one emptying of the outbox did, in documents.

    done: new to the index, confirmed by a succeeded task. updated: changed or removed there.
    refused: set aside in quarantine. kept: still waiting.
    error: why something was kept, or None.
    """

    done: int = 0
    updated: int = 0
    refused: int = 0
    kept: int = 0
    error: str | None = None


class Pusher:
    """Sends the outbox of one state database to one index.

    may_send: whether no other process can have begun to send meanwhile (`indexer.delivery.sender`).
    """

    def __init__(
        self,
        server: SearchServer,
        outbox: Outbox,
        config: Config,
        *,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        self.may_send = may_send
        self.server = server
        self.outbox = outbox
        self.config = config
        self._client = server.client()
        self._zipped = server.client(Content_Encoding="gzip")
        self._done = self._updated = self._refused = 0  # of the round under way

    def prepare(self) -> None:
        """Create the index if absent and give it our settings, before any document goes in."""
        uid = self.config.meili_index
        with plain_errors(self.server.url):
            try:
                found = self._client.index(uid).get_settings()
            except MeilisearchApiError as error:
                if error.code != "index_not_found":
                    raise
                created = self._client.create_index(uid, {"primaryKey": "id"})
                self._finish(created.task_uid, accept=("index_already_exists",))
                found = {}
            wanted = index_settings()
            if differing(wanted, found):
                changed = self._client.index(uid).update_settings(wanted)
                self._finish(changed.task_uid)
            self._clean_tasks()
        if needs_rebuild(self.server, self.config):
            self.rebuild()

    def rebuild(
        self, on_progress: Callable[[str], object] = logging.getLogger(__name__).info
    ) -> None:
        """Fill a new index from the ledger and swap it in; searches go on meanwhile."""
        rebuild(
            self.server,
            self.outbox.engine,
            self.config,
            may_send=self.may_send,
            on_progress=lambda done, total: on_progress(
                f"{done} of {total} documents in the new index"
            ),
        )

    def _clean_tasks(self) -> None:
        """Drop old finished tasks: a server's task database has an end."""
        if self._client.get_tasks({**FINISHED_TASKS, "limit": 1}).total > MOST_FINISHED_TASKS:
            self._client.delete_tasks(finished_before(now_utc() - KEEP_TASKS))

    def push_pending(self) -> PushReport:
        """Send what waits now, until the server stops taking it; never raises for it.

        What arrives meanwhile goes with the next round: a commit costs more than its documents.
        """
        self._done = self._updated = self._refused = 0
        rows: Sequence[OutboxRow] = ()
        words: str | None = None
        try:
            left = len(self.outbox)
            while left > 0 and (rows := self._next()):
                self._send(rows)
                left -= len(rows)
        except NotTheSender as error:
            words = str(error)
        except SearchError as error:
            words = str(error)
            self.outbox.failed(rows, words)
        kept = len(self.outbox) if words else 0
        return PushReport(
            done=self._done,
            updated=self._updated,
            refused=self._refused,
            kept=kept,
            error=words,
        )

    def _next(self) -> list[OutboxRow]:
        limit = self.config.push_batch
        return self.outbox.waiting(limit=limit, max_bytes=self.config.push_bytes)

    def _send(self, rows: Sequence[OutboxRow]) -> None:
        """Send these rows, halving where the server refuses."""
        removals = [row for row in rows if row.record is None]
        if removals:
            self._remove(removals)
            rows = [row for row in rows if row.record is not None]
        if not rows:
            return
        try:
            task_uid = self._add(rows)
        except _RefusedDocument as refusal:
            if len(rows) == 1:
                self.outbox.quarantine(rows[0], str(refusal))
                self._refused += 1
                return
            middle = len(rows) // 2
            self._send(rows[:middle])
            self._send(rows[middle:])
            return
        self._settle(rows, task_uid)

    def _add(self, rows: Sequence[OutboxRow]) -> int:
        lines = (json.dumps(row.record, ensure_ascii=False) for row in rows)
        body = gzip.compress("\n".join(lines).encode("utf-8", "replace"), 3)
        index = self._zipped.index(self.config.meili_index)
        self._check_right()
        with plain_errors(self.server.url):
            try:
                sent = index.add_documents_raw(body, "id", content_type="application/x-ndjson")
            except MeilisearchApiError as error:
                if error.status_code == 413 or _blames_document(error.code):
                    raise _RefusedDocument(error.message) from error
                raise
            return self._finish(sent.task_uid)

    def _remove(self, rows: Sequence[OutboxRow]) -> None:
        with plain_errors(self.server.url):
            index = self._client.index(self.config.meili_index)
            ids = ", ".join(f'"{row.document_id}"' for row in rows)
            self._check_right()
            sent = index.delete_documents(filter=f"id IN [{ids}]")
            task_uid = self._finish(sent.task_uid)
        self._settle(rows, task_uid)

    def _check_right(self) -> None:
        if not self.may_send():
            raise NotTheSender("this process paused for too long and sends anew in its next round")

    def _settle(self, rows: Sequence[OutboxRow], task_uid: int) -> None:
        new = self.outbox.done(rows, task_uid=task_uid)
        self._done += new
        self._updated += len(rows) - new

    def _finish(self, task_uid: int, *, accept: tuple[str, ...] = ()) -> int:
        """Watch a task to its end. Raises: _RefusedDocument, TaskFailed or SearchError."""
        deadline, pause_s = time.monotonic() + self.config.task_timeout_s, FIRST_PAUSE_S
        while (task := self._client.get_task(task_uid)).status in ("enqueued", "processing"):
            if time.monotonic() > deadline:
                raise SearchError(
                    f"task {task_uid} was not done after {self.config.task_timeout_s:.0f} s"
                    f"{self._why()}: it is sent again later, which is harmless"
                )
            time.sleep(pause_s)
            pause_s = min(1.5 * pause_s, LONGEST_PAUSE_S)  # each look costs the server some 3 ms
        if task.status == "succeeded":
            return task_uid
        fault = task.error or {}
        if fault.get("code") in accept:
            return task_uid
        words = str(fault.get("message", task.status))
        if _blames_document(fault.get("code")):
            raise _RefusedDocument(words)
        raise TaskFailed(f"task {task_uid} {task.status}: {words}")

    def _why(self) -> str:
        trouble = task_queue(self.server, now=now_utc()).trouble
        return "" if trouble is None else f", {trouble}"


class _RefusedDocument(SearchError):
    """The server refuses a batch for what stands in one of its documents."""


def _blames_document(code: str | None) -> bool:
    """Whether an error code of Meilisearch's speaks of a document, not of index, key or disk."""
    return code is not None and ("document" in code or code in _OF_DOCUMENTS)


def push_words(report: PushReport) -> str:
    """A push report in one line."""
    words = f"{report.done} documents indexed"
    if report.updated:
        words += f", {report.updated} updated"
    if report.refused:
        words += f", {report.refused} refused (techwire index --quarantine list)"
    if report.kept:
        words += f", {report.kept} waiting"
    return words + (f": {report.error}" if report.error else "")
