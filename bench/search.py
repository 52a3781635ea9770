"""Measure the search engine on documents shaped like real news.

    python bench/search.py [N]

Builds N (100,000) synthetic articles, indexes them into a fresh embedded engine, and prints the
indexing rate, the size on disk, the peak memory, and p50 and p95 of each query shape: inside the
server, and over HTTP with four clients at once. Where other work shares the machine look at the
CPU columns: milliseconds of processor inside the server. With MEILI_URL (and MEILI_MASTER_KEY)
set the same is measured there, in an index of its own that is deleted afterwards, and printed.
"""

import gzip
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.made_up_news import SETTINGS, News, shapes  # noqa: E402
from bench.processes import cpu_s, family, proportional_mb  # noqa: E402

UID = "bench-news"
BATCH = 2_000
CLIENTS = 4
ROUNDS = 60  # searches of each shape and client; none comes twice inside the server

Times = dict[str, list[float]]


class Server:
    """A search server to measure, by its URL."""

    def __init__(self, url: str, key: str | None) -> None:
        parts = urlsplit(url)
        self.address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.headers = {"Content-Type": "application/json"}
        if key:
            self.headers["Authorization"] = f"Bearer {key}"
        self.local = threading.local()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        text = self.send(method, path, body, **headers)
        return json.loads(text) if text else None

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> bytes:
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(*self.address, timeout=600)
            self.local.connection = connection
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        try:
            connection.request(method, path, data, {**self.headers, **headers})
        except OSError:  # idle for too long: the server has hung up
            connection.close()
            connection.request(method, path, data, {**self.headers, **headers})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:300]!r}")
        return text

    def finish(self, task: Any) -> None:
        while True:
            found = self.ask("GET", f"/tasks/{task['taskUid']}")
            if found["status"] in ("succeeded", "failed"):
                if found["error"]:
                    raise SystemExit(found["error"]["message"])
                return
            time.sleep(0.05)

    def fill(self, batches: list[bytes]) -> float:
        """Returns: seconds until the last document could be found."""
        self.finish(self.ask("PATCH", f"/indexes/{UID}/settings", SETTINGS))
        started = time.perf_counter()
        task = None
        for body in batches:
            task = self.ask(
                "POST",
                f"/indexes/{UID}/documents?primaryKey=id",
                body,
                **{"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"},
            )
        self.finish(task)
        return time.perf_counter() - started

    def change_settings(self) -> tuple[float, float]:
        """Returns: seconds a structural change takes, and p95 ms of searches meanwhile."""
        started = time.perf_counter()
        wider = [*SETTINGS["sortableAttributes"], "url"]  # a new column: the index is built anew
        task = self.ask("PUT", f"/indexes/{UID}/settings/sortable-attributes", wider)
        waits = []
        while True:
            began = time.perf_counter()
            self.ask("POST", f"/indexes/{UID}/search", {"q": "", "limit": 5})
            waits.append((time.perf_counter() - began) * 1000)
            if self.ask("GET", f"/tasks/{task['taskUid']}")["status"] in ("succeeded", "failed"):
                return time.perf_counter() - started, percentile(waits, 95)
            time.sleep(0.02)

    def measure(self, queries: list[dict[str, Any]]) -> tuple[list[float], list[float]]:
        """Returns: milliseconds over HTTP with four clients, and what the server itself says."""
        waits: list[float] = []
        answers: list[bytes] = []  # read afterwards: clients take turns with the server

        def client(number: int) -> None:
            for round_ in range(ROUNDS):
                query = queries[(round_ + number * 5) % len(queries)]
                began = time.perf_counter()
                answers.append(self.send("POST", f"/indexes/{UID}/search", query))
                waits.append((time.perf_counter() - began) * 1000)

        threads = [threading.Thread(target=client, args=(one,)) for one in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return waits, [json.loads(text)["processingTimeMs"] for text in answers]


def percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def batches_of(news: News, count: int) -> Iterator[bytes]:
    for start in range(0, count, BATCH):
        lines = [
            json.dumps(news.document(number), ensure_ascii=False)
            for number in range(start, min(count, start + BATCH))
        ]
        yield gzip.compress("\n".join(lines).encode(), 1)


class Processes:
    """A server and its readers, looked at four times a second. peak_mb: their highest memory."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.peak_mb = 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    def cpu_s(self) -> float:
        return sum(cpu_s(pid) for pid in family(self._pid))

    def _watch(self) -> None:
        while True:
            with suppress(OSError):  # one has just ended
                now = sum(proportional_mb(pid) for pid in family(self._pid))
                self.peak_mb = max(self.peak_mb, now)
            time.sleep(0.25)


def folder_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def inside_embedded(data: Path, asked: dict[str, list[dict[str, Any]]]) -> tuple[Times, Times]:
    """Milliseconds of each shape in this process, without HTTP: on the clock, and of CPU."""
    from indexer.embedded.index.json_text import dump
    from indexer.embedded.search import parameters
    from indexer.embedded.search.search import search
    from indexer.embedded.tasks.engine import Engine

    engine = Engine(data, None)
    found: Times = {}
    used: Times = {}
    try:
        state = engine.get(UID)
        state.warm()  # as an idle server does
        for name, queries in asked.items():
            waits, cpu = found.setdefault(name, []), used.setdefault(name, [])
            for round_ in range(ROUNDS):
                began, cpu_began = time.perf_counter(), time.process_time()
                query = parameters.read(queries[round_ % len(queries)])
                dump(search(state, query))
                waits.append((time.perf_counter() - began) * 1000)
                cpu.append((time.process_time() - cpu_began) * 1000)
    finally:
        engine.close()
    return found, used


def embedded(batches: list[bytes], asked: dict[str, list[dict[str, Any]]], count: int) -> Any:
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        environment = {
            name: value for name, value in os.environ.items() if name != "MEILI_MASTER_KEY"
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "indexer.embedded", "--data", folder],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        try:
            assert process.stdout is not None
            server = Server(process.stdout.readline().strip(), None)
            watched = Processes(process.pid)
            cpu_before = watched.cpu_s()
            indexed = server.fill(batches)
            cpu = (watched.cpu_s() - cpu_before) * 1000 / count
            time.sleep(12)  # let the writer rest
            size = folder_mb(Path(folder))
            print(f"\nembedded: {count / indexed:,.0f} documents/s, {size:,.0f} MB on disk")
            print(f"CPU {cpu:.3f} s per 1,000 documents")
            print(f"peak memory {watched.peak_mb:,.0f} MB after indexing")
            server.measure(asked["two words"])  # not the first searches of its life
            over_http = {name: server.measure(queries)[0] for name, queries in asked.items()}
            print(f"peak memory {watched.peak_mb:,.0f} MB after searching")
            took, wait = server.change_settings()
            print(f"settings change {took:.1f} s, searches meanwhile p95 {wait:.0f} ms")
            print(f"peak memory {watched.peak_mb:,.0f} MB after a settings change")
        finally:
            process.terminate()
            process.wait(60)
        return *inside_embedded(Path(folder), asked), over_http


def real(batches: list[bytes], asked: dict[str, list[dict[str, Any]]], count: int) -> Any:
    server = Server(os.environ["MEILI_URL"], os.environ.get("MEILI_MASTER_KEY"))
    try:
        indexed = server.fill(batches)
        print(f"\n{os.environ['MEILI_URL']}: {count / indexed:,.0f} documents/s")
        server.measure(asked["two words"])
        measured = {name: server.measure(queries) for name, queries in asked.items()}
        took, wait = server.change_settings()
        print(f"settings change {took:.1f} s, searches meanwhile p95 {wait:.0f} ms")
    finally:
        server.finish(server.ask("DELETE", f"/indexes/{UID}"))
    inside = {name: both[1] for name, both in measured.items()}
    return inside, None, {name: both[0] for name, both in measured.items()}


def main() -> int:
    """Measure and print. Returns: 0."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    news = News()
    started = time.perf_counter()
    batches = list(batches_of(news, count))
    print(f"{count:,} documents made in {time.perf_counter() - started:.0f} s", flush=True)
    asked = shapes(news)
    servers = {"embedded": embedded(batches, asked, count)}
    if os.environ.get("MEILI_URL"):
        servers["MEILI_URL"] = real(batches, asked, count)
    for server, (inside, used, over_http) in servers.items():
        print(f"\n{server:34} in the server     of it CPU         HTTP, {CLIENTS} clients")
        print(f"{'milliseconds':34}" + f" {'p50':>8} {'p95':>8}" * 3)
        for name in asked:
            columns = [inside[name], used[name] if used else [0.0], over_http[name]]
            shown = [
                f" {statistics.median(one):8.1f} {percentile(one, 95):8.1f}" for one in columns
            ]
            print(f"{name:34}" + "".join(shown))
    return 0


if __name__ == "__main__":
    sys.exit(main())
