"""When was this published? A chain of witnesses on the page, each kept with its evidence.

Structured data first, then meta tags, marked-up times, the listing's own date, the address, and
labels near the headline. Running text is never read. No evidence, no date.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from lxml import html

from crawler.article import DateEvidence, Page, Precision
from crawler.extraction.labels import MODIFIED_WORD, NOT_THE_STORY, headline_ancestors, inside_other, label_date
from crawler.extraction.parsing import Parsed
from crawler.extraction.relative import parse_relative, zone_of
from crawler.extraction.written import Moment, parse_stamp, parse_written

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
EMBARGO = timedelta(days=1)

_PUBLISHED_METAS = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "article.published", "published-date", "publish-date", "publish_date", "publication_date", "publicationdate", "date_published", "published_time", "pubdate", "pub_date", "publishdate", "published_at", "published",
    "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dcterms.date", "dc.date", "dc.issued", "dc:date", "date", "article_date_original", "article:post_date", "originalpublicationdate",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "vr:published_time", "vf:published_time", "rnews:datepublished", "citation_publication_date", "citation_date", "citation_online_date", "prism.publicationdate", "displaydate", "ptime", "probe-article-published", "shareaholic:article_published_time", "bt:pubdate", "last-published", "article.created", "created", "creation_date", "datecreated", "timestamp", "release_date", "last_published_date", "news:publication_date", "og:pubdate", "og:regdate", "date.available", "dc.date.published", "dc.publication",
    "iso-8601-publish-date", "analyticsattributes.articledate", "bi3dpubdate", "dateposted", "posted", "lp:published", "pdate", "time", "uploaddate",
)  # fmt: skip
_MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "last-modified", "lastmod", "dcterms.modified", "dc.date.modified", "article.updated", "modified", "updated_time", "revision_date", "date_modified",
)  # fmt: skip
_URL_DAY = re.compile(
    r"(?:^|[/_.=-])(?P<y>(?:19|20)\d\d)(?P<s>[/_.-]?)(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12]\d|3[01])(?=$|[/_.-]|\D)|/(?P<y2>20\d\d)/(?P<mon>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/(?P<d2>\d\d?)/",
    re.I,
)
_SCRIPT_DATE = re.compile(
    r"""["'](?:date_?published|published_?(?:at|date|time|on)|publish(?:ed)?(?:_?(?:at|date|time))?|publication_?date|first_?publish(?:ed)?(?:_?(?:at|date))?|pub_?date|broadcastedOn|uploadDate)\\?["']\s*:\s*\\?["'](20\d\d-\d\d-\d\d[T ]?[\d:.+Z-]{0,24})""",
    re.I,
)  # fmt: skip
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


class _Reader:
    """What every witness of one page needs: zone, order of numbers, language, the latest moment."""

    def __init__(self, page: Page, parsed: Parsed, language: str | None) -> None:
        site = page.site
        self.zone: tzinfo | None = zone_of(site.timezone) if site and site.timezone else None
        self.timezone = site.timezone if site else None
        self.language = language
        self.order = site.date_order if site else _order_of(page.url, parsed.lang or language)
        self.latest = page.fetched_at + EMBARGO
        self.now = page.fetched_at

    def stamp(self, raw: Any, source: str, confidence: float) -> DateEvidence | None:
        moment = parse_stamp(raw)
        if moment is None and isinstance(raw, str):
            moment = parse_written(raw, order=self.order, language=self.language)
        return self._checked(moment, source, confidence)

    def label(self, raw: str, source: str, confidence: float) -> DateEvidence | None:
        found = self._checked(
            parse_written(raw, order=self.order, language=self.language), source, confidence
        )
        if found:
            return found
        if len(raw) > 60:
            return None
        told = parse_relative(raw, now=self.now, timezone=self.timezone)
        if told and told.confidence >= 0.3:
            return replace(
                told, source=f"{source}:relative", confidence=min(confidence, told.confidence)
            )
        return None

    def _checked(
        self, moment: Moment | None, source: str, confidence: float
    ) -> DateEvidence | None:
        if moment is None:
            return None
        try:
            found = moment.evidence(source, confidence, self.zone)
        except (OverflowError, ValueError):
            return None
        if not EARLIEST <= found.instant <= self.latest:
            return None
        return found


def find_dates(
    page: Page, parsed: Parsed, node: dict[str, Any], language: str | None
) -> tuple[DateEvidence | None, DateEvidence | None]:
    """(published, modified) with their evidence.

    node: the JSON-LD node of the article, or {}.
    """
    reader = _Reader(page, parsed, language)
    structured = list(_structured(parsed, node, reader))
    modified = _modified(parsed, node, reader)
    feed = _from_entry(page, reader)
    chosen = _best(structured, feed)
    if chosen is None:
        chosen = _best(list(_marked_up(parsed, reader)), feed) or feed
    address = _from_url(page.url, reader)
    if chosen is None and address is None:
        chosen = label_date(parsed, reader.label)
    if address and (chosen is None or _contradicts(chosen, address)):
        chosen = address if chosen is None or chosen.confidence < 0.8 else chosen
    if chosen is None:
        chosen = _from_scripts(parsed, reader) or _from_title(parsed, reader) or _only_modified(modified)
    if (
        chosen
        and modified
        and modified.instant < chosen.instant
        and modified.precision is not Precision.DAY
    ):
        modified = None
    return chosen, modified


def _structured(parsed: Parsed, node: dict[str, Any], reader: _Reader) -> Iterator[DateEvidence]:
    for key, confidence in (("datePublished", 0.95), ("dateCreated", 0.7), ("uploadDate", 0.6)):
        if found := reader.stamp(_scalar(node.get(key)), f"jsonld:{key}", confidence):
            yield found
    if not node:
        for other in parsed.nodes:
            if other.get("datePublished") and (
                found := reader.stamp(_scalar(other["datePublished"]), "jsonld:datePublished", 0.85)
            ):
                yield found
                break
    for name in _PUBLISHED_METAS:
        for value in parsed.metas.get(name, ())[:1]:
            if found := reader.stamp(value, f"meta:{name}", 0.9):
                yield found
    for name in ("datepublished", "datecreated", "issued", "created", "uploaddate", "published"):
        for element in parsed.marked.get(name, ())[:3]:
            if inside_other(element):
                continue
            raw = element.get("content") or element.get("datetime") or element.get("title") or element.text_content()[:100]
            if found := reader.stamp(raw, f"microdata:{name}", 0.88):
                yield found
                break


def _best(candidates: list[DateEvidence], feed: DateEvidence | None) -> DateEvidence | None:
    """The first candidate, told more exactly by a later one of the same day; the feed may overrule doubt."""
    if not candidates:
        return None
    first = candidates[0]
    for other in candidates[1:]:
        if _finer(other, first) and abs(other.instant - first.instant) <= timedelta(hours=26):
            first = replace(other, confidence=max(first.confidence, other.confidence))
    if feed and abs(feed.instant - first.instant) <= timedelta(hours=26):
        first = replace(first, confidence=min(0.99, first.confidence + 0.04))
    elif feed and first.confidence < feed.confidence:
        return feed
    return first


def _finer(one: DateEvidence, other: DateEvidence) -> bool:
    def rank(found: DateEvidence) -> int:
        return (found.precision is not Precision.DAY) + (
            found.precision is not Precision.DAY and found.offset_minutes is not None
        )

    return rank(one) > rank(other)


def _contradicts(chosen: DateEvidence, address: DateEvidence) -> bool:
    return abs(chosen.instant - address.instant) > timedelta(days=2)


def _modified(parsed: Parsed, node: dict[str, Any], reader: _Reader) -> DateEvidence | None:
    if found := reader.stamp(_scalar(node.get("dateModified")), "jsonld:dateModified", 0.9):
        return found
    for name in _MODIFIED_METAS:
        for value in parsed.metas.get(name, ())[:1]:
            if found := reader.stamp(value, f"meta:{name}", 0.85):
                return found
    for element in parsed.marked.get("datemodified", ())[:1]:
        if found := reader.stamp(
            element.get("content") or element.get("datetime"), "microdata:datemodified", 0.85
        ):
            return found
    return None


def _only_modified(modified: DateEvidence | None) -> DateEvidence | None:
    return replace(modified, confidence=0.3) if modified else None


def _from_scripts(parsed: Parsed, reader: _Reader) -> DateEvidence | None:
    """A publication key in the page's state, when all it holds name one day (lists name several)."""
    stamps = [found[1] for _, text in parsed.scripts for found in _SCRIPT_DATE.finditer(text)][:50]
    dates = [date for stamp in stamps if (date := reader.stamp(stamp, "script:published", 0.45))]
    return dates[0] if dates and len({date.instant.date() for date in dates}) == 1 else None


def _from_title(parsed: Parsed, reader: _Reader) -> DateEvidence | None:
    found = parse_written(parsed.title_tag, order=reader.order, language=reader.language)
    return reader.stamp(found.local.date().isoformat(), "title", 0.35) if found else None


def _from_entry(page: Page, reader: _Reader) -> DateEvidence | None:
    entry = page.entry
    if entry is None or entry.published is None or not EARLIEST <= entry.published <= reader.latest:
        return None
    moment = parse_stamp(entry.published_raw or "") or parse_written(entry.published_raw or "")
    source = "feed" if entry.kind == "feed" else entry.kind
    return DateEvidence(
        instant=entry.published,
        precision=moment.precision if moment else Precision.SECOND,
        source=source,
        raw=entry.published_raw or entry.published.isoformat(),
        offset_minutes=moment.offset if moment else None,
        confidence=0.86,
    )


def _marked_up(parsed: Parsed, reader: _Reader) -> Iterator[DateEvidence]:
    """<time> elements: those said to be the publication first, then the first near the headline."""
    ranked = []
    headline = headline_ancestors(parsed) if parsed.times else frozenset()
    for at, element in enumerate(parsed.times[:40]):
        raw = element.get("datetime") or ""
        around = _around(element)
        if NOT_THE_STORY.search(around) or inside_other(element, headline):
            continue
        text = " ".join(element.text_content().split())[:100]
        rank = (
            0
            if element.get("pubdate") is not None
            or re.search(r"publish|entry-date|pubdate|posted", around, re.I)
            else 1
        )
        if MODIFIED_WORD.search(around) or MODIFIED_WORD.search(text[:30]):
            rank = 3
        ranked.append((rank, at, raw, text))
    for rank, _at, raw, text in sorted(ranked, key=lambda one: one[:2]):
        confidence = (0.8, 0.7, 0.5, 0.4)[rank]
        found = reader.stamp(raw, "time", confidence) if raw else None
        found = found or (reader.label(text, "time", confidence) if text else None)
        if found:
            yield found
            return


def _around(element: html.HtmlElement) -> str:
    words = [element.get("class") or "", element.get("id") or "", element.get("itemprop") or ""]
    parent = element.getparent()
    if parent is not None:
        words += [parent.get("class") or "", parent.get("id") or ""]
    return " ".join(words)


def _from_url(url: str, reader: _Reader) -> DateEvidence | None:
    found = _URL_DAY.search(url[8:])
    if not found:
        return None
    month = found["m"] or str(_MONTHS.index(found["mon"].lower()) + 1)
    raw = f"{found['y'] or found['y2']}-{int(month):02d}-{int(found['d'] or found['d2']):02d}"
    return reader.stamp(raw, "url", 0.7)


def _scalar(value: Any) -> Any:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value")
    return value


def _order_of(url: str, language: str | None) -> str:
    """Order of the numbers when no site is known: the page's own language tag, then the top domain."""
    tag = (language or "").replace("_", "-").lower()
    if tag in ("en-us", "en-ph", "es-us") or (
        tag in ("en", "") and re.search(r"//[^/]+\.(?:com|us|gov|edu|mil|ph)(?:[:/]|$)", url)
    ):
        return "MDY"
    if tag[:2] in ("zh", "ja", "ko", "hu", "lt", "mn"):
        return "YMD"
    return "DMY"
