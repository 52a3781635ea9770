"""Page → Article: calls every reader once over one parse and joins what they found."""

from crawler.article import Access, Article, Page
from crawler.errors import ExtractionError
from crawler.extraction.access import find_access
from crawler.extraction.body import boilerplate
from crawler.extraction.body.text import find_body
from crawler.extraction.dates.published import find_dates
from crawler.extraction.metadata import (
    find_image,
    find_language,
    find_section,
    find_summary,
    find_tags,
    primary,
    site_name_of,
)
from crawler.extraction.parsing import Parsed, parse_page
from crawler.extraction.people.authors import find_authors
from crawler.extraction.refusal import refuse_if_not_article
from crawler.extraction.titles import find_title
from crawler.formats.jsonld import article_node, text_of
from crawler.urls import resolve_canonical

MIN_CHARS = 60


def extract_article(page: Page, parsed: Parsed | None = None) -> Article:
    """Read one article out of one page; pure, meant for a worker process with a time limit.

    parsed: the page as `parse_page` gives it, where the caller had need of it before.
    Raises: ExtractionError with its reason when the page holds no article.
    """
    parsed = parsed or parse_page(page)
    node = article_node(parsed.nodes, page.url)
    site_name = page.site.name if page.site else site_name_of(parsed, node)
    evidence: dict[str, str] = {}

    headline = find_title(parsed, node, site_name, page.entry.title if page.entry else None)
    title, evidence["title"] = headline.text, headline.source
    published, modified = find_dates(page, parsed, node, primary(parsed.lang))
    authors, agencies, evidence["authors"] = find_authors(parsed, node, site_name)
    text, evidence["text"] = find_body(parsed, node, headline.shown, authors, site_name)
    text = boilerplate.strip(text, page.boilerplate)
    refuse_if_not_article(parsed, title, text, has_article_data=bool(node))
    if not title and page.entry and page.entry.title:
        title, evidence["title"] = page.entry.title, page.entry.kind
    if not text or not title:
        raise ExtractionError("empty", "no text in it" if not text else "no headline")
    if len(text) < MIN_CHARS:
        raise ExtractionError("too-short", f"{len(text)} characters")

    if not authors and not agencies and page.entry and page.entry.authors:
        authors, evidence["authors"] = list(page.entry.authors), page.entry.kind
    language = find_language(parsed, node)
    evidence["language"] = "page" if language else ""
    summary, evidence["summary"] = find_summary(parsed, node, text)
    image, evidence["image"] = find_image(parsed, node)
    access, share, evidence["access"] = find_access(parsed, node, text, page.site)
    evidence["published"] = published.source if published else ""
    evidence["modified"] = modified.source if modified else ""
    publisher = text_of(node.get("publisher")) or None
    return Article(
        url=resolve_canonical(page.url, parsed.canonical or parsed.meta("og:url")),
        title=title,
        text=text,
        summary=summary,
        authors=tuple(authors),
        agencies=tuple(agencies),
        published=published,
        modified=modified,
        language=language,
        image=image,
        section=find_section(parsed, node),
        tags=find_tags(parsed, node),
        access=access,
        text_share=share if access is Access.TEASER else 1.0,
        publisher=publisher
        if publisher and page.site and publisher.casefold() != page.site.name.casefold()
        else None,
        evidence={field: source for field, source in evidence.items() if source},
    )
