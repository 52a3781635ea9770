"""Page → Article: calls every reader once over one parse and joins what they found."""

from crawler.article import Access, Article, Entry, Page, composed
from crawler.errors import ExtractionError
from crawler.extraction.access import find_access
from crawler.extraction.body import boilerplate
from crawler.extraction.body.text import find_body
from crawler.extraction.dates.published import find_dates
from crawler.extraction.metadata import (
    find_image,
    find_language,
    find_publisher,
    find_section,
    find_summary,
    find_tags,
    primary,
    site_name_of,
)
from crawler.extraction.parsing import Parsed, parse_page
from crawler.extraction.people.authors import find_authors
from crawler.extraction.refusal import refuse_if_not_article
from crawler.extraction.titles import Headline, find_title
from crawler.formats.jsonld import article_node
from crawler.formats.lengths import weight
from crawler.urls import resolve_canonical, site_of

MIN_CHARS = 60


def extract_article(page: Page, parsed: Parsed | None = None) -> Article:
    """Read one article out of one page; pure, meant for a worker process with a time limit.

    parsed: the page as `parse_page` gives it, where the caller had need of it before.
    Raises: ExtractionError with its reason when the page holds no article.
    """
    parsed = parsed or parse_page(page)
    node = article_node(parsed.nodes, page.url)
    is_known = page.site is not None and page.site.id != site_of(page.url)
    site_name = page.site.name if page.site and is_known else site_name_of(parsed, node)

    headline = find_title(parsed, node, site_name, page.entry.title if page.entry else None)
    published, modified = find_dates(page, parsed, node, primary(parsed.lang))
    authors, agencies, authors_from = find_authors(parsed, node, site_name, headline.shown)
    body = find_body(parsed, node, headline.shown, authors, site_name)
    text = boilerplate.strip(composed(body.text), page.boilerplate)
    refuse_if_not_article(parsed, headline, text, site_name=site_name, has_article_data=bool(node))
    title, title_from = _title(headline, page.entry)
    _refuse_if_empty(title, text)

    if not authors and not agencies and page.entry and page.entry.authors:
        authors, authors_from = list(page.entry.authors), page.entry.kind
    language = find_language(parsed, node)
    summary, summary_from = find_summary(parsed, node, text)
    image, image_from = find_image(parsed, node)
    publisher, publisher_from = find_publisher(parsed, node, page.site)
    access, share, access_from = find_access(parsed, node, text, page.site)
    evidence = {
        "title": title_from,
        "authors": authors_from,
        "text": body.source,
        "quality": body.quality.words() if body.quality else "",
        "language": "page" if language else "",
        "summary": summary_from,
        "image": image_from,
        "access": access_from,
        "publisher": publisher_from,
        "published": published.source if published else "",
        "modified": modified.source if modified else "",
    }
    return Article(
        url=resolve_canonical(page.url, parsed.canonical or parsed.meta("og:url")),
        title=title,
        alternative_titles=headline.others,
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
        quality=body.quality.score if body.quality else None,
        publisher=publisher,
        seen_at=_carriers(page),
        evidence={field: source for field, source in evidence.items() if source},
    ).composed()


def _carriers(page: Page) -> tuple[str, ...]:
    """The listing that led to the page of another source."""
    if page.entry is None or page.site is None or page.site.id == page.entry.source_id:
        return ()
    return (page.entry.found_in,)


def _title(headline: Headline, entry: Entry | None) -> tuple[str, str]:
    """The page's own, else that of the entry, with where it is from."""
    if not headline.text and entry and entry.title:
        return entry.title, entry.kind
    return headline.text, headline.source


def _refuse_if_empty(title: str, text: str) -> None:
    if not text or not title:
        raise ExtractionError("empty", "no text in it" if not text else "no headline")
    if weight(text) < MIN_CHARS:
        raise ExtractionError("too-short", f"{len(text)} characters")
