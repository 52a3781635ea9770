"""kill -9 for an engine under upserts, again and again, and what came of it."""

import random
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.indexer.embedded.engines import Server, running

IDS = 300
BATCH = 25
LONGEST_LIFE_S = 0.2  # after its first answer: what is left by the first batches of a start is in
# the way of the next one's repair, for both number their operations alike
DRAINED_WITHIN_S = 20.0


@dataclass
class Tally:
    """What was found after the kills.

    lost: accepted documents, or versions of them, that are not there. doubled: documents more than
    ids. untrue: documents that a search for their words does not find, or for those of an earlier
    version does. wedged: starts after which the queue was not drained. given_up: failed tasks that
    say they were at work at three kills: what they held is not there, and told, so not lost.
    """

    kills: int = 0
    tasks: int = 0
    lost: int = 0
    doubled: int = 0
    untrue: int = 0
    wedged: int = 0
    given_up: int = 0


class Client:
    """Upserts documents until its server is gone. accepted: id -> the version of the last 202."""

    def __init__(self, moments: random.Random) -> None:
        self.accepted: dict[int, int] = {}
        self.unsure: dict[int, set[int]] = {}  # versions sent without an answer
        self.sent: dict[int, tuple[int, list[int]]] = {}  # by task: version, ids; accepted ones
        self.tasks = 0
        self._moments = moments
        self._version = 0

    def send(self, server: Server) -> None:
        """Raises: httpx.HTTPError when the server is gone."""
        self._version += 1
        ids = self._moments.sample(range(IDS), BATCH)
        for n in ids:
            self.unsure.setdefault(n, set()).add(self._version)
        words = {"title": f"headline v{self._version}", "version": self._version}
        answer = server.http.put("/indexes/news/documents", json=[{"id": n, **words} for n in ids])
        assert answer.status_code == 202, answer.text
        self.tasks += 1
        self.sent[answer.json()["taskUid"]] = self._version, ids
        for n in ids:
            self.accepted[n] = self._version
            self.unsure[n].remove(self._version)

    def may_be(self, n: int, given_up: set[int]) -> set[int]:
        """The versions a document may have now, 0 for none. given_up: tasks that say so."""
        versions = [version for version, ids in self.sent.values() if n in ids]
        told = {self.sent[uid][0] for uid in given_up if n in self.sent[uid][1]}
        last = max((version for version in versions if version not in told), default=0)
        return {last, *(version for version in self.unsure[n] if version > last)}


def kill_again_and_again(folder: Path, kills: int, seed: int) -> Tally:
    """Kill an engine so many times, start it once more, and count."""
    moments = random.Random(seed)
    tally, client = Tally(), Client(moments)
    while tally.kills < kills:
        with running(folder) as server:
            # half of the starts are killed while they put right what the last left
            moves = moments.random() < 0.5 or drained(server)
            if moves:
                _kill_under_load(server, client, moments.uniform(0, LONGEST_LIFE_S))
                tally.kills += 1
        if not moves:
            tally.wedged += 1
            shutil.rmtree(folder)
            client = Client(moments)
    tally.tasks = client.tasks
    with running(folder) as server:
        tally.wedged += not drained(server)
        _count(server, client, tally)
    return tally


def _kill_under_load(server: Server, client: Client, after_s: float) -> None:
    client.send(server)
    killer = threading.Timer(after_s, server.process.kill)
    killer.start()
    try:
        while True:
            client.send(server)
    except httpx.HTTPError:
        return  # killed
    finally:
        killer.join()


def drained(server: Server, within_s: float = DRAINED_WITHIN_S) -> bool:
    """Does the queue run empty in time?"""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if not waiting(server):
            return True
        time.sleep(0.02)
    return False


def waiting(server: Server) -> int:
    """How many tasks have not ended."""
    asked = {"statuses": "enqueued,processing", "limit": 0}
    return int(server.http.get("/tasks", params=asked).json()["total"])


def _count(server: Server, client: Client, tally: Tally) -> None:
    answer = server.http.get("/indexes/news/documents", params={"limit": 2 * IDS}).json()
    found: dict[int, int] = {one["id"]: one["version"] for one in answer["results"]}
    tally.doubled = answer["total"] - len(found)
    given_up = _given_up(server) & set(client.sent)
    tally.given_up = len(given_up)
    tally.lost = sum(found.get(n, 0) not in client.may_be(n, given_up) for n in client.accepted)
    everything = _search(server, "")
    tally.doubled += len(everything) - len(set(everything))
    tally.untrue = len(set(everything) ^ set(found))
    for version in range(1, client._version + 1):
        wanted = {n for n, its in found.items() if its == version}
        tally.untrue += len(set(_search(server, f'"v{version}"')) ^ wanted)


def _given_up(server: Server) -> set[int]:
    failed = server.http.get("/tasks", params={"statuses": "failed", "limit": 1_000}).json()
    return {
        task["uid"]
        for task in failed["results"]
        if "engine's process ended" in task["error"]["message"]
    }


def _search(server: Server, words: str) -> list[Any]:
    body = {"q": words, "limit": 2 * IDS, "attributesToRetrieve": ["id"]}
    return server.ids("news", **body)
