"""Pages that need no fetch: WARC files and folders of saved pages, through the same extraction.

Common Crawl's CC-NEWS files are WARC. What was seen before is passed over, so a long ingestion can
be stopped and started again.
"""

import gzip
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree, html
from sqlalchemy import Engine

from crawler.article import Entry, Page
from crawler.errors import CrawlerError, ExtractionError
from crawler.offline.keeping import Keeping
from crawler.offline.warc import (
    MAX_PAGE_BYTES,
    WACZ_NAMES,
    WARC_NAMES,
    Kept,
    wacz_pages,
    warc_pages,
)
from crawler.rights.signals import refusal
from crawler.settings import ROBOTS_NAME
from crawler.sources.publishers import site_of_page
from crawler.sources.registry import Registry
from crawler.state import seen
from crawler.state.seen import Outcome, Settlement
from crawler.state.store import Found, store
from crawler.urls import canonical_url
from crawler.workers.pool import Harvest, Workers, harvest, rights_of
from indexer.foundation.database import begin

PAGE_NAMES = (".html", ".htm", ".html.gz", ".htm.gz")
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingestion:
    """What an ingestion did, in pages. known: seen before. dropped: reason -> pages.

    damaged: what of the archives could not be read, a line each.
    """

    pages: int
    stored: int
    known: int
    dropped: dict[str, int]
    damaged: tuple[str, ...] = ()


def ingest(
    engine: Engine,
    registry: Registry,
    path: Path,
    *,
    workers: int,
    keeping: Keeping = Keeping(),
    on_progress: Callable[[str], object] = lambda line: None,
) -> Ingestion:
    """Extract and store every page of a WARC file, a saved page, or a folder of either.

    Raises: CrawlerError when nothing is there.
    """
    pool = Workers(workers)
    counts: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    damaged: list[str] = []
    try:
        fresh = _fresh(engine, registry, path, counts, dropped, damaged.append, keeping.refused)
        for page, result in pool.ordered(harvest, fresh):
            reason = _settle(engine, page, result, keeping)
            counts["stored" if reason is None else "dropped"] += 1
            if reason is not None:
                dropped[reason] += 1
            if sum(counts.values()) % 500 == 0:
                on_progress(f"{counts['stored']} stored, {counts['dropped']} dropped")
    finally:
        pool.close()
    return Ingestion(
        pages=sum(counts.values()),
        stored=counts["stored"],
        known=counts["known"],
        dropped=dict(dropped.most_common()),
        damaged=tuple(damaged),
    )


def pages_in(path: Path, on_damage: Callable[[str], object] = lambda line: None) -> Iterator[Kept]:
    """Every HTML page of a file or folder, in order of names. Raises: CrawlerError.

    on_damage: gets what of a WARC file could not be read.
    """
    if path.is_dir():
        files = sorted(
            file
            for file in path.rglob("*")
            if file.name.endswith(WARC_NAMES + WACZ_NAMES + PAGE_NAMES)
        )
    else:
        files = [path]
    if not files or not files[0].exists():
        raise CrawlerError(f"{path} holds no .warc, .warc.gz, .wacz or .html file")
    for file in files:
        if file.name.endswith(WARC_NAMES):
            yield from warc_pages(file, agent=ROBOTS_NAME, on_damage=on_damage)
        elif file.name.endswith(WACZ_NAMES):
            yield from wacz_pages(file, agent=ROBOTS_NAME, on_damage=on_damage)
        elif file.name.endswith(PAGE_NAMES):
            page = _saved_page(file)
            if page is not None:
                yield Kept(page=page)
        else:
            words = "give a .warc, .warc.gz, .wacz or .html file, or a folder of them"
            raise CrawlerError(f"{file}: {words}")


def _fresh(
    engine: Engine,
    registry: Registry,
    path: Path,
    counts: Counter[str],
    dropped: Counter[str],
    on_damage: Callable[[str], object],
    refused: Collection[str],
) -> Iterator[Page]:
    """The pages to read: not those seen before, nor those reserved, which are counted."""
    for kept in pages_in(path, on_damage):
        page = kept.page
        site = site_of_page(page.url, registry)
        entry = Entry(url=page.url, source_id=site.id, found_in=str(path), kind="archive")
        reserved = refusal(rights_of(page), refused)
        with begin(engine) as connection:
            known = seen.is_settled(connection, entry.url)
            if not known:
                seen.found(connection, [entry], now=page.fetched_at)
                if reserved:
                    end = Settlement(
                        outcome=Outcome.DROPPED, reason=f"tdm: {reserved}", http_status=200
                    )
                    seen.settle(connection, entry, end, now=page.fetched_at)
        if known:
            counts["known"] += 1
        elif reserved:
            counts["dropped"] += 1
            dropped["tdm"] += 1
        else:
            yield replace(page, site=site, entry=entry)


def _settle(
    engine: Engine,
    page: Page,
    result: Harvest | ExtractionError,
    keeping: Keeping,
) -> str | None:
    """Store a page's articles. Returns: why it gave no document, or None when it did."""
    assert page.entry is not None
    assert page.site is not None
    reason = None
    if isinstance(result, ExtractionError):
        reason = str(result)
        result = ()
    elif not all(keeping.lets_in(article.published) for article, _ in result):
        reason = "out of the asked dates"
        result = ()
    if reason is not None:
        end = Settlement(outcome=Outcome.DROPPED, reason=reason, http_status=200)
        with begin(engine) as connection:
            seen.settle(connection, page.entry, end, now=page.fetched_at)
        return reason.partition(":")[0]
    found = Found(entry=page.entry, site=page.site, http_status=200, articles=result)
    stored = store(engine, found, now=page.fetched_at, all_topics=keeping.all_topics)
    return None if stored else "off-topic"


def _saved_page(file: Path) -> Page | None:
    """A saved page with the address it names itself; None when it names none."""
    opener = gzip.open if file.suffix == ".gz" else open
    try:
        with opener(file, "rb") as stream:
            body = stream.read(MAX_PAGE_BYTES + 1)
    except (OSError, EOFError):  # gone, closed, or a broken .gz
        return None
    url = _own_address(body)
    if url is None or len(body) > MAX_PAGE_BYTES:
        return None
    saved_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return Page(url=url, body=body, fetched_at=saved_at)


def _own_address(body: bytes) -> str | None:
    found = _SAVED_FROM.search(body[:2_000])
    if found:
        return canonical_url(found[1].decode("utf-8", "replace"))
    try:
        tree = html.document_fromstring(body[:500_000])
    except (ValueError, etree.ParserError):
        return None
    addresses: Any = tree.xpath(
        "//link[@rel='canonical']/@href | //meta[@property='og:url']/@content"
    )
    return next((str(a) for a in addresses if str(a).startswith(("http://", "https://"))), None)
