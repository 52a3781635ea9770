"""How fast the whole path is: pages a second from download to succeeded index task.

    python bench/pipeline.py [--rounds 3] [--soak PAGES]

The saved real pages on loopback (`pipeline_web.py`: 40 hosts, no delays, gzip), crawled by
`techwire crawl` with the embedded engine. Beside it, in the same run on the same pages: trafilatura
alone in a process pool on all cores, which fetches, stores and indexes nothing (the limit);
trafilatura in the callback of plain Scrapy; news-please where it is installed. Rates are from the
first page sent to the end, the last index task included. On a machine that others use, CPU
milliseconds a page are the truer figures.

--soak: crawl so many pages and print resident memory every 5,000 (or tenth of them) instead.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.pipeline_peers import hops, limit  # noqa: E402
from bench.pipeline_web import HOSTS, SAVED_PAGES, packed, plain  # noqa: E402
from bench.processes import Watched  # noqa: E402
from tests.journeys.program import Program  # noqa: E402
from tests.newsroom.saved_pages import read_truth  # noqa: E402

SAMPLE = 350  # pages of each peer
NEWS_PLEASE_PAGES = 40
TELL_EVERY = 5_000


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--rounds", type=int, default=3, help="times 692 pages")
    words.add_argument("--soak", type=int, metavar="PAGES")
    said = words.parse_args()
    if not (SAVED_PAGES / "truth.jsonl").exists():
        sys.exit("the saved pages are not beside this checkout")
    ids = sorted(page["id"] for page in read_truth())
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {time.strftime('%Y-%m-%d')}")
    if said.soak:
        soak(said.soak, -(-said.soak // len(ids)))
        return
    sample = [(n % said.rounds, page_id) for n, page_id in enumerate(ids)][:: len(ids) // SAMPLE]
    with web(said.rounds, prepare=True) as (proxy, _):
        urls = [address(ids, number, page_id) for number, page_id in sample]
        ours = crawl(proxy)
        # the limit before and after the peers: a busy machine changes its pace
        bodies = [plain(*one) for one in sample]
        rows = [
            ("trafilatura pool (the limit)", limit(bodies, os.cpu_count() or 1)),
            ("Scrapy, trafilatura in callback", peer("blocking", proxy, urls)),
        ]
        if importlib.util.find_spec("newsplease"):
            told = peer("news-please", proxy, urls[:NEWS_PLEASE_PAGES])
            rows.append(("news-please", told))
        else:
            print("news-please is not installed: left out")
    table(ours, rows, hops([packed(*one) for one in sample]), len(sample))


def table(
    ours: dict[str, Any],
    rows: list[tuple[str, dict[str, float]]],
    steps: dict[str, float],
    sample: int,
) -> None:
    pages = ours["pages"]
    whole = {"pages": pages, "seconds": ours["seconds"], "cpu_s": sum(ours["cpu_s"].values())}
    print(f"\n{'':34}{'pages':>7}{'pages/s':>9}{'CPU ms/page':>13}{'rate':>7}{'CPU':>7}")
    limit_rate = rows[0][1]["pages"] / rows[0][1]["seconds"]
    limit_cpu = rows[0][1]["cpu_s"] / rows[0][1]["pages"]
    for name, row in [("techwire, the whole path", whole), *rows]:
        rate, cpu = row["pages"] / row["seconds"], row["cpu_s"] / row["pages"]
        print(
            f"{name:34}{row['pages']:>7.0f}{rate:>9.1f}{1000 * cpu:>13.1f}"
            f"{rate / limit_rate:>7.2f}{limit_cpu / cpu:>7.2f}"
        )
    print("(rate, CPU: times the limit's pages a second, and pages a CPU second)\n")
    print(
        f"start to first page fetched {ours['first_page_s']:.1f} s; peak memory of the crawl, its"
    )
    print(
        f"workers and the engine {ours['peak_mb']:.0f} MB (PSS); {ours['stored']} documents stored"
    )
    print("\nCPU ms a page by process:")
    for role, seconds in ours["cpu_s"].items():
        print(f"  {role:12}{1000 * seconds / pages:8.2f}")
    print(f"  {'(the web)':12}{1000 * ours['web_cpu_s'] / pages:8.2f}")
    print("in a worker, the same steps alone in one process:")
    for step, seconds in steps.items():
        print(f"  {step:12}{1000 * seconds / sample:8.2f}")
    print("in the main process, its loop sampled:")
    for hop, seconds in ours["main_s"].items():
        print(f"  {hop:12}{1000 * seconds / pages:8.2f}")


def soak(pages: int, rounds: int) -> None:
    """Print resident memory as the pages go by."""
    print(f"{'pages':>8}{'main MB':>10}{'workers MB':>12}{'engine MB':>11}{'pages/s':>9}")

    def tell(sent: int, watched: Watched, since_s: float) -> None:
        rss = watched.rss_mb
        print(
            f"{sent:>8}{rss['main']:>10.0f}{rss['workers']:>12.0f}{rss['engine']:>11.0f}"
            f"{sent / since_s:>9.1f}",
            flush=True,
        )

    with web(rounds, prepare=False) as (proxy, _):
        crawl(proxy, most=pages, tell=tell)


def crawl(proxy: str, *, most: int | None = None, tell: Any = None) -> dict[str, Any]:
    """One crawl by the real program, looked at from outside."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        home.mkdir()
        sources = Path(folder, "sources.toml")
        sources.write_text("".join(map(source, range(HOSTS))))
        program = Program(home, {"http_proxy": proxy, "no_proxy": "127.0.0.1"})
        sampled = Path(folder, "main.json")
        began, web_before = time.time(), told(proxy)
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "bench" / "pipeline_sampled.py"), str(sampled)]
            + ["crawl", "--sources", str(sources), "--json", "--all-topics"]
            + ([] if most is None else ["--limit", str(-(-most // HOSTS))]),
            cwd=home,
            env={**program.env(), "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        watched = Watched(process.pid, home)
        try:
            every = min(TELL_EVERY, (most or TELL_EVERY) // 10)
            next_tell = every
            while process.poll() is None:
                time.sleep(0.5)
                if tell is not None and (web_now := told(proxy))["sent"] >= next_tell:
                    tell(web_now["sent"], watched, time.time() - web_now["first_s"])
                    next_tell += every
            ended, web_after = time.time(), told(proxy)
            out = process.communicate()[0]
        finally:
            process.kill()
            watched.stop()
            program.stop_engine()
        report = json.loads(out)
        if tell is not None:
            print(f"{report['fetched']} pages, {report['stored']} documents, {report['failed']}")
        return {
            "pages": report["fetched"],
            "stored": report["stored"],
            "seconds": ended - web_after["first_s"],
            "first_page_s": web_after["first_s"] - began,
            "cpu_s": watched.cpu_s,
            "peak_mb": watched.peak_mb,
            "web_cpu_s": web_after["cpu_s"] - web_before["cpu_s"],
            "main_s": json.loads(sampled.read_text()),
        }


def peer(name: str, proxy: str, urls: list[str]) -> dict[str, float]:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(urls))
        file.flush()
        command = [sys.executable, str(ROOT / "bench" / "pipeline_peers.py"), name, proxy]
        done = subprocess.run([*command, file.name], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def web(rounds: int, *, prepare: bool) -> Iterator[tuple[str, int]]:
    """The web in a process of its own. Yields: its proxy's address and process id."""
    command = [sys.executable, str(ROOT / "bench" / "pipeline_web.py"), str(rounds)]
    command += ["--prepare"] if prepare else []
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process.pid
    finally:
        process.kill()
        process.communicate()


def told(proxy: str) -> dict[str, float]:
    with urllib.request.urlopen(f"{proxy}/progress") as answer:
        found: dict[str, float] = json.load(answer)
    return found


def source(number: int) -> str:
    home = f"http://site{number:02}.example/"
    return (
        f'[[source]]\nid = "site{number:02}"\nname = "Site {number}"\nhomepage = "{home}"\n'
        f'feeds = ["{home}feed.xml"]\ndelay_s = 0\n'
    )


def address(ids: list[str], number: int, page_id: str) -> str:
    return f"http://site{ids.index(page_id) % HOSTS:02}.example/r{number}/{page_id}.html"


if __name__ == "__main__":
    main()
