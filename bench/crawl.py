"""How fast the whole path is: pages a second from fetch to succeeded index task.

    python bench/crawl.py            the demo's sites, and the saved real pages where present

Beside it, in the same run and on the same pages: trafilatura alone (bare_extraction with metadata)
in a process pool on all cores, which fetches, stores and indexes nothing: the practical limit.
Memory is the crawl process with its workers and the engine, highest of readings 5 times a second.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from crawler.newsroom import open_newsroom  # noqa: E402
from tests.journeys.program import Program, sources_toml  # noqa: E402
from tests.newsroom.saved_pages import SAVED_PAGES, saved_web, unpacked  # noqa: E402


def main() -> None:
    cores = os.cpu_count() or 1
    print(f"{cores} cores, Python {sys.version.split()[0]}\n")
    print(f"{'pages':<14}{'n':>6}{'whole path/s':>14}{'limit/s':>10}{'ratio':>7}{'peak MB':>9}")
    with open_newsroom(datetime.now(UTC)) as newsroom:
        report, peak = crawl(sources_toml(newsroom), {"TECHWIRE_ALLOW_HOSTS": "127.0.0.1"})
        bodies = list(demo_pages(newsroom))
    row("demo sites", report, limit(bodies, cores), peak)
    if not (SAVED_PAGES / "truth.jsonl").exists():
        print("saved pages: not beside this checkout")
        return
    with saved_web() as web:
        settings = {"http_proxy": web.proxy, "no_proxy": "127.0.0.1"}
        report, peak = crawl(web.sources_toml, settings, "--all-topics", "--since", "9999d")
        bodies = [unpacked(SAVED_PAGES, page) for page in web.truth]
    row("saved pages", report, limit(bodies, cores), peak)


def row(name: str, report: dict[str, object], limit_rate: float, peak: float) -> None:
    pages, seconds = int(str(report["fetched"])), float(str(report["seconds"]))
    rate = pages / seconds
    print(
        f"{name:<14}{pages:>6}{rate:>14.1f}{limit_rate:>10.1f}{rate / limit_rate:>7.2f}{peak:>9.0f}"
    )


def crawl(sources: str, settings: dict[str, str], *words: str) -> tuple[dict[str, object], float]:
    """One crawl by the real program. Returns: its report and peak memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sources.toml")
        path.write_text(sources)
        program = Program(Path(folder, "home"), settings)
        process = program.start("crawl", "--sources", str(path), "--json", *words)
        with peak_memory(process, Path(folder, "home")) as peak:
            out, err = process.communicate(timeout=900)
        program.stop_engine()
        if not out:
            sys.exit(f"the crawl failed: {err}")
        return json.loads(out), max(peak)


@contextmanager
def peak_memory(process: "subprocess.Popen[str]", home: Path) -> Iterator[list[float]]:
    """Proportional memory (PSS) of a process, what it started, and its engine, in MB."""
    readings = [0.0]
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.2):
            readings.append(sum(pss_mb(pid) for pid in family(process.pid, home)))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield readings
    finally:
        stop.set()
        thread.join()


def family(pid: int, home: Path) -> set[int]:
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found = {pid}
    grown = True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    with suppress(OSError, ValueError, KeyError):
        found.add(int(json.loads((home / "engine" / "server.json").read_text())["pid"]))
    return found


def pss_mb(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1000
    except OSError:
        pass
    return 0.0


def demo_pages(newsroom: object) -> Iterator[bytes]:
    """The pages behind the demo's listing links."""
    import httpx

    with httpx.Client(follow_redirects=True) as client:
        for article in newsroom.articles:  # type: ignore[attr-defined]
            if article.robots_allowed:
                yield client.get(article.url).content


def limit(bodies: list[bytes], cores: int) -> float:
    """Pages a second of trafilatura alone, on all cores, after every worker has warmed up."""
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        pool.map(extract_alone, bodies[: 4 * cores], chunksize=1)
        began = time.perf_counter()
        pool.map(extract_alone, bodies, chunksize=4)
        return len(bodies) / (time.perf_counter() - began)


def extract_alone(body: bytes) -> bool:
    """One page by trafilatura with its metadata and nothing else."""
    import trafilatura

    return trafilatura.bare_extraction(body, with_metadata=True) is not None


if __name__ == "__main__":
    main()
