"""How many articles and polls a second does the state database take?

    python bench/state.py [ARTICLES] [postgresql://...]

Stores ARTICLES (1,000) made-up articles of 450 words as a crawl does, through
`crawler.state.store`: one transaction each, as in a slow crawl, and eight together, as in a busy
one. Then notes as many listings that brought nothing new, as a watch does. SQLite always; the named
PostgreSQL too, which must be empty, by one process and by four at once. Prints how many a
second, and the bytes an article takes in the database.
"""

import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import Engine, text  # noqa: E402

from crawler.enrichment.shingles import shingles  # noqa: E402
from crawler.sources.source import Source  # noqa: E402
from crawler.state import listings, polls, schedule, seen  # noqa: E402
from crawler.state.intervals import Rules  # noqa: E402
from crawler.state.listings import ListingAnswer  # noqa: E402
from crawler.state.polls import PollResult  # noqa: E402
from crawler.state.store import Found, store_in  # noqa: E402
from crawler.state.tables import every_table  # noqa: E402
from indexer.foundation.config import database_address  # noqa: E402
from indexer.foundation.database import begin, connect  # noqa: E402
from tests.factories import a_site, an_article, an_entry, some_facets  # noqa: E402

Spent = tuple[float, float]  # seconds by the clock, and of this process's CPU

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WORDS_AN_ARTICLE = 450
SOURCES = 300
TOGETHER = 8
VOCABULARY = [f"word{number}" for number in range(50_000)]
ZIPF = list(accumulate(1 / rank for rank in range(1, len(VOCABULARY) + 1)))


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    every_table()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/state.db"
        measure("SQLite", url, count, processes=1)
    if len(sys.argv) > 2:
        url = database_address(sys.argv[2], "the second argument")
        measure("PostgreSQL", url, count, processes=1)
        measure("PostgreSQL", url, count, processes=4)


def measure(name: str, url: str, count: int, *, processes: int) -> None:
    before = size(url)
    share = count // processes
    stored = rate(store_articles, url, share, processes)
    together = rate(store_together, url, share, processes)
    grown = (size(url) - before) / (2 * share * processes)
    polled = rate(note_polls, url, share, processes)
    print(
        f"{name}, {processes} process(es): articles {stored}, {TOGETHER} together {together}, "
        f"polls {polled}; "
        f"{grown / 1000:,.1f} kB of database an article",
        flush=True,
    )


def rate(work: Callable[[str, int, int], Spent], url: str, share: int, processes: int) -> str:
    """Runs `work` in so many processes. Returns: units a second of all, and CPU of one unit."""
    connect(url).dispose()
    seeds = [random.getrandbits(40) for _ in range(processes)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        spent = pool.starmap(work, [(url, share, seed) for seed in seeds])
    units = share * processes
    slowest_s = max(seconds for seconds, _ in spent)
    cpu_ms = 1000 * sum(cpu for _, cpu in spent) / units
    return f"{units / slowest_s:,.0f}/s ({cpu_ms:.1f} ms CPU of the client each)"


def store_articles(url: str, count: int, seed: int, together: int = 1) -> Spent:
    """The making of the articles is left out of the time."""
    dice = random.Random(seed)
    found = [an_arrival(dice, f"{seed:x}-{number}") for number in range(count)]
    engine = connect(url)
    began = time.perf_counter(), time.process_time()
    for at in range(0, count, together):
        with begin(engine) as connection:
            for one in found[at : at + together]:
                store_in(connection, one, now=NOW)
    return ended(engine, began)


def store_together(url: str, count: int, seed: int) -> Spent:
    return store_articles(url, count, seed, TOGETHER)


def an_arrival(dice: random.Random, name: str) -> Found:
    words = dice.choices(VOCABULARY, cum_weights=ZIPF, k=WORDS_AN_ARTICLE)
    lines = "\n".join(" ".join(words[at : at + 60]) for at in range(0, len(words), 60))
    source = f"source-{dice.randrange(SOURCES)}"
    article = replace(an_article(name, source_id=source), text=lines)
    return Found(
        entry=an_entry(name, source_id=source),
        site=a_site(source),
        http_status=200,
        articles=((article, some_facets(shingles=shingles(lines, "en"))),),
    )


def note_polls(url: str, count: int, seed: int) -> Spent:
    """A due source leased, its listing noted as unchanged, the source given back: as a watch."""
    engine = connect(url)
    names = [f"{seed:x}-{number}" for number in range(count)]
    sources = {
        name: Source(
            id=name,
            name=name,
            homepage=f"https://{name}.example/",
            feeds=(f"https://{name}.example/feed",),
            country="GB",
            language="en",
        )
        for name in names
    }
    with begin(engine) as connection:
        schedule.enroll(connection, dict.fromkeys(names, NOW), now=NOW)
    began = time.perf_counter(), time.process_time()
    for name in names:
        with begin(engine) as connection:
            (lease,) = schedule.lease(connection, f"bench-{seed}", [name], now=NOW, limit=1)
        feed = sources[name].feeds[0]
        answer = ListingAnswer(url=feed, source_id=name, kind="feed", http_status=304)
        with begin(engine) as connection:
            seen.note_found(connection, [], now=NOW)
            listings.answered(connection, answer, now=NOW)
            polls.note(connection, answer, PollResult(), sources[name], Rules(), now=NOW)
        with begin(engine) as connection:
            schedule.finish(connection, lease, due_at=NOW + timedelta(hours=1))
    return ended(engine, began)


def ended(engine: Engine, began: Spent) -> Spent:
    spent = time.perf_counter() - began[0], time.process_time() - began[1]
    engine.dispose()
    return spent


def size(url: str) -> int:
    """Bytes of the database on disk, with its log written back."""
    engine = connect(url)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            found = connection.scalar(text("SELECT pg_database_size(current_database())"))
        else:
            found = connection.scalar(
                text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            )
    engine.dispose()
    return int(found or 0)


if __name__ == "__main__":
    main()
