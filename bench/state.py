"""How many articles and polls a second does the state database take?

    python bench/state.py [ARTICLES] [postgresql://...] [--urls N]

Stores ARTICLES (1,000) made-up articles of 450 words as a crawl does, through
`crawler.state.store`: one transaction each, as in a slow crawl, and eight together, as in a busy
one. Then notes as many listings that brought nothing new, as a watch does. SQLite always; the named
PostgreSQL too, which must be empty, by one process and by four at once. Prints how many a
second, and the bytes an article takes in the database.

Then how long looks take: a source's new pages, with nothing settled and with 100,000 settled URLs;
and what /metrics and `status` read, where a hundred days of a crawl left N URLs (none by default:
a million takes a minute to write).
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import Engine, text  # noqa: E402

from crawler.enrichment.shingles import shingles  # noqa: E402
from crawler.runs.numbers import Numbers  # noqa: E402
from crawler.sources.source import Source  # noqa: E402
from crawler.state import listings, polls, schedule, seen  # noqa: E402
from crawler.state.intervals import Rules  # noqa: E402
from crawler.state.listings import ListingAnswer  # noqa: E402
from crawler.state.polls import PollResult  # noqa: E402
from crawler.state.store import Found, store_in  # noqa: E402
from crawler.state.tables import every_table  # noqa: E402
from crawler.urls import document_id  # noqa: E402
from indexer.foundation.config import database_address  # noqa: E402
from indexer.foundation.database import begin, connect, reading  # noqa: E402
from indexer.foundation.statements import insert_rows  # noqa: E402
from tests.factories import a_site, an_article, an_entry, some_facets  # noqa: E402

Spent = tuple[float, float]  # seconds by the clock, and of this process's CPU

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WORDS_AN_ARTICLE = 450
SOURCES = 300
TOGETHER = 8
SETTLED = 100_000
DAYS = 100
LOOKS = 20
VOCABULARY = [f"word{number}" for number in range(50_000)]
ZIPF = list(accumulate(1 / rank for rank in range(1, len(VOCABULARY) + 1)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", nargs="?", type=int, default=1_000)
    parser.add_argument("postgresql", nargs="?")
    parser.add_argument("--urls", type=int, default=0)
    asked = parser.parse_args()
    every_table()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/state.db"
        measure("SQLite", url, asked.articles, processes=1)
        look("SQLite", url, asked.urls)
    if asked.postgresql:
        url = database_address(asked.postgresql, "the second argument")
        measure("PostgreSQL", url, asked.articles, processes=1)
        measure("PostgreSQL", url, asked.articles, processes=4)
        look("PostgreSQL", url, asked.urls)


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
    sources = {name: a_source(name) for name in names}
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


def look(name: str, url: str, urls: int) -> None:
    """Prints how long looks take. The rows are written as a crawl leaves them, in bulk."""
    engine = connect(url)
    fresh, old = "looked-at-fresh", "looked-at-old"
    fill(engine, [a_mark(old, n, seen.Outcome.STORED, day=n % DAYS) for n in range(SETTLED)])
    for source in (fresh, old):
        entries = [an_entry(f"new-{n}", source_id=source) for n in range(20)]
        with begin(engine) as connection:
            seen.note_found(connection, entries, now=NOW)
    none, many = (best_ms(lambda s=s: new_pages(engine, s)) for s in (fresh, old))
    print(
        f"{name}: a source's new pages {none:.2f} ms with none settled, {many:.2f} ms with "
        f"{SETTLED:,}: {many / none:.1f} times",
        flush=True,
    )
    if urls:
        dice = random.Random(7)
        for at in range(0, urls, 10_000):
            fill(engine, [marked(dice, n, urls) for n in range(at, min(urls, at + 10_000))])
        analyse(engine)
        sources = [a_source(f"source-{n}") for n in range(SOURCES)]
        metrics = best_ms(lambda: Numbers(engine, sources, None).standing(), times=3)
        with reading(engine) as connection:
            counting = best_ms(lambda: seen.outcome_counts(connection), times=3)
        print(
            f"{name}, {urls:,} URLs of {DAYS} days: a look of /metrics {metrics:,.0f} ms; "
            f"counting all outcomes, for `status`, {counting:,.0f} ms",
            flush=True,
        )
    engine.dispose()


def new_pages(engine: Engine, source: str) -> None:
    with reading(engine) as connection:
        assert len(seen.pending(connection, source, now=NOW, limit=100)) == 20


def best_ms(work: Callable[[], object], times: int = LOOKS) -> float:
    """The quickest of some: what others do on the machine does not make it quicker."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return 1000 * min(spent)


def marked(dice: random.Random, number: int, urls: int) -> tuple[object, ...]:
    """A URL's row: the last days' wait or failed now and then, the others are settled."""
    day = number * DAYS // urls
    source = f"source-{dice.randrange(SOURCES)}"
    chance = dice.random()
    if day == 0 and chance < 0.1:
        return a_mark(source, number, seen.Outcome.FOUND, day=day)
    if chance < 0.4:
        return a_mark(source, number, seen.Outcome.STORED, day=day)
    if chance < 0.42:
        return a_mark(source, number, seen.Outcome.DROPPED, day=day, status=403, why="http 403")
    return a_mark(source, number, seen.Outcome.DROPPED, day=day, why="off-topic: no tech topic")


def a_mark(
    source: str,
    number: int,
    outcome: seen.Outcome,
    *,
    day: int,
    status: int = 200,
    why: str | None = None,
) -> tuple[object, ...]:
    """A row of the table of seen URLs, `day` days old."""
    entry = an_entry(f"{number}", source_id=source)
    at = int((datetime.now(UTC) - timedelta(days=day)).timestamp())
    waits = outcome is seen.Outcome.FOUND
    row = {
        "url_id": document_id(entry.url),
        "url": entry.url,
        "source_id": source,
        "found_in": entry.found_in,
        "kind": entry.kind,
        "found_at": at,
        "published_at": at - 600,
        "entry": seen.entry_to_json(entry) if waits else None,
        "outcome": str(outcome),
        "reason": why,
        "http_status": None if waits else status,
        "fetched_at": None if waits else at,
        "attempts": 0,
        "document_id": document_id(entry.url) if outcome is seen.Outcome.STORED else None,
    }
    return tuple(row.get(column.name) for column in seen.SEEN.columns)


def fill(engine: Engine, rows: Sequence[tuple[object, ...]]) -> None:
    with begin(engine) as connection:
        insert_rows(connection, seen.SEEN, rows)


def analyse(engine: Engine) -> None:
    """As PostgreSQL does by itself a minute later; SQLite has no figures either way."""
    if engine.dialect.name == "postgresql":
        with begin(engine) as connection:
            connection.execute(text("ANALYZE"))


def a_source(name: str) -> Source:
    return Source(
        id=name,
        name=name,
        homepage=f"https://{name}.example/",
        feeds=(f"https://{name}.example/feed",),
        country="GB",
        language="en",
    )


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
