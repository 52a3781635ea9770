"""Documents, articles and entries for tests: whole and plain, with what a test names changed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from crawler.article import Article, DateEvidence, Entry, Facets, Precision, Site
from crawler.urls import document_id
from indexer.document import Document

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PUBLISHED = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def a_document(name: str = "one", **changes: Any) -> Document:
    """A document whose address ends in `name`."""
    url = f"https://news.example/{name}"
    published_at = int(PUBLISHED.timestamp())
    document = Document(
        id=document_id(url),
        url=url,
        title=f"Title of {name}",
        alternative_titles=[],
        summary="",
        text=f"Text of {name}.",
        source="example",
        source_name="Example News",
        crawled_at=int(NOW.timestamp()),
        story_id=document_id(url),
        authors=[],
        agencies=[],
        source_country="GB",
        source_region="Europe",
        publisher=None,
        audience=None,
        language="en",
        published_at=published_at,
        published_day=published_at - published_at % 86_400,
        published=None,
        modified_at=None,
        topics={"lvl0": [], "lvl1": []},
        topic_phrases=[],
        regions={"lvl0": [], "lvl1": [], "lvl2": []},
        countries=[],
        geo=None,
        companies=[],
        tickers=[],
        funding=None,
        funding_stage=None,
        funding_usd=None,
        image=None,
        section=None,
        tags=[],
        outlets=1,
        story_lead=True,
        access="free",
        text_share=1.0,
        quality=0.9,
        word_count=3,
        seen_at=[],
    )
    return replace(document, **changes)


def a_site(name: str = "example", **changes: Any) -> Site:
    site = Site(id=name, name=name.title(), homepage=f"https://{name}.example/", country="GB")
    return replace(site, **changes)


def an_entry(name: str = "one", *, source_id: str = "example", **changes: Any) -> Entry:
    entry = Entry(
        url=f"https://{source_id}.example/{name}",
        source_id=source_id,
        found_in=f"https://{source_id}.example/feed",
        kind="feed",
    )
    return replace(entry, **changes)


def an_article(name: str = "one", *, source_id: str = "example", **changes: Any) -> Article:
    article = Article(
        url=f"https://{source_id}.example/{name}",
        title=f"Title of {name}",
        text=f"Text of {name}.",
        published=a_date(),
        language="en",
    )
    return replace(article, **changes)


def a_date(instant: datetime = PUBLISHED, **changes: Any) -> DateEvidence:
    date = DateEvidence(
        instant=instant,
        precision=Precision.MINUTE,
        source="jsonld:datePublished",
        raw=instant.isoformat(),
    )
    return replace(date, **changes)


def some_facets(**changes: Any) -> Facets:
    return replace(Facets(language="en", tech_relevant=True), **changes)
