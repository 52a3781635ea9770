"""`techwire extract`: one page, from an address or a file, as the index would see it."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crawler.article import Article, Facets, Page
from crawler.errors import CrawlerError, RobotsRefusal
from crawler.net.politeness import DEFAULT_DELAY_S
from crawler.net.visiting import Visitor
from crawler.offline.bulk import (
    article_fields,
    facet_fields,
    read_page,
    registry_of,
    source_fields,
)
from crawler.sources.publishers import site_of_page
from crawler.workers.pool import Workers, harvest
from indexer.foundation.config import Config
from indexer.foundation.times import now_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedPage:
    """A page's article, facets and source, side by side.

    others: further stories of an aggregator page.
    """

    article: Article
    facets: Facets
    source: Mapping[str, Any]
    others: tuple["ExtractedPage", ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The values and their evidence as a JSON object, the other stories within it."""
        facts = article_fields(self.article) | dict(self.source)
        values = {**facts, **facet_fields(self.facets, self.article)}
        if self.others:
            values["other_stories"] = [other.as_json() for other in self.others]
        return values


def extract_page(
    target: str,
    *,
    config: Config,
    url: str | None = None,
    obey_robots: bool = True,
    unverified: Collection[str] = (),
    pause_s: float = DEFAULT_DELAY_S,
) -> ExtractedPage:
    """Extract and enrich one page, in a worker that can be killed.

    target: an http(s) address or a file. url: the address a file was saved from. obey_robots:
    False asks no robots.txt. unverified: sites whose broken certificates are let through.
    pause_s: between two requests to its host.
    Raises: ExtractionError with its reason, or CrawlerError when the page cannot be had.
    """
    if "://" in target:
        visitor = Visitor(config, pause_s=pause_s, obey_robots=obey_robots, unverified=unverified)
        page = asyncio.run(_fetch(target, visitor))
    else:
        page = _from_file(Path(target), url)
    registry = registry_of(config.home)
    page = replace(page, site=site_of_page(page.url, registry))
    workers = Workers(1)
    try:
        for _, result in workers.ordered(harvest, [page]):
            if isinstance(result, Exception):
                raise result
            main, *others = (
                ExtractedPage(
                    article=one, facets=facets, source=source_fields(one, page.site, registry)
                )
                for one, facets in result
            )
            return replace(main, others=tuple(others))
    finally:
        workers.close()
    raise CrawlerError(f"{target} gave nothing")


def _from_file(path: Path, url: str | None) -> Page:
    body, encoding = read_page(path)
    address = url or path.resolve().as_uri()
    return Page(
        url=address, body=body, encoding=encoding, fetched_at=now_utc(), fetch_time_known=False
    )


async def _fetch(url: str, visitor: Visitor) -> Page:
    async with visitor:
        try:
            answer = await visitor.get(url)
        except RobotsRefusal as error:
            raise RobotsRefusal(f"{error}; --ignore-robots looks at it all the same") from error
    return Page(
        url=answer.url,
        body=answer.body,
        encoding=answer.encoding,
        fetched_at=now_utc(),
    )
