"""`techwire sources check`: whether sources answer, parse, are alive, and give an article.

Nothing is stored: a check is a look, not a crawl.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from crawler.article import Entry, Page
from crawler.discovery.listing import Listing, left_out_words
from crawler.discovery.reading import RawListing
from crawler.errors import CrawlerError, ExtractionError, FetchError, RobotsRefusal
from crawler.net.visiting import Visitor
from crawler.sources.source import Source, unverified_sites
from crawler.sources.writing import Override
from crawler.workers.pool import Workers, harvest
from indexer.foundation.config import Config
from indexer.foundation.times import now_utc

AT_ONCE = 16  # sources; a host gets one request at a time whatever this is
LONGEST_S = 300.0  # for one source
MOST_SAMPLES = 3  # the newest entry may be a video
MOST_CHILDREN = 3  # sub-sitemaps looked into for an entry
STALE = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingCheck:
    """One listing. newest: aware UTC, or None when undated. problem: None when it works.

    left_out: what was left out of it or doubted, one line each. passing: the problem may be gone
    at the next try: no answer, or one that says so.
    """

    kind: str
    url: str
    entries: int = 0
    newest: datetime | None = None
    problem: str | None = None
    passing: bool = False
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One source. sample: address of an article that extracts, with its title and characters.

    problems: what a person should look at; none when all is well.
    """

    source_id: str
    listings: tuple[ListingCheck, ...]
    sample: str | None = None
    title: str | None = None
    characters: int = 0
    problems: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def left_out(self) -> str:
        """What its listings are read without, in one line."""
        return left_out_words(line for one in self.listings for line in one.left_out)

    @property
    def newest(self) -> datetime | None:
        """When its newest dated entry appeared, aware UTC."""
        return max((one.newest for one in self.listings if one.newest), default=None)

    def as_json(self, *, now: datetime) -> dict[str, Any]:
        """The check as a JSON object."""
        listings = [
            asdict(one) | {"newest": one.newest.isoformat() if one.newest else None}
            for one in self.listings
        ]
        return {
            "id": self.source_id,
            "ok": not self.problems,
            "problems": list(self.problems),
            "left_out": self.left_out,
            "newest": self.newest.isoformat() if self.newest else None,
            "newest_age_s": int((now - self.newest).total_seconds()) if self.newest else None,
            "sample": {"url": self.sample, "title": self.title, "characters": self.characters}
            if self.sample
            else None,
            "listings": listings,
            "seconds": round(self.seconds, 2),
        }


def check_sources(
    sources: Sequence[Source], config: Config, *, on_progress: Callable[[Check], object]
) -> list[Check]:
    """Check every source, a bounded number at once; in their order.

    on_progress: gets each check when it is done.
    """
    workers = Workers(config.workers)
    try:
        return asyncio.run(_check_all(sources, config, workers, on_progress))
    finally:
        workers.close()


def passes(sources: Sequence[Source], checks: Sequence[Check], *, now: datetime) -> list[Override]:
    """What the user's file is to say of unverified sources whose check found nothing wrong."""
    unverified = {source.id for source in sources if source.unverified}
    return [
        Override(
            source_id=check.source_id,
            fields={"unverified": False, "last_seen": now.date()},
            note=f"its check passed on {now:%Y-%m-%d}",
        )
        for check in checks
        if check.source_id in unverified and not check.problems
    ]


async def _check_all(
    sources: Sequence[Source],
    config: Config,
    workers: Workers,
    on_progress: Callable[[Check], object],
) -> list[Check]:
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(source: Source) -> Check:
        async with at_once:
            check = await check_source(source, visitor, workers)
        on_progress(check)
        return check

    async with Visitor(config, unverified=unverified_sites(sources)) as visitor:
        return list(await asyncio.gather(*map(one, sources)))


async def check_source(source: Source, visitor: Visitor, workers: Workers) -> Check:
    """The check of one source."""
    began_s = time.monotonic()
    checker = _Checker(source, visitor, workers)
    try:
        async with asyncio.timeout(LONGEST_S):
            await checker.look()
    except TimeoutError:
        checker.problems.append(f"took longer than {LONGEST_S:g} s")
    return checker.result(time.monotonic() - began_s)


class _Checker:
    """The check of one source, under way."""

    def __init__(self, source: Source, visitor: Visitor, workers: Workers) -> None:
        self.source = source
        self.visitor = visitor
        self.workers = workers
        self.now = now_utc()
        self.listings: list[ListingCheck] = []
        self.entries: list[Entry] = []
        self.problems: list[str] = []
        self.sample: Page | None = None
        self.title: str | None = None
        self.characters = 0

    async def look(self) -> None:
        """Ask every listing, then a few of the newest articles until one extracts."""
        source = self.source
        for kind, urls in (
            ("feed", source.feeds),
            ("sitemap", source.sitemaps),
            ("section", source.sections),
        ):
            for url in urls:
                await self._listing(kind, url)
        if not self.listings:
            self.problems.append("no listing of it is known")
        self.problems += [f"{one.url}: {one.problem}" for one in self.listings if one.problem]
        newest = max((one.newest for one in self.listings if one.newest), default=None)
        if newest is not None and self.now - newest > STALE:
            self.problems.append(f"the newest entry is {(self.now - newest).days} days old")
        await self._sample()

    def result(self, seconds: float) -> Check:
        return Check(
            source_id=self.source.id,
            listings=tuple(self.listings),
            sample=self.sample.url if self.sample else None,
            title=self.title,
            characters=self.characters,
            problems=tuple(self.problems),
            seconds=seconds,
        )

    async def _listing(self, kind: str, url: str) -> None:
        entries, problem, left_out = await self._entries(kind, url)
        dates = [d for e in entries if (d := e.published or e.modified) and d <= self.now]
        self.listings.append(
            ListingCheck(
                kind=kind,
                url=url,
                entries=len(entries),
                newest=max(dates, default=None),
                problem=None if problem is None else str(problem),
                passing=isinstance(problem, CrawlerError) and _may_pass(problem),
                left_out=left_out,
            )
        )
        self.entries += entries[:MOST_SAMPLES]

    async def _entries(
        self, kind: str, url: str
    ) -> tuple[Sequence[Entry], CrawlerError | str | None, tuple[str, ...]]:
        """What a listing announces, of an index what its first sub-sitemap with entries does.

        Returns: that, what is wrong with it, and what it was read without.
        """
        listing = await self._read(kind, url)
        if isinstance(listing, CrawlerError):
            return (), listing, ()
        for child in listing.children[:MOST_CHILDREN] if not listing.entries else ():
            inner = await self._read(kind, child)
            if isinstance(inner, Listing) and inner.entries:
                return inner.entries, None, (*listing.problems, *inner.problems)
        if listing.entries:
            return listing.entries, None, listing.problems
        return (), "; ".join(listing.problems) or "lists no articles", ()

    async def _read(self, kind: str, url: str) -> Listing | CrawlerError:
        try:
            answer = await self.visitor.get(url, pause_s=self.source.delay_s)
        except FetchError as error:
            return error
        raw = RawListing(
            kind=kind,
            url=answer.url,
            source_id=self.source.id,
            body=answer.body,
            content_type=answer.content_type,
            zone=self.source.timezone,
            now=self.now,
        )
        return await self.workers.listing(raw)

    async def _sample(self) -> None:
        reasons: list[str] = []
        for entry in self.entries[:MOST_SAMPLES]:
            try:
                await self._extract(entry)
            except (FetchError, ExtractionError) as error:
                reasons.append(
                    f"{entry.url}: {error}" if isinstance(error, ExtractionError) else str(error)
                )
            else:
                return
        if self.entries:
            self.problems.append(f"no sample article extracts: {reasons[0]}")

    async def _extract(self, entry: Entry) -> None:
        answer = await self.visitor.get(entry.url, pause_s=self.source.delay_s)
        page = Page(
            url=answer.url,
            body=answer.body,
            encoding=answer.encoding,
            fetched_at=self.now,
            site=self.source.site(),
            entry=entry,
        )
        articles = await self.workers.run(harvest, page)
        self.sample = page
        self.title = articles[0][0].title
        self.characters = len(articles[0][0].text)


def _may_pass(error: CrawlerError) -> bool:
    """Whether the next try may find it gone: no answer, or a server that is not well."""
    if isinstance(error, RobotsRefusal) or not isinstance(error, FetchError):
        return False
    return error.status is None or error.status == 429 or error.status >= 500
