"""Article and facets → Document, as the index holds it. Pure; no SQL here."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from crawler.article import Access, Article, DateEvidence, Facets, Funding, Place, Precision, Site
from crawler.rights.signals import marks_of
from crawler.sources.publishers import is_name_of
from crawler.state.stories import Story
from crawler.urls import document_id
from indexer.document import Document
from indexer.foundation.addresses import without_secrets
from indexer.foundation.times import unix

_DAY_S = 86_400
_UNSPACED = ("zh", "ja", "th")  # languages that write without spaces between words


def document_of(
    article: Article, facets: Facets, site: Site, story: Story, *, now: datetime, version: int
) -> Document:
    """The document of one article. version: 1 for a new URL, more for a changed text."""
    own_id = document_id(article.url)
    published_at = unix(article.published.instant) if article.published else None
    return Document(
        id=own_id,
        url=article.url,
        title=article.title,
        alternative_titles=list(article.alternative_titles),
        summary=article.summary,
        text=article.text,
        authors=list(article.authors),
        agencies=list(article.agencies),
        source=site.id,
        source_name=site.name,
        source_country=site.country,
        source_region=site.region,
        publisher=publisher_beside(article, site),
        language=facets.language or article.language,
        published_at=published_at,
        published_day=None if published_at is None else published_at - published_at % _DAY_S,
        published=_date_evidence(article.published),
        modified_at=unix(article.modified.instant) if article.modified else None,
        crawled_at=unix(now),
        geo=main_point(facets.places),
        **facet_values(facets),
        image=article.image,
        section=article.section,
        tags=list(article.tags),
        story_id=story.id,
        outlets=story.outlets,
        story_lead=story.lead == own_id,
        access=article.access,
        text_share=round(article.text_share, 3),
        quality=article.quality,
        word_count=word_count(article.text, facets.language),
        seen_at=[without_secrets(address) for address in article.seen_at],
        text_from=article.text_from,
        rights=marks_of(article.rights),
        version=version,
    )


def publisher_beside(article: Article, site: Site) -> str | None:
    """Whom the page names as publisher, unless that is its source."""
    named = article.publisher
    return None if named is None or is_name_of(named, site) else named


def facet_values(facets: Facets) -> dict[str, Any]:
    """The fields of a document that enrichment alone decides."""
    return {
        "audience": facets.audience,
        "topics": _topic_levels(facets),
        "topic_phrases": sorted({phrase for topic in facets.topics for phrase in topic.phrases}),
        "regions": _region_levels(facets.places),
        "countries": list(facets.countries),
        "companies": list(facets.companies),
        "tickers": list(facets.tickers),
        "funding": _funding(facets.funding),
        "funding_stage": facets.funding.stage if facets.funding else None,
        "funding_usd": facets.funding.usd if facets.funding else None,
    }


def word_count(text: str, language: str | None) -> int:
    """Words of a text; characters / 2 where words are not spaced."""
    if language and language.split("-")[0] in _UNSPACED:
        return sum(not character.isspace() for character in text) // 2
    return len(text.split())


def iso_string(date: DateEvidence) -> str:
    """ISO 8601 as exact as the evidence: a day, or an instant with the offset as published."""
    zone = UTC if date.offset_minutes is None else timezone(timedelta(minutes=date.offset_minutes))
    local = date.instant.astimezone(zone)
    if date.precision is Precision.DAY:
        return local.date().isoformat()
    return local.isoformat(timespec="seconds")


def is_teaser(article: Article) -> bool:
    """Whether only part of the text was readable."""
    return article.access is Access.TEASER


def _date_evidence(date: DateEvidence | None) -> dict[str, Any] | None:
    if date is None:
        return None
    return {
        "iso": iso_string(date),
        "raw": date.raw,
        "offset_minutes": date.offset_minutes,
        "precision": date.precision,
        "source": date.source,
        "confidence": round(date.confidence, 2),
    }


def _topic_levels(facets: Facets) -> dict[str, list[str]]:
    first = dict.fromkeys(topic.parent or topic.label for topic in facets.topics)
    second = dict.fromkeys(
        f"{topic.parent} > {topic.label}" for topic in facets.topics if topic.parent
    )
    return {"lvl0": list(first), "lvl1": list(second)}


def _region_levels(places: tuple[Place, ...]) -> dict[str, list[str]]:
    regions = dict.fromkeys(place.region for place in places)
    countries = dict.fromkeys(f"{place.region} > {place.country}" for place in places)
    cities = dict.fromkeys(
        f"{place.region} > {place.country} > {place.city}" for place in places if place.city
    )
    return {"lvl0": list(regions), "lvl1": list(countries), "lvl2": list(cities)}


def main_point(places: tuple[Place, ...]) -> dict[str, float] | None:
    """Degrees of the first place that has any."""
    for place in places:
        if place.latitude is not None and place.longitude is not None:
            return {"lat": place.latitude, "lng": place.longitude}
    return None


def _funding(funding: Funding | None) -> dict[str, Any] | None:
    return None if funding is None else {**asdict(funding), "investors": list(funding.investors)}
