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
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

UID = "bench-news"
BATCH = 2_000
CLIENTS = 4
ROUNDS = 60  # searches of each shape and client
VARIANTS = 60  # different queries of each shape: none comes twice inside the server
SEED = 7

SETTINGS: dict[str, Any] = {
    "searchableAttributes": ["title", "summary", "companies", "text", "authors"],
    "filterableAttributes": [
        {
            "attributePatterns": [
                "topics.*", "regions.*", "source", "language", "companies", "access",
            ],
            "features": {"facetSearch": True, "filter": {"equality": True, "comparison": False}},
        },
        {
            "attributePatterns": ["published_at", "funding_usd", "outlets"],
            "features": {"facetSearch": False, "filter": {"equality": True, "comparison": True}},
        },
    ],
    "sortableAttributes": ["published_at"],
    "rankingRules": [
        "sort", "words", "typo", "proximity", "attributeRank", "published_day:desc",
        "wordPosition", "exactness", "published_at:desc",
    ],
    "typoTolerance": {"disableOnNumbers": True, "disableOnAttributes": ["authors", "companies"]},
    "distinctAttribute": "story_id",
    "faceting": {"maxValuesPerFacet": 200, "sortFacetValuesBy": {"*": "count"}},
}  # fmt: skip
FACETS = ["topics.lvl0", "regions.lvl0", "source", "language", "companies"]


class News:
    """A made-up press: Zipf-distributed words, skewed sources, topics, regions and companies."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = random.Random(seed)
        syllables = [
            a + b for a in "bcdfghklmnprstvwz" for b in ("a", "e", "i", "o", "u", "ar", "en")
        ]
        words: dict[str, None] = {}
        while len(words) < 60_000:
            words["".join(self.random.choices(syllables, k=self.random.randint(1, 4)))] = None
        self.words = list(words)
        self.weights: list[float] = []
        total = 0.0
        for rank in range(1, len(self.words) + 1):
            total += 1 / rank**1.05
            self.weights.append(total)
        self.sources = [f"source-{number:03}" for number in range(300)]
        self.companies = [
            self.words[self.random.randrange(2_000, 50_000)].title() for _ in range(8_000)
        ]

    def text(self, count: int) -> str:
        return " ".join(self.random.choices(self.words, cum_weights=self.weights, k=count))

    def skewed(self, choices: list[str]) -> str:
        return choices[min(len(choices) - 1, int(self.random.expovariate(1) * len(choices) / 5))]

    def document(self, number: int) -> dict[str, Any]:
        pick = self.random
        published = 1_700_000_000 + pick.randrange(730 * 86_400)
        topic, region = pick.randrange(14), pick.randrange(8)
        words = max(40, min(3_000, int(pick.lognormvariate(5.55, 0.6))))
        return {
            "id": f"{number:024x}",
            "url": f"https://example.org/{number}",
            "title": self.text(9).capitalize(),
            "summary": self.text(28),
            "text": self.text(words),
            "authors": [f"{self.text(1)} {self.text(1)}".title()],
            "companies": [self.skewed(self.companies) for _ in range(pick.randrange(4))],
            "source": self.skewed(self.sources),
            "language": self.skewed(["en", "en", "en", "zh", "de", "fr", "es", "pt", "ja"]),
            "topics": {
                "lvl0": [f"Topic {topic}"],
                "lvl1": [f"Topic {topic} > Part {pick.randrange(6)}"],
            },
            "regions": {
                "lvl0": [f"Region {region}"],
                "lvl1": [f"Region {region} > Country {pick.randrange(VARIANTS)}"],
                "lvl2": [f"Region {region} > Country 1 > City {pick.randrange(30)}"],
            },
            "published_at": published,
            "published_day": published - published % 86_400,
            "funding_usd": pick.randrange(1, 500) * 100_000 if pick.random() < 0.08 else None,
            "story_id": f"s{number if pick.random() < 0.7 else pick.randrange(number + 1)}",
            "outlets": pick.randrange(1, 9),
            "access": self.skewed(["free", "metered", "teaser"]),
        }


def shapes(news: News) -> dict[str, list[dict[str, Any]]]:
    """Query shapes, each with its variants; the seed makes them the same in every run."""
    pick = random.Random(SEED + 1)

    def word(low: int = 100, high: int = 5_000, letters: int = 1) -> str:
        while len(found := news.words[pick.randrange(low, high)]) < letters:
            pass
        return found

    def typo(text: str) -> str:
        at = pick.randrange(2, len(text) - 1)
        return text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :]

    rich = {
        "facets": FACETS,
        "sort": ["published_at:desc"],
        "filter": [
            "language = en",
            "access = free",
            "outlets >= 2",
            "published_at 1710000000 TO 1750000000",
        ],
    }
    page = {
        "attributesToRetrieve": ["title", "summary", "url", "published_at"],
        "attributesToHighlight": ["title", "summary"],
        "attributesToCrop": ["text:40"],
    }
    return {
        "one common word": [{"q": word(0, 60) + " "} for _ in range(VARIANTS)],
        "two words": [{"q": f"{word()} {word()} "} for _ in range(VARIANTS)],
        "three words, as typed": [{"q": f"{word()} {word()} {word()}"} for _ in range(VARIANTS)],
        "prefix of three letters": [{"q": word(letters=4)[:3]} for _ in range(VARIANTS)],
        "one typo": [{"q": typo(word(letters=6)) + " "} for _ in range(VARIANTS)],
        "phrase": [{"q": f'"{word(0, 40)} {word(0, 40)}"'} for _ in range(VARIANTS)],
        "word, 4 filters, 5 facets, sort": [
            {"q": word(20, 400) + " ", **rich} for _ in range(VARIANTS)
        ],
        "filter, 5 facets": [
            {"q": "", "facets": FACETS, "filter": f'"topics.lvl0" = "Topic {number % 14}"'}
            for number in range(VARIANTS)
        ],
        "everything, 5 facets": [{"q": "", "facets": FACETS}],
        "a page with highlights": [{"q": f"{word()} {word()} ", **page} for _ in range(VARIANTS)],
    }  # fmt: skip


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


def peak_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_s(pid: int) -> float:
    """Seconds of processor a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def folder_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def inside_embedded(data: Path, asked: dict[str, list[dict[str, Any]]]) -> tuple[Times, Times]:
    """Milliseconds of each shape in this process, without HTTP: on the clock, and of CPU."""
    from indexer.embedded import parameters
    from indexer.embedded.engine import Engine
    from indexer.embedded.json_text import dump
    from indexer.embedded.search import search

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
            cpu_before = cpu_s(process.pid)
            indexed = server.fill(batches)
            cpu = (cpu_s(process.pid) - cpu_before) * 1000 / count
            time.sleep(12)  # let the writer rest
            size = folder_mb(Path(folder))
            print(f"\nembedded: {count / indexed:,.0f} documents/s, {size:,.0f} MB on disk")
            print(f"CPU {cpu:.3f} s per 1,000 documents")
            print(f"peak memory {peak_mb(process.pid):,.0f} MB after indexing")
            over_http = {name: server.measure(queries)[0] for name, queries in asked.items()}
            print(f"peak memory {peak_mb(process.pid):,.0f} MB after searching")
            took, wait = server.change_settings()
            print(f"settings change {took:.1f} s, searches meanwhile p95 {wait:.0f} ms")
            print(f"peak memory {peak_mb(process.pid):,.0f} MB after a settings change")
        finally:
            process.terminate()
            process.wait(60)
        return *inside_embedded(Path(folder), asked), over_http


def real(batches: list[bytes], asked: dict[str, list[dict[str, Any]]], count: int) -> Any:
    server = Server(os.environ["MEILI_URL"], os.environ.get("MEILI_MASTER_KEY"))
    try:
        indexed = server.fill(batches)
        print(f"\n{os.environ['MEILI_URL']}: {count / indexed:,.0f} documents/s")
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
