"""When was this published? A chain of witnesses on the page, each kept with its evidence.

Structured data first, then meta tags, the listing's own date, labels near the headline, the
address, the page's state. Running text is never read. No evidence, no date.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from crawler.article import DateEvidence, Page, Precision
from crawler.extraction.homes import home_zone
from crawler.extraction.labels import inside_other, label_date
from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import words
from crawler.extraction.relative import parse_relative, zone_of
from crawler.extraction.written import Moment, parse_stamp, parse_written

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
EMBARGO = timedelta(days=1)
SAME_STORY = timedelta(hours=26)  # two witnesses of one day, whatever their clocks

# in the order of trust
_PUBLISHED_METAS = words("""
article:published_time article:published og:article:published_time og:published_time datepublished
parsely-pub-date sailthru.date article.published published-date publish-date publish_date
publication_date publicationdate date_published published_time pubdate pub_date publishdate
published_at published dc.date.issued dcterms.issued dc.date.created dcterms.created dcterms.date
dc.date dc.issued dc:date date article_date_original article:post_date originalpublicationdate
cxenseparse:recs:publishtime cxenseparse:publishtime vr:published_time vf:published_time
rnews:datepublished citation_publication_date citation_date citation_online_date
prism.publicationdate displaydate ptime probe-article-published shareaholic:article_published_time
bt:pubdate last-published article.created created creation_date datecreated timestamp release_date
last_published_date news:publication_date og:pubdate og:regdate date.available dc.date.published
dc.publication iso-8601-publish-date analyticsattributes.articledate bi3dpubdate dateposted posted
lp:published pdate time uploaddate
""")
_MODIFIED_METAS = words("""
article:modified_time og:updated_time og:modified_time datemodified last-modified lastmod
dcterms.modified dc.date.modified article.updated modified updated_time revision_date date_modified
""")
_URL_DAY = re.compile(
    r"(?:^|[/_.=-])(?P<y>(?:19|20)\d\d)(?P<s>[/_.-]?)(?P<m>0[1-9]|1[0-2])(?P=s)"
    r"(?P<d>0[1-9]|[12]\d|3[01])(?=$|[/_.-]|\D)"
    r"|/(?P<y2>20\d\d)/(?P<mon>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/(?P<d2>\d\d?)/",
    re.I,
)
_URL_IDENT = re.compile(
    r"/[A-Za-z]{0,3}(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{6,12}(?:$|[/?.])"
)
_URL_DAY_FIRST = re.compile(r"[/~_-](0[1-9]|[12]\d|3[01])[.-](0[1-9]|1[0-2])[.-](20\d\d)(?!\d)")
_MONTHS = words("jan feb mar apr may jun jul aug sep oct nov dec")
_SCRIPT_DATE = re.compile(
    r"""["'](?:date_?published|published_?(?:at|date|time|on)|publication_?date|broadcastedOn|
    publish(?:ed)?(?:_?(?:at|date|time))?|first_?publish(?:ed)?(?:_?(?:at|date))?|pub_?date|
    uploadDate)\\?["']\s*:\s*\\?["'](20\d\d-\d\d-\d\d[T\s]?[\d:.+Z-]{0,24})""",
    re.I | re.X,
)


class _Reader:
    """What every witness of one page needs: zone, order of numbers, language, the latest moment."""

    def __init__(self, page: Page, parsed: Parsed, language: str | None) -> None:
        site = page.site
        self.timezone = site.timezone if site else None
        self.zone: tzinfo | None = zone_of(self.timezone) if self.timezone else None
        self.language = language
        self.order = site.date_order if site else _order_of(page.url, parsed.lang or language)
        self.now = page.fetched_at

    def stamp(self, raw: Any, source: str, confidence: float) -> DateEvidence | None:
        moment = parse_stamp(raw)
        if moment is None and isinstance(raw, str):
            moment = parse_written(raw, order=self.order, language=self.language)
        return self._checked(moment, source, confidence)

    def label(self, raw: str, source: str, confidence: float) -> DateEvidence | None:
        if found := self.stamp(raw, source, confidence):
            return found
        if len(raw) > 60:
            return None
        told = parse_relative(raw, now=self.now, timezone=self.timezone)
        if told and told.confidence >= 0.3:
            source = f"{source}:relative"
            return replace(told, source=source, confidence=min(confidence, told.confidence))
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
        return found if EARLIEST <= found.instant <= self.now + EMBARGO else None


def find_dates(
    page: Page, parsed: Parsed, node: dict[str, Any], language: str | None
) -> tuple[DateEvidence | None, DateEvidence | None]:
    """(published, modified) with their evidence.

    node: the JSON-LD node of the article, or {}. language: of the page, for month names.
    """
    reader = _Reader(page, parsed, language)
    modified = _modified(parsed, node, reader)
    feed = _from_entry(page, reader)
    address = _from_url(page.url, reader)
    chosen = _best(list(_structured(parsed, node, reader)), feed) or feed
    if chosen:
        chosen = _on_local_day(chosen, address, parsed, reader)
    if chosen is None:
        chosen = label_date(parsed, reader.label)
        if address and (chosen is None or _days_apart(chosen, address) > 2):
            chosen = address
    chosen = chosen or _from_scripts(parsed, reader) or _created(parsed, reader)
    chosen = chosen or _from_title(parsed, reader)
    if chosen is None and modified:
        chosen = replace(modified, confidence=0.3)
    if chosen and modified and modified.instant < chosen.instant - SAME_STORY:
        modified = None
    return chosen, modified


def _structured(parsed: Parsed, node: dict[str, Any], reader: _Reader) -> Iterator[DateEvidence]:
    for key, confidence in (("datePublished", 0.95), ("dateCreated", 0.7), ("uploadDate", 0.6)):
        if found := reader.stamp(_scalar(node.get(key)), f"jsonld:{key}", confidence):
            yield found
    if not node:
        for other in parsed.nodes:
            raw = _scalar(other.get("datePublished"))
            if raw and (found := reader.stamp(raw, "jsonld:datePublished", 0.85)):
                yield found
                break
    for name in _PUBLISHED_METAS:
        for value in parsed.metas.get(name, ())[:1]:
            if found := reader.stamp(value, f"meta:{name}", 0.9):
                yield found
    for name in ("datepublished", "issued", "uploaddate", "published"):
        for element in sorted(parsed.marked.get(name, ())[:3], key=inside_other):
            raw = element.get("content") or element.get("datetime") or element.get("title")
            raw = raw or element.text_content()[:100]
            if found := reader.stamp(raw, f"microdata:{name}", 0.88):
                yield found
                break


def _best(candidates: list[DateEvidence], feed: DateEvidence | None) -> DateEvidence | None:
    """The first candidate, told more exactly by a later one of the same day.

    The listing's date raises what it confirms and overrules what is doubtful.
    """
    if not candidates:
        return None
    # a day of 1 January is what systems write that know the year alone
    first = next((one for one in candidates if not _new_year(one)), candidates[0])
    for other in candidates[1:]:
        near = abs(other.instant - first.instant) <= SAME_STORY
        if near and _exactness(other) > _exactness(first):
            first = replace(other, confidence=max(first.confidence, other.confidence))
    if feed and abs(feed.instant - first.instant) <= SAME_STORY:
        return replace(first, confidence=min(0.99, first.confidence + 0.04))
    if feed and first.confidence < feed.confidence:
        return feed
    return first


def _new_year(found: DateEvidence) -> bool:
    day = found.instant
    return found.precision is Precision.DAY and (day.month, day.day) == (1, 1)


def _exactness(found: DateEvidence) -> int:
    if found.precision is Precision.DAY:
        return 0
    return 1 if found.offset_minutes is None else 2


def _days_apart(one: DateEvidence, other: DateEvidence) -> int:
    return abs((one.instant.date() - other.instant.date()).days)


def _modified(parsed: Parsed, node: dict[str, Any], reader: _Reader) -> DateEvidence | None:
    if found := reader.stamp(_scalar(node.get("dateModified")), "jsonld:dateModified", 0.9):
        return found
    for name in _MODIFIED_METAS:
        for value in parsed.metas.get(name, ())[:1]:
            if found := reader.stamp(value, f"meta:{name}", 0.85):
                return found
    for element in parsed.marked.get("datemodified", ())[:1]:
        raw = element.get("content") or element.get("datetime")
        if found := reader.stamp(raw, "microdata:datemodified", 0.85):
            return found
    return None


def _on_local_day(
    chosen: DateEvidence, address: DateEvidence | None, parsed: Parsed, reader: _Reader
) -> DateEvidence:
    """A stamp in UTC of another day than address or label tell, on the newsroom's own clock.

    Only where that clock explains the difference; the instant stays.
    """
    if chosen.precision is Precision.DAY or chosen.offset_minutes != 0:
        return chosen
    here = chosen.instant.astimezone(reader.zone or home_zone(parsed.url, parsed.lang))
    offset = here.utcoffset()
    if not offset or here.date() == chosen.instant.date():
        return chosen
    told = address or label_date(parsed, reader.label)
    if told is None or (told.precision is not Precision.DAY and told.offset_minutes is not None):
        return chosen
    if told.instant.date() != here.date():
        return chosen
    return replace(chosen, offset_minutes=int(offset.total_seconds() // 60))


def _from_entry(page: Page, reader: _Reader) -> DateEvidence | None:
    entry = page.entry
    if entry is None or entry.published is None:
        return None
    if not EARLIEST <= entry.published <= reader.now + EMBARGO:
        return None
    raw = entry.published_raw or ""
    moment = parse_stamp(raw) or parse_written(raw)
    return DateEvidence(
        instant=entry.published,
        precision=moment.precision if moment else Precision.SECOND,
        source=entry.kind,
        raw=raw or entry.published.isoformat(),
        offset_minutes=moment.offset if moment else None,
        confidence=0.86,
    )


def _from_url(url: str, reader: _Reader) -> DateEvidence | None:
    found = _URL_DAY.search(url[8:])
    if not found:
        ident = _URL_IDENT.search(url[8:])
        if not ident and (ident := _URL_DAY_FIRST.search(url[8:])):
            return reader.stamp("-".join(reversed(ident.groups())), "url", 0.4)
        return reader.stamp("-".join(ident.groups()), "url", 0.45) if ident else None
    month = found["m"] or str(_MONTHS.index(found["mon"].lower()) + 1)
    raw = f"{found['y'] or found['y2']}-{int(month):02d}-{int(found['d'] or found['d2']):02d}"
    return reader.stamp(raw, "url", 0.7)


def _from_scripts(parsed: Parsed, reader: _Reader) -> DateEvidence | None:
    """A publication key in the page's state, if all of them name one day (lists name several)."""
    stamps = [found[1] for _, text in parsed.scripts for found in _SCRIPT_DATE.finditer(text)]
    told = (reader.stamp(stamp, "script:published", 0.45) for stamp in stamps[:50])
    dates = [found for found in told if found]
    return dates[0] if dates and len({found.instant.date() for found in dates}) == 1 else None


def _created(parsed: Parsed, reader: _Reader) -> DateEvidence | None:
    for name in ("datecreated", "created"):
        for element in parsed.marked.get(name, ())[:1]:
            raw = element.get("content") or element.get("datetime") or element.text_content()[:100]
            if found := reader.stamp(raw, f"microdata:{name}", 0.45):
                return found
    return None


def _from_title(parsed: Parsed, reader: _Reader) -> DateEvidence | None:
    found = parse_written(parsed.title_tag, order=reader.order, language=reader.language)
    return reader.stamp(found.local.date().isoformat(), "title", 0.35) if found else None


def _scalar(value: Any) -> Any:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value")
    return value


def _order_of(url: str, language: str | None) -> str:
    """Order of the numbers when no site is known: by the page's language tag and top domain."""
    tag = (language or "").replace("_", "-").lower()
    american = re.search(r"//[^/]+\.(?:com|us|gov|edu|mil|ph)(?:[:/]|$)", url)
    if tag in ("en-us", "en-ph", "es-us") or (tag in ("en", "") and american):
        return "MDY"
    return "YMD" if tag[:2] in ("zh", "ja", "ko", "hu", "lt", "mn") else "DMY"
