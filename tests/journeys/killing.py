"""kill -9 for every process of a deployment, again and again, and what came of it.

A round publishes an article, kills somebody at a random moment, and waits for what must follow.
"""

import json
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from crawler.demo import Newsroom
from crawler.urls import document_id
from tests.journeys.program import Program
from tests.loopback import closed_port
from tests.small_disk import SmallDisk

DRAINED_WITHIN_S = 120.0
LONGEST_CRAWL_S = 4.0  # about half as long as a whole crawl of the newsroom takes
LONGEST_LIFE_S = 2.0  # of a victim, once there is something new
CLOCKS = (timedelta(days=1), timedelta(days=400), timedelta(days=-30), timedelta(days=-20_000))
# what a deployment answers that is not up again
_NOT_YET = (OperationalError, ProgrammingError, httpx.HTTPError, OSError, ValueError, KeyError)
ONE_PASS = ("crawl", "clock", "disk")
TOGETHER = ("up", "watch", "indexer", "engine", "readers")
STORY = "\n\n".join(
    f"Chipmaker Orbisil said on Monday that plant {n} will make memory chips for AI servers, "
    "with semiconductor tools from two suppliers and a budget of $900 million."
    for n in range(6)
)


@dataclass
class Tally:
    """What was found after the kills.

    killed: victim -> kills. lost: what an undisturbed crawl has, or was published meanwhile, and
    has no document. doubled: documents more than articles. wedged: rounds after which a queue
    (outbox, tasks, what is due) stood still, by victim.
    """

    killed: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wedged: Counter[str] = field(default_factory=Counter)
    crawled: int = 0  # documents at the end


class Deployment:
    """One data folder under kills. disk: where that folder is, to fill it up, or None."""

    def __init__(
        self, newsroom: Newsroom, program: Program, sources: str, seed: int, disk: SmallDisk | None
    ) -> None:
        self.newsroom, self.program, self.sources, self.disk = newsroom, program, sources, disk
        self.moments = random.Random(seed)
        self.tally = Tally()
        self.page = f"http://127.0.0.1:{closed_port()}"
        self._up: subprocess.Popen[str] | None = None
        self._published: list[str] = []

    def kill(self, victim: str) -> None:
        """One round."""
        rounds: dict[str, Callable[[], bool]] = {
            "crawl": self._crawl,
            "clock": lambda: self._crawl(self.moments.choice(CLOCKS)),
            "disk": self._crawl_on_a_full_disk,
        }
        if victim in rounds:
            self.end()
            killed = rounds[victim]()
        else:
            killed = self._one_of_all(victim)
        self.tally.killed[victim] += killed

    def end(self) -> None:
        """End what runs for several rounds, as an operator does."""
        if self._up is not None:
            self._up.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._up.wait(60)
            self._up.kill()
            self._up.wait()
            self._up = None

    def count(self, undisturbed: Program) -> Tally:
        """Crawl once more to the end, and compare with a crawl that nobody disturbs."""
        self.end()
        words = ("crawl", "--sources", self.sources)
        done = self.program.run(*words)
        undisturbed.run(*words)
        wanted = {document_id(url) for url in (*undisturbed.documents(), *self._published)}
        undisturbed.stop_engine()
        answer = self.program.json("search", "", "--limit", "1000", "--copies")
        found = Counter(hit["id"] for hit in answer["hits"])
        # older ones may have left their listings by now: they are no documents too many
        articles = {document_id(one.url) for one in self.newsroom.articles if one.kind == "article"}
        self.tally.crawled = found.total()
        self.tally.lost = sorted(wanted - found.keys())
        twice = [own_id for own_id, times in found.items() if times > 1]
        self.tally.doubled = sorted(found.keys() - articles) + twice
        told = [finding for finding in self.program.json("doctor") if finding["check"] == "tasks"]
        box = self.program.json("status")["outbox"]
        drained = (box["waiting"], box["quarantined"]) == (0, 0)
        idle = [finding["words"] for finding in told] == ["no task waits"]
        audited = f"{len(found)} documents, 0 lost" in self.program.run("audit").stdout
        ends = {"crawl": not done.returncode, "outbox": drained, "tasks": idle, "audit": audited}
        self.tally.wedged.update(
            f"{name} at the end" for name, is_well in ends.items() if not is_well
        )
        self.program.stop_engine()
        return self.tally

    def _crawl(self, ahead: timedelta = timedelta(0)) -> bool:
        """A pass, killed at a random moment. Returns: whether it was still at work."""
        program = self.program.with_clock(ahead) if ahead else self.program
        self._publish()
        process = program.start("crawl", "--sources", self.sources)
        try:
            process.communicate(timeout=self.moments.uniform(0.5, LONGEST_CRAWL_S))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return True
        return False

    def _crawl_on_a_full_disk(self) -> bool:
        """The same while files cannot grow, by a full disk or by a limit of the process."""
        before, room = self.program, self.moments.choice((0, 20_000, 200_000, 2_000_000))
        if self.disk is not None:
            self.disk.fill(but=room)
        else:
            limit = f"--fsize={400_000 + room}"
            self.program = Program(before.home, before.settings, prefix=("prlimit", limit))
        try:
            return self._crawl()
        finally:
            self.program = before
            self.program.stop_engine()  # one that was started without room
            if self.disk is not None:
                self.disk.make_room()

    def _one_of_all(self, victim: str) -> bool:
        """`up` at work: kill one of its processes, and see the new article indexed all the same."""
        if self._up is None:
            self._start_all()
        url = self._publish()
        self._a_day_passes()
        time.sleep(self.moments.uniform(0, LONGEST_LIFE_S))
        pids = self._pids(victim)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if victim == "up" and self._up is not None:
            self._up.wait()
            self._start_all()
        if not self._drained(url):
            self.tally.wedged[victim] += 1
            self.end()
        return bool(pids)

    def _start_all(self) -> None:
        port = self.page.rpartition(":")[2]
        words = ("up", "--sources", self.sources, "--metrics", "off", "--port", port)
        log = (self.program.home.parent / "up.log").open("a")
        with log:
            self._up = self.program.start(*words, output=log)

    def _publish(self) -> str:
        number = len(self._published) + 1
        site = self.moments.choice(self.newsroom.sites)
        article = self.newsroom.publish(
            site.id,
            title=f"Orbisil opens plant {number}",
            text=STORY.replace("Orbisil", f"Orbisil {number}"),
        )
        self._published.append(article.url)
        return article.url

    def _a_day_passes(self) -> None:
        """Everything is due, also what a dead process held."""
        until_s = time.monotonic() + DRAINED_WITHIN_S
        while time.monotonic() < until_s:
            with suppress(OperationalError, ProgrammingError):  # no tables yet
                self._state("UPDATE paces SET due_at = 0, asked_at = asked_at - 86400")
                self._state("UPDATE schedule SET due_at = 0, lease_until = lease_until - 86400")
                return
            time.sleep(0.1)

    def _drained(self, url: str) -> bool:
        """Is the article indexed, and does nothing wait, in time?"""
        indexed = (
            "SELECT 1 FROM documents WHERE task_uid >= 0 AND document_id = '"
            f"{document_id(url)}' AND NOT EXISTS (SELECT 1 FROM outbox)"
        )
        until_s = time.monotonic() + DRAINED_WITHIN_S
        nudged_s = time.monotonic()
        while time.monotonic() < until_s:
            with suppress(*_NOT_YET):
                if self._state(indexed) and self._tasks() == 0 and self._searchable():
                    return True
            if time.monotonic() - nudged_s > 10:  # a listing asked just before the article came
                nudged_s = time.monotonic()
                self._a_day_passes()
            time.sleep(0.2)
        return False

    def _tasks(self) -> int:
        asked = {"statuses": "enqueued,processing", "limit": 0}
        key = (self.program.home / "engine" / "master-key").read_text().strip()
        bearer = {"Authorization": f"Bearer {key}"}
        url = f"{self._engine()['url']}/tasks"
        return int(httpx.get(url, params=asked, headers=bearer).json()["total"])

    def _searchable(self) -> bool:
        """Does the page find what was published last, by whatever engine and readers there are?"""
        query = {"indexUid": "news", "q": f'"Orbisil {len(self._published)} said"'}
        asked = httpx.post(f"{self.page}/api/multi-search", json={"queries": [query]})
        return bool(asked.json()["results"][0]["hits"])

    def _engine(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            (self.program.home / "engine" / "server.json").read_text()
        )
        return found

    def _pids(self, victim: str) -> list[int]:
        """Processes of a kind, as they run now."""
        assert self._up is not None
        if victim == "up":
            return [self._up.pid]
        if victim in ("engine", "readers"):
            with suppress(OSError, ValueError):
                engine = int(self._engine()["pid"])
                return [engine] if victim == "engine" else children(engine)
            return []
        word = "index" if victim == "indexer" else victim
        return children(self._up.pid, f"crawler.cli.supervised {word}")

    def _state(self, statement: str) -> Sequence[Any]:
        engine = create_engine(f"sqlite:///{self.program.home / 'techwire.db'}?timeout=20")
        try:
            with engine.begin() as connection:
                result = connection.execute(text(statement))
                return list(result) if result.returns_rows else []
        finally:
            engine.dispose()


def children(parent: int, words: str = "") -> list[int]:
    """Processes that one started, those whose command line holds these words."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                line = (stat.parent / "cmdline").read_text().replace("\0", " ")
                found += [int(stat.parent.name)] if words in line else []
    return found
