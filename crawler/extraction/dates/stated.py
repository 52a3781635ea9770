"""Dates a page's own data state: JSON-LD, meta tags, microdata, the state in its scripts."""

import re
from collections.abc import Iterator
from typing import Any

from crawler.article import DateEvidence
from crawler.extraction.dates.date_reader import DateReader
from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import words
from crawler.extraction.surroundings import inside_other

# in the order of trust
_PUBLISHED_METAS = words("""
article:published_time article:published og:article:published_time og:published_time datepublished
parsely-pub-date sailthru.date article.published published-date publish-date publish_date
publication_date publicationdate date_published published_time pubdate pub_date publishdate
published_at published dc.date.issued dcterms.issued
dc.issued article_date_original article:post_date originalpublicationdate
cxenseparse:recs:publishtime cxenseparse:publishtime vr:published_time vf:published_time
rnews:datepublished citation_publication_date citation_date citation_online_date
prism.publicationdate displaydate ptime probe-article-published shareaholic:article_published_time
bt:pubdate last-published
last_published_date news:publication_date og:pubdate og:regdate  dc.date.published
dc.publication iso-8601-publish-date analyticsattributes.articledate bi3dpubdate
lp:published
""")
# often the page's own making or serving
_VAGUE_METAS = words("""
dc.date dcterms.date dc:date date dc.date.created dcterms.created datecreated article.created
created creation_date dateposted posted pdate timestamp time release_date date.available uploaddate
""")
_MODIFIED_METAS = words("""
article:modified_time og:updated_time og:modified_time datemodified last-modified lastmod
dcterms.modified dc.date.modified article.updated modified updated_time revision_date date_modified
""")
_SCRIPT_DATE = re.compile(
    r"""["'](?:date_?published|published_?(?:at|date|time|on)|publication_?date|broadcastedOn|
    publish(?:ed)?(?:_?(?:at|date|time))?|first_?publish(?:ed)?(?:_?(?:at|date))?|pub_?date|
    uploadDate)\\?["']\s*:\s*\\?["'](20\d\d-\d\d-\d\d[T\s]?[\d:.+Z-]{0,24})""",
    re.I | re.X,
)


def stated(parsed: Parsed, node: dict[str, Any], reader: DateReader) -> Iterator[DateEvidence]:
    for key, confidence in (("datePublished", 0.95), ("dateCreated", 0.7), ("uploadDate", 0.6)):
        if found := reader.stamp(_scalar(node.get(key)), f"jsonld:{key}", confidence):
            yield found
    if not node:
        for other in parsed.nodes:
            raw = _scalar(other.get("datePublished"))
            if raw and (found := reader.stamp(raw, "jsonld:datePublished", 0.85)):
                yield found
                break
    yield from _from_metas(_PUBLISHED_METAS, parsed, reader, 0.9)
    yield from _marked("datepublished", parsed, reader)
    yield from _from_metas(_VAGUE_METAS, parsed, reader, 0.8)
    for name in ("issued", "uploaddate", "published"):
        yield from _marked(name, parsed, reader)


def _from_metas(
    names: tuple[str, ...], parsed: Parsed, reader: DateReader, confidence: float
) -> Iterator[DateEvidence]:
    for name in names:
        for value in parsed.metas.get(name, ())[:1]:
            if found := reader.stamp(value, f"meta:{name}", confidence):
                yield found


def _marked(name: str, parsed: Parsed, reader: DateReader) -> Iterator[DateEvidence]:
    """Microdata or RDFa of this name; what stands in the story before what stands elsewhere."""
    for element in sorted(parsed.marked.get(name, ())[:3], key=inside_other):
        raw = element.get("content") or element.get("datetime") or element.get("title")
        raw = raw or element.text_content()[:100]
        if found := reader.stamp(raw, f"microdata:{name}", 0.88):
            yield found
            break


def modified_of(parsed: Parsed, node: dict[str, Any], reader: DateReader) -> DateEvidence | None:
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


def from_scripts(parsed: Parsed, reader: DateReader) -> DateEvidence | None:
    """A publication key in the page's state, if all of them name one day (lists name several)."""
    stamps = [found[1] for _, text in parsed.scripts for found in _SCRIPT_DATE.finditer(text)]
    told = (reader.stamp(stamp, "script:published", 0.45) for stamp in stamps[:50])
    dates = [found for found in told if found]
    return dates[0] if dates and len({found.instant.date() for found in dates}) == 1 else None


def created(parsed: Parsed, reader: DateReader) -> DateEvidence | None:
    for name in ("datecreated", "created"):
        for element in parsed.marked.get(name, ())[:1]:
            raw = element.get("content") or element.get("datetime") or element.text_content()[:100]
            if found := reader.stamp(raw, f"microdata:{name}", 0.45):
                return found
    return None


def _scalar(value: Any) -> Any:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value")
    return value
