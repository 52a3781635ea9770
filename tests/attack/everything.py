"""Every attack in a row, on one deployment in a folder of its own."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.attack import asked, commanded, read, shown
from tests.attack.asked import Door
from tests.attack.crawled import Crawled, crawl_all
from tests.attack.outcome import Outcome
from tests.attack.sites import SITES
from tests.attack.web import serving
from tests.journeys.program import Program
from tests.loopback import closed_port

START_S = 60.0


def attacks(*, full: bool, seed: int, parts: tuple[str, ...] = ()) -> Iterator[Outcome]:
    """Try everything. full: all cases, some of chance; else what a CI has time for.

    parts: of "commands", "crawl" and "doors" (which crawls too); all when there are none.
    """
    with tempfile.TemporaryDirectory(prefix="techwire-attack-") as name:
        folder = Path(name)
        if not parts or "commands" in parts:
            yield from commanded.attack(folder, full=full)
            if full:
                yield from read.pages(folder / "pages", seed)
        if not parts or "crawl" in parts or "doors" in parts:
            yield from _on_the_web(folder, full=full, seed=seed, doors="crawl" not in parts)


def _on_the_web(folder: Path, *, full: bool, seed: int, doors: bool) -> Iterator[Outcome]:
    with serving() as web:
        sites = [site for site in SITES if full or not site.full]
        sites += read.sites(seed) if full else []
        words = shown.hostile_words()
        crawled = crawl_all(folder, web, sites, more=words, before=shown.ask_for_news)
        try:
            yield from crawled.outcomes()
            if doors:
                with _served(crawled.program) as page, _metrics(crawled.program) as metrics:
                    engine = _engine(crawled.program)
                    yield from shown.look(crawled, page)
                    yield from asked.pictures(page, crawled.canaries[0])
                    yield asked.other_batch(engine)
                    for door in (page, engine, metrics):
                        yield from asked.attack(door, full=full, seed=seed)
                yield from _grieved(crawled)
        finally:
            crawled.program.stop_engine()


def _grieved(crawled: Crawled) -> Iterator[Outcome]:
    """An index whose files are garbage: a search says that it recovers, or finds all the same."""
    program = crawled.program
    program.stop_engine(within_s=START_S)
    for file in program.home.glob("engine/indexes/*/**/*"):
        if file.is_file() and not file.name.startswith("."):
            file.write_bytes(b"garbage" * 100)
    done = program.run("search", shown.WORD)
    said = (done.stdout + done.stderr).lower()
    is_right = shown.WORD in done.stdout or any(w in said for w in ("recover", "rebuil", "restor"))
    wrong = None if is_right and "traceback" not in said else f"{said[:200]!r}"
    yield Outcome(kind="commands", name="search, garbage in the index", wrong=wrong)


@contextmanager
def _served(program: Program) -> Iterator[Door]:
    url = f"http://127.0.0.1:{closed_port()}"
    words = ("serve", "--port", url.rpartition(":")[2])
    with _running(program, words, Door("page", url, "/healthz")) as door:
        yield door


@contextmanager
def _metrics(program: Program) -> Iterator[Door]:
    address = f"127.0.0.1:{closed_port()}"
    words = ("index", "--follow", "--metrics", address)
    with _running(program, words, Door("metrics", f"http://{address}", "/healthz")) as door:
        yield door


@contextmanager
def _running(program: Program, words: tuple[str, ...], door: Door) -> Iterator[Door]:
    with (program.home.parent / f"{words[0]}.log").open("w") as said:
        process = program.start(*words, output=said)
        try:
            assert door.well(START_S), Path(said.name).read_text()
            yield door
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _engine(program: Program) -> Door:
    folder = program.home / "engine"
    told = json.loads((folder / "server.json").read_text())
    return Door("engine", told["url"], "/health", (folder / "master-key").read_text().strip())


def tell(outcomes: Iterator[Outcome], say: Callable[[str], None]) -> list[Outcome]:
    """Gather outcomes; failures are told as they come."""
    found = []
    for one in outcomes:
        found.append(one)
        if one.wrong is not None:
            say(f"{one.kind}, {one.name}: {one.wrong}")
    return found
