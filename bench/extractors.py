"""This project's extractor and its peers, each as one function from a page to what it found there.

A peer is imported only when it is asked for: ImportError says that it is not installed.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

Prediction = dict[str, Any]
Extractor = Callable[[str, str], Prediction]  # (html, url) -> title, authors, published, text


def techwire() -> Extractor:
    from crawler.article import DateEvidence, Page, Precision
    from crawler.errors import ExtractionError
    from crawler.extraction import extract_article

    def written(date: DateEvidence | None) -> str | None:
        if date is None:
            return None
        if date.precision is Precision.DAY:
            local = date.instant + timedelta(minutes=date.offset_minutes or 0)
            return local.date().isoformat()
        if date.offset_minutes is None:
            return date.instant.replace(tzinfo=None).isoformat()
        zone = timezone(timedelta(minutes=date.offset_minutes))
        return date.instant.astimezone(zone).isoformat()

    def run(html: str, url: str) -> Prediction:
        body = html.encode("utf-8", "replace")
        page = Page(url=url, body=body, encoding="utf-8", fetched_at=datetime.now(UTC))
        try:
            article = extract_article(page)
        except ExtractionError:
            return {}
        return {
            "title": article.title,
            "authors": [*article.authors, *article.agencies],
            "published": written(article.published),
            "text": article.text,
            "quality": article.quality,
        }

    return run


def _trafilatura(**options: Any) -> Extractor:
    import trafilatura

    def run(html: str, url: str) -> Prediction:
        found = trafilatura.bare_extraction(html, url=url, with_metadata=True, **options)
        if found is None:
            return {}
        fields = found if isinstance(found, dict) else found.as_dict()
        authors = fields.get("author")
        return {
            "title": fields.get("title"),
            "authors": authors.split("; ") if authors else [],
            "published": fields.get("date"),
            "text": fields.get("text"),
        }

    return run


def trafilatura_default() -> Extractor:
    return _trafilatura()


def trafilatura_precision() -> Extractor:
    return _trafilatura(favor_precision=True)


def trafilatura_fast() -> Extractor:
    return _trafilatura(fast=True, include_comments=False)


def newspaper4k() -> Extractor:
    import newspaper

    def run(html: str, url: str) -> Prediction:
        article = newspaper.Article(url, fetch_images=False)
        article.download(input_html=html)
        article.parse()
        date = article.publish_date
        published = date.isoformat() if isinstance(date, datetime) else None
        return {
            "title": article.title,
            "authors": list(article.authors),
            "published": published,
            "text": article.text,
        }

    return run


def news_please() -> Extractor:
    from newsplease import NewsPlease

    def run(html: str, url: str) -> Prediction:
        article = NewsPlease.from_html(html, url=url)
        date = article.date_publish
        return {
            "title": article.title,
            "authors": list(article.authors or []),
            "published": date.isoformat() if date else None,
            "text": article.maintext,
        }

    return run


def readability_lxml() -> Extractor:
    from lxml import html as lxml_html
    from readability import Document

    def run(html: str, url: str) -> Prediction:
        document = Document(html, url=url)
        tree = lxml_html.fromstring(document.summary())
        lines = (" ".join(run.split()) for run in tree.text_content().split("\n"))
        return {"title": document.short_title(), "text": "\n".join(filter(None, lines))}

    return run


def resiliparse() -> Extractor:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def run(html: str, url: str) -> Prediction:
        tree = HTMLTree.parse(html)
        return {"title": tree.title, "text": extract_plain_text(tree, main_content=True)}

    return run


def rs_trafilatura() -> Extractor:
    import rs_trafilatura as trafilatura

    def run(html: str, url: str) -> Prediction:
        found = trafilatura.extract(html, url=url)
        return {
            "title": found.title,
            "authors": [found.author] if found.author else [],
            "published": found.date,
            "text": found.main_content,
        }

    return run


EXTRACTORS: dict[str, Callable[[], Extractor]] = {
    "techwire": techwire,
    "trafilatura default": trafilatura_default,
    "trafilatura precision": trafilatura_precision,
    "trafilatura fast": trafilatura_fast,
    "rs-trafilatura": rs_trafilatura,
    "newspaper4k": newspaper4k,
    "news-please": news_please,
    "readability-lxml": readability_lxml,
    "resiliparse": resiliparse,
}


def safely(extract: Extractor, html: str, url: str) -> Prediction:
    try:
        return extract(html, url)
    except Exception:  # noqa: BLE001  a peer that fails on a page has found nothing there
        return {}
