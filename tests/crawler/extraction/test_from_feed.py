"""A feed as the second witness of its article's page."""

from dataclasses import replace

import pytest

from crawler.article import Access, Article, Page
from crawler.errors import ExtractionError
from crawler.extraction.from_feed import article_of, refuse_other_page, with_whole_text
from crawler.workers.pool import harvest_feed
from tests.factories import NOW, PUBLISHED, a_site, an_article, an_entry

TEXT = "\n".join(
    f"{n}. Chipmaker Orbisil said its plant in Dresden makes memory chips." for n in range(15)
)
ENTRY = an_entry(
    title="Orbisil opens a chip plant in Dresden",
    content=TEXT,
    published=PUBLISHED,
    authors=("Ada Obi",),
    language="en-GB",
)
WALL = an_article(title="We value your privacy", text="We and our 812 partners store cookies. " * 9)


def test_an_article_of_a_feed_says_so_in_every_value() -> None:
    article = article_of(ENTRY)

    assert article is not None
    assert (article.text_from, article.title, article.text) == ("feed", ENTRY.title, TEXT)
    assert (article.authors, article.language) == (("Ada Obi",), "en")
    assert article.published is not None
    assert (article.published.instant, article.published.source) == (PUBLISHED, "feed")
    assert set(article.evidence.values()) == {"feed"}


def test_an_entry_without_its_text_is_no_article() -> None:
    assert article_of(replace(ENTRY, content=None)) is None
    assert article_of(replace(ENTRY, title=None)) is None


@pytest.mark.parametrize("reason", ["script-shell", "challenge", "consent-wall", "paywall"])
def test_a_page_that_cannot_be_read_is_read_from_its_feed(reason: str) -> None:
    ((article, facets),) = harvest_feed(page_of(), ExtractionError(reason))

    assert article.text_from == "feed"
    assert facets.tech_relevant


@pytest.mark.parametrize("reason", ["tdm", "list-page", "legal-page", "crash", "too-large"])
def test_a_page_that_refuses_or_is_no_article_is_not(reason: str) -> None:
    assert harvest_feed(page_of(), ExtractionError(reason)) == ()


def page_of() -> Page:
    return Page(url=ENTRY.url, body=b"", fetched_at=NOW, site=a_site(), entry=ENTRY)


def test_a_wall_in_the_place_of_the_article_is_told_by_what_the_feed_announced() -> None:
    with pytest.raises(ExtractionError, match="other-page: its feed calls it 'Orbisil opens"):
        refuse_other_page(WALL, ENTRY)


@pytest.mark.parametrize(
    ("announced", "article"),
    [
        ("Orbisil: neue Fabrik für Speicherchips", an_article(title="A plant", text=TEXT)),
        (
            "杭州公司推出新电动滑板车",
            an_article(title="新品", text="新电动滑板车上市。" * 30),
        ),
        ("Live", WALL),
        (None, WALL),
    ],
)
def test_an_article_that_has_anything_of_it_is_believed(
    announced: str | None, article: Article
) -> None:
    refuse_other_page(article, replace(ENTRY, title=announced))


def test_other_listings_announce_too_little_to_judge_by() -> None:
    refuse_other_page(WALL, replace(ENTRY, kind="sitemap"))
    refuse_other_page(WALL, None)


def test_a_teaser_is_made_whole_by_a_feed_that_has_much_more() -> None:
    teaser = an_article(text=TEXT[:200], access=Access.TEASER, text_share=0.1)

    whole = with_whole_text(teaser, ENTRY)

    assert (whole.text, whole.text_share, whole.text_from) == (TEXT, 1.0, "feed")
    assert whole.access is Access.TEASER
    free = replace(teaser, access=Access.FREE)
    assert with_whole_text(free, ENTRY) is free
    long = replace(teaser, text=TEXT[:-100])
    assert with_whole_text(long, ENTRY) is long
