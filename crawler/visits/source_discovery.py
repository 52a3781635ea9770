"""`techwire sources discover`: where a site announces its articles, tried out.

Candidates and guesses come from `crawler.discovery`; here they are fetched and the best chosen.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from crawler.discovery import autodiscovery, guesses
from crawler.discovery.listing import Listing
from crawler.discovery.reading import RawListing, try_listing
from crawler.discovery.sitemaps import robots_sitemaps
from crawler.errors import CrawlerError, FetchError, ListingError, RobotsRefusal
from crawler.net.fetching import Download
from crawler.net.visiting import Visitor
from crawler.urls import document_id, join

MOST_LINKED = 8  # candidates of one kind that a page names
MOST_CHILDREN = 4
MOST_SECTIONS = 5
MOST_CHOSEN = 3
FEWEST_SECTION_ENTRIES = 2  # a single article-like link is often none
_NO_PAGE = b"<html></html>"  # stands for a front page that is closed


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedListing:
    """One listing that was tried. problem: why it is of no use, or None. chosen: for the entry."""

    kind: str
    url: str
    entries: int = 0
    newest: datetime | None = None
    problem: str | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a site offers. entry: TOML for the user's file, or None when nothing works."""

    homepage: str
    findings: tuple[TriedListing, ...]
    entry: str | None

    def as_json(self) -> dict[str, Any]:
        """The discovery as a JSON object."""
        tried = [
            asdict(f) | {"newest": f.newest.isoformat() if f.newest else None}
            for f in self.findings
        ]
        return {"homepage": self.homepage, "findings": tried, "entry": self.entry}


async def discover(
    url: str,
    visitor: Visitor,
    *,
    now: datetime,
    pause_s: float | None = None,
    on_progress: Callable[[str], object] = lambda line: None,
) -> Discovery:
    """Look at a site and try what it offers, usual addresses too where its front page is closed.

    pause_s: between two requests to its host, or None for the visitor's. on_progress: gets each
    address that is asked. Raises: FetchError when the page cannot be had and nothing else is there.
    """
    return await _SourceDiscovery(visitor, now, pause_s, on_progress).discover(url)


class _SourceDiscovery:
    """One discovery under way."""

    def __init__(
        self,
        visitor: Visitor,
        now: datetime,
        pause_s: float | None,
        on_progress: Callable[[str], object],
    ) -> None:
        self.visitor = visitor
        self.now = now
        self.pause_s = pause_s
        self.on_progress = on_progress
        self.findings: dict[str, TriedListing] = {}
        self.listed: list[set[str]] = []  # articles of each chosen feed

    async def discover(self, url: str) -> Discovery:
        address = url if "://" in url else f"https://{url}"
        closed: FetchError | None = None
        try:
            page = await self._get(address)
        except FetchError as error:
            if not _is_but_closed(error):
                raise
            closed, page = error, Download(url=address, status=0, body=_NO_PAGE)
        feeds = []
        if isinstance(read := _read("feed", page, self.now), Listing):
            self._note("feed", page.url, read)
            feeds = [page.url]
            page = await self._get(join(page.url, "/"))
        feeds += await self._feeds(page, needed=not feeds)
        sitemaps = await self._sitemaps(page)
        if closed is not None and not feeds and not sitemaps:
            raise closed
        sections = await self._sections(page, needed=not feeds and not sitemaps)
        chosen = {*feeds, *sitemaps, *sections}
        language = guesses.guess_language(page.body, page.url)
        entry = None
        if chosen:
            entry = autodiscovery.ready_entry(
                page.url,
                name=guesses.guess_name(page.body, page.url),
                country=guesses.guess_country(page.body, page.url, language.value),
                language=language,
                feeds=feeds,
                sitemaps=sitemaps,
                sections=sections,
            )
        findings = tuple(replace(f, chosen=f.url in chosen) for f in self.findings.values())
        return Discovery(homepage=page.url, findings=findings, entry=entry)

    async def _feeds(self, page: Download, *, needed: bool) -> list[str]:
        """Feeds that work, those the page names or else the first at a common address."""
        chosen: list[str] = []
        for url in autodiscovery.feed_links(page.body, page.url)[:MOST_LINKED]:
            if len(chosen) < MOST_CHOSEN and await self._adds(url):
                chosen.append(url)
        if needed and not chosen:
            for url in autodiscovery.common_feed_paths(page.url):
                if await self._adds(url, guessed=True):
                    return [url]
        return chosen

    async def _adds(self, url: str, *, guessed: bool = False) -> bool:
        """Whether a feed works and lists something the chosen ones do not."""
        if url in self.findings:
            return False
        listing = await self._try("feed", url, guessed=guessed)
        if listing is None:
            return False
        articles = {document_id(entry.url) for entry in listing.entries}
        if any(articles <= known for known in self.listed):
            words = "lists the same articles as another feed"
            self.findings[url] = replace(self.findings[url], problem=words)
            return False
        self.listed.append(articles)
        return True

    async def _sitemaps(self, page: Download) -> list[str]:
        """News sitemaps if there are any, else the plain ones that robots.txt names."""
        named = robots_sitemaps(await self._robots(page.url))[:MOST_LINKED]
        plain: list[str] = []
        for url in _news_first(named):
            listing = await self._try("sitemap", url)
            if listing is None:
                continue
            if _is_news(listing):
                return [url]
            for child in _news_first(listing.children)[:MOST_CHILDREN]:
                inner = await self._try("sitemap", child)
                if inner is not None and _is_news(inner):
                    return [child]
            plain.append(url)
        if plain:
            return plain[:MOST_CHOSEN]
        for url in autodiscovery.common_sitemap_paths(page.url) if not named else ():
            if await self._try("sitemap", url, guessed=True) is not None:
                return [url]
        return []

    async def _sections(self, page: Download, *, needed: bool) -> list[str]:
        """Sections with tech news that list articles, else the page itself; for want of better."""
        lists: list[tuple[str, set[str]]] = []
        for url in autodiscovery.section_links(page.body, page.url)[:MOST_SECTIONS]:
            listing = await self._try("section", url)
            if listing is not None and len(listing.entries) >= FEWEST_SECTION_ENTRIES:
                lists.append((url, {document_id(entry.url) for entry in listing.entries}))
        if not needed:
            return []
        chosen, known = [], set[str]()
        for url, articles in sorted(lists, key=lambda one: -len(one[1])):
            if not articles <= known:
                chosen.append(url)
                known |= articles
        if not chosen:
            listing = self._note("section", page.url, _read("section", page, self.now))
            chosen = [page.url] if listing is not None else []
        return chosen

    async def _try(self, kind: str, url: str, *, guessed: bool = False) -> Listing | None:
        """The listing at an address if it works; noted either way, unless it was but a guess."""
        read: Listing | CrawlerError
        try:
            read = _read(kind, await self._get(url), self.now)
        except FetchError as error:
            read = error
        listing = self._note(kind, url, read)
        if guessed and listing is None:
            del self.findings[url]
        return listing

    def _note(self, kind: str, url: str, read: Listing | CrawlerError) -> Listing | None:
        """Write down what was found at an address. Returns: the listing if it works."""
        if isinstance(read, CrawlerError):
            self.findings[url] = TriedListing(kind=kind, url=url, problem=str(read))
            return None
        dates = [d for entry in read.entries if (d := entry.published or entry.modified)]
        works = bool(read.entries or read.children)
        self.findings[url] = TriedListing(
            kind=kind,
            url=url,
            entries=len(read.entries),
            newest=max(dates, default=None),
            problem=None if works else "; ".join(read.problems) or "lists no articles",
        )
        return read if works else None

    async def _get(self, url: str) -> Download:
        self.on_progress(url)
        return await self.visitor.get(url, pause_s=self.pause_s)

    async def _robots(self, url: str) -> bytes:
        try:
            return await self.visitor.robots(url)
        except FetchError:
            return b""


def _is_but_closed(error: FetchError) -> bool:
    """Whether the site is there, though this page of it is not for us."""
    if error.status is None:
        return isinstance(error, RobotsRefusal)
    return error.status != 429


def _read(kind: str, answer: Download, now: datetime) -> Listing | ListingError:
    raw = RawListing(
        kind=kind,
        url=answer.url,
        source_id="discovered",
        body=answer.body,
        content_type=answer.content_type,
        now=now,
    )
    return try_listing(raw)


def _news_first(urls: Iterable[str]) -> list[str]:
    return sorted(urls, key=lambda url: "news" not in url.lower())


def _is_news(listing: Listing) -> bool:
    return any(entry.kind in ("news-sitemap", "feed") for entry in listing.entries)
