"""`techwire up`: search engine, watch, indexer, alerts, page together; what dies starts again."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import requests
import structlog

from crawler.oversight.coverage import coverage_of
from crawler.runs.receiving import receiver_of
from crawler.sources.registry import Registry
from crawler.sources.source import Source
from indexer.delivery.following import until_stopped
from indexer.foundation.config import Config
from indexer.foundation.errors import IndexerError
from indexer.foundation.terminal import Terminal
from indexer.search.search_server import search_server
from indexer.search.task_queue import WatchedQueue, present_queue
from indexer.web.hub_calls import Receiver
from indexer.web.serving import PagePlace, page_server

LOOK_EVERY_S = 1.0
STOP_WITHIN_S = 15.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
SETTLED_AFTER_S = 60.0  # a process that lived that long starts anew without a pause
MISSES = 5  # looks without an answer until engine and page are opened anew
WRONG_SETTING = 2  # exit code: starting it again would not help


@dataclass(slots=True)
class Unit:
    """One techwire command kept running."""

    words: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started_s: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    starts: int = 0
    next_start_s: float = field(default=0.0)

    def look(self, now_s: float) -> int | None:
        """Start it when it is not running. Returns: the exit code of one that just ended."""
        if self.process is None:
            if now_s >= self.next_start_s:
                self._start(now_s)
            return None
        code = self.process.poll()
        if code is None:
            return None
        self._forget()
        lived_s = now_s - self.started_s
        self.pause_s = FIRST_PAUSE_S if lived_s > SETTLED_AFTER_S else self.pause_s
        self.next_start_s = now_s + self.pause_s
        self.pause_s = min(2 * self.pause_s, LONGEST_PAUSE_S)
        return code

    def ask_to_end(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def end(self, deadline_s: float) -> None:
        """Wait for its end; kill it at the deadline, which loses nothing."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._forget()

    def _start(self, now_s: float) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crawler.cli.supervised", *self.words],
            stdin=subprocess.PIPE,  # its life line: see crawler.cli.supervised
            start_new_session=True,  # Ctrl-C reaches us alone; we end it once, in order
        )
        self.started_s = now_s
        self.starts += 1

    def _forget(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
        self.process = None


class ServedPage:
    """The search engine and the page before it, opened anew when one of them stops answering."""

    def __init__(
        self,
        config: Config,
        coverage: Callable[[], Mapping[str, object]],
        sources: Sequence[Source],
        place: PagePlace,
        console: Terminal,
        receiver: Receiver | None = None,
    ) -> None:
        self.config = config
        self.coverage = coverage
        self.known = Registry(sources).known()
        self.place = place
        self.console = console
        self.receiver = receiver
        self.misses = 0
        self._amiss: tuple[str | None, ...] = (None,)
        self._queue = WatchedQueue(lambda: present_queue(config))
        self._stack = ExitStack()
        self._urls: tuple[str, ...] = ()

    def open(self) -> None:
        """Raises: IndexerError in one line when the search server or the port cannot be used."""
        with ExitStack() as stack:
            server = stack.enter_context(search_server(self.config))
            address = stack.enter_context(
                page_server(
                    server,
                    self.config,
                    self.place,
                    coverage=self.coverage,
                    sources=self.known,
                    receiver=self.receiver,
                )
            )
            self._stack = stack.pop_all()
        self._urls = (f"{server.url.reveal()}/health", address) if server.embedded else (address,)
        self.console.print(f"Search page: {address}", soft_wrap=True)
        self.console.print(
            f"Meilisearch API: {server.url} (index {self.config.meili_index})", soft_wrap=True
        )

    def look(self) -> None:
        """Ask both for a sign of life; open them anew after some misses. Tell of stalled tasks."""
        self._look_at_tasks()
        self.misses = 0 if all(map(_answers, self._urls)) else self.misses + 1
        if self.misses < MISSES:
            return
        structlog.get_logger("techwire").warning("search engine or page stopped: opened anew")
        self.close()
        try:
            self.open()
            self.misses = 0
        except IndexerError as error:
            structlog.get_logger("techwire").warning("not opened", error=str(error))

    def _look_at_tasks(self) -> None:
        known = self._queue.look(0.0)
        if known is None or known.error is not None:
            return
        amiss = (known.stalled, *known.indexes)
        if amiss == self._amiss:
            return
        self._amiss = amiss
        log = structlog.get_logger("techwire")
        if known.trouble is None:
            log.info("the search server is well again")
        else:
            log.warning("search server", trouble=known.trouble)

    def close(self) -> None:
        self._stack.close()
        self._urls = ()


def up(
    config: Config,
    sources: Sequence[Source],
    units: Sequence[Sequence[str]],
    console: Terminal,
    place: PagePlace,
) -> int:
    """Keep engine, page and units (techwire's words) running until Ctrl-C. Returns: exit code."""
    stop = until_stopped()
    config.make_home()
    with coverage_of(config, sources) as coverage, receiver_of(config) as receiver:
        page = ServedPage(config, coverage, sources, place, console, receiver)
        page.open()
        kept = [Unit(words) for words in units]
        try:
            return _keep_up(page, kept, stop)
        finally:
            for unit in kept:
                unit.ask_to_end()
            deadline_s = time.monotonic() + STOP_WITHIN_S
            for unit in kept:
                unit.end(deadline_s)
            page.close()


def _keep_up(page: ServedPage, kept: Sequence[Unit], stop: threading.Event) -> int:
    log = structlog.get_logger("techwire")
    while not stop.is_set():
        for unit in kept:
            code = unit.look(time.monotonic())
            if code is None:
                continue
            if code == WRONG_SETTING and unit.starts == 1:
                return code  # it has told why
            log.warning("ended, started again", command=unit.words[0], exit_code=code)
        page.look()
        stop.wait(LOOK_EVERY_S)
    return 0


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code < 500
    except requests.RequestException:
        return False
