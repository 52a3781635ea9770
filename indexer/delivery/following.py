"""The outbox emptied round by round, by one process at a time, until it is told to stop."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from sqlalchemy import Engine

from indexer.delivery.outbox import Outbox
from indexer.delivery.pusher import Pusher, PushReport
from indexer.delivery.sender import SendingRight
from indexer.foundation.config import Config
from indexer.foundation.errors import (
    DatabaseAway,
    DatabaseError,
    IndexerError,
    NotTheSender,
    SearchError,
)
from indexer.search.search_server import SearchServer, check_server, search_server
from indexer.search.task_queue import must_move

PAUSE_S = 1.0
REST = 10.0  # times what the last push took: each costs the server much, a document in it little
LONGEST_REST_S = 5.0
LONGEST_WAIT_S = 60.0
LONGEST_AWAY_S = 4.0  # between two looks for a database that is away
SOLE_WAIT_S = 60.0
LAST_WAIT_S = 10.0  # for another sender to be done, in the last round

OnProgress = Callable[[PushReport], None]


def follow_outbox(
    config: Config,
    outbox: Outbox,
    stop: threading.Event,
    *,
    on_progress: OnProgress = lambda report: None,
) -> PushReport:
    """Push again and again until `stop` is set, then once more; wait longer while it fails.

    The server is looked for anew after every failure. Returns: the sum of all rounds, with what
    the last one left waiting and why.
    """
    done = updated = refused = 0
    wait_s = PAUSE_S
    with ExitStack() as stack:
        rounds = _Rounds(config, outbox, stack)
        while True:
            last = stop.is_set()
            began_s = time.monotonic()
            longest_s = LONGEST_WAIT_S
            try:
                report = rounds.next(last=last)
            except DatabaseError as error:
                if last:
                    raise
                longest_s = LONGEST_AWAY_S if isinstance(error, DatabaseAway) else LONGEST_WAIT_S
                report = PushReport(error=str(error))
            if report.error is not None:
                rounds.close()
            done, updated = done + report.done, updated + report.updated
            refused += report.refused
            if report != PushReport():
                on_progress(report)
            if last:
                return replace(report, done=done, updated=updated, refused=refused)
            rest_s = min(max(PAUSE_S, REST * (time.monotonic() - began_s)), LONGEST_REST_S)
            wait_s = min(2 * wait_s, longest_s) if report.error else rest_s
            stop.wait(wait_s)


class _Rounds:
    """What is kept from one round to the next: the search server, while it answers."""

    def __init__(self, config: Config, outbox: Outbox, stack: ExitStack) -> None:
        self.config = config
        self.outbox = outbox
        self.stack = stack
        self.right = SendingRight(outbox.engine, config.meili_index, span_s=config.lease_s)
        self.server: SearchServer | None = None
        self.pusher: Pusher | None = None

    def next(self, *, last: bool) -> PushReport:
        """Send what waits, unless another process does. Raises: DatabaseError."""
        waiting = len(self.outbox)
        if self.pusher is not None and not waiting:
            return PushReport()
        with self.right.held(within_s=LAST_WAIT_S if last else 0.0) as ours:
            if not ours:
                return self._left_to_another() if last else PushReport()
            try:
                return self._opened().push_pending()
            except DatabaseError:
                raise
            except IndexerError as error:
                return PushReport(kept=len(self.outbox), error=str(error))

    def close(self) -> None:
        """Look at the server anew in the next round; an engine lives on as long as it answers."""
        self.pusher = None

    def _opened(self) -> Pusher:
        if self.pusher is None:
            server = self._answering()
            must_move(server)
            fresh = Pusher(server, self.outbox, self.config, may_send=self.right.is_sure)
            fresh.prepare()
            self.pusher = fresh
        return self.pusher

    def _answering(self) -> SearchServer:
        if self.server is not None:
            try:
                return check_server(self.server.url, self.server.key, embedded=self.server.embedded)
            except SearchError:
                self.stack.close()
        self.server = None
        self.server = self.stack.enter_context(search_server(self.config))
        return self.server

    def _left_to_another(self) -> PushReport:
        kept = len(self.outbox)
        words = "another techwire is sending to this index, and sends these too"
        return PushReport(kept=kept, error=words if kept else None)


def push_once(config: Config, outbox: Outbox) -> PushReport:
    """Empty the outbox once; a server that is down keeps everything waiting."""
    stop = threading.Event()
    stop.set()
    return follow_outbox(config, outbox, stop)


@contextmanager
def sole_sender(
    config: Config, engine: Engine, *, within_s: float = SOLE_WAIT_S
) -> Iterator[SendingRight]:
    """Let no other process send to the index while the block runs. Raises: NotTheSender."""
    right = SendingRight(engine, config.meili_index, span_s=config.lease_s)
    with right.held(within_s=within_s) as ours:
        if not ours:
            raise NotTheSender(
                f"{right.holder() or 'another techwire'} has been sending to the index "
                f"{config.meili_index} for {within_s:.0f} s: wait for it to end, or stop it, and "
                "run this again"
            )
        yield right


def refill(config: Config, outbox: Outbox, on_progress: Callable[[str], object]) -> PushReport:
    """Fill a new index from the ledger, swap it in, and send what waits."""
    with search_server(config) as server, sole_sender(config, outbox.engine) as right:
        pusher = Pusher(server, outbox, config, may_send=right.is_sure)
        pusher.prepare()
        pusher.rebuild(on_progress=on_progress)
        return pusher.push_pending()


def until_stopped() -> threading.Event:
    """An event that Ctrl-C or SIGTERM sets."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    return stop
