"""The sites' robots.txt and sitemaps: an index, a news sitemap of two days, a zipped archive."""

import gzip
from collections.abc import Sequence
from datetime import timedelta
from html import escape

from crawler.demo.press import SITEMAP_INDEX, Press
from crawler.demo.reply import SiteReply
from crawler.demo.story import DemoStory

NEWS_SITEMAP = "/sitemap-news.xml"
ARCHIVE_SITEMAP = "/sitemap-stories.xml.gz"
MEMBERS = "/members/"
_SPAN = timedelta(days=2)  # what Google's news sitemaps hold
_XML = "application/xml; charset=utf-8"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def robots_txt(press: Press) -> SiteReply:
    """Open to all but the members' pages and the search."""
    lines = ["User-agent: *", f"Disallow: {MEMBERS}", "Disallow: /search"]
    if press.spec.crawl_delay_s:
        lines.append(f"Crawl-delay: {press.spec.crawl_delay_s}")
    if press.spec.sitemap:
        lines += ["", f"Sitemap: {press.base}{SITEMAP_INDEX}"]
    return SiteReply(
        body="\n".join([*lines, ""]).encode(), content_type="text/plain; charset=utf-8"
    )


def sitemap_index(press: Press, stories: Sequence[DemoStory]) -> SiteReply:
    """The index that names the other two."""
    newest = press.iso(max((story.published for story in stories), default=press.now))
    entries = "".join(
        f"<sitemap><loc>{press.base}{path}</loc><lastmod>{newest}</lastmod></sitemap>\n"
        for path in (NEWS_SITEMAP, ARCHIVE_SITEMAP)
    )
    return _reply(f'<sitemapindex xmlns="{_NAMESPACE}">\n{entries}</sitemapindex>\n', press)


def news_sitemap(press: Press, stories: Sequence[DemoStory]) -> SiteReply:
    """Stories of the last two days, with their titles and dates."""
    spec = press.spec
    recent = [story for story in stories if story.dated and press.now - story.published <= _SPAN]
    entries = "".join(
        f"<url><loc>{escape(press.url(story))}</loc><news:news><news:publication>"
        f"<news:name>{escape(spec.name)}</news:name><news:language>{spec.language}</news:language>"
        "</news:publication>"
        f"<news:publication_date>{press.iso(story.published)}</news:publication_date>"
        f"<news:title>{escape(story.title)}</news:title></news:news></url>\n"
        for story in recent
    )
    return _reply(
        f'<urlset xmlns="{_NAMESPACE}" xmlns:news="{_NEWS}">\n{entries}</urlset>\n', press
    )


def archive_sitemap(press: Press, stories: Sequence[DemoStory]) -> SiteReply:
    """Every story, gzipped as a file."""
    entries = "".join(
        f"<url><loc>{escape(press.url(story))}</loc>{_lastmod(press, story)}</url>\n"
        for story in stories
    )
    plain = _reply(f'<urlset xmlns="{_NAMESPACE}">\n{entries}</urlset>\n', press)
    body = gzip.compress(plain.body, mtime=0)
    return SiteReply(body=body, content_type="application/gzip", modified=press.now)


def _lastmod(press: Press, story: DemoStory) -> str:
    if not story.dated:
        return ""
    return f"<lastmod>{press.iso(story.modified or story.published)}</lastmod>"


def _reply(xml: str, press: Press) -> SiteReply:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}'.encode()
    return SiteReply(body=body, content_type=_XML, modified=press.now)
