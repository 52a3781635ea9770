"""What stands below any number of open tags is read, of pages and listings alike."""

import pytest
from lxml import html

from crawler.article import Page
from crawler.discovery.feeds import parse_feed
from crawler.discovery.sections import parse_section
from crawler.extraction import extract_article
from crawler.formats.nesting import html_document, shallow_xml
from tests.factories import NOW

SENTENCES = [
    f"In year {n} the chip maker opened plant number {n} for memory chips in Hangzhou, China."
    for n in range(2001, 2013)
]
ARTICLE = "<h1>Chip plant opens</h1>" + "".join(f"<p>{line}</p>" for line in SENTENCES)
TAGS = ("div", "section", "span", "b", "font", "blockquote", "center", "article", "x-card")
PAIRS = ("ul><li", "table><tr><td", "dl><dd", "div class='a>b'><div")
MIXED = "".join(f"<{tag}{number}>" * 15 for tag in ("x-", "y-", "z-") for number in range(20))


def text_of(body: str) -> str:
    page = Page(url="https://a.example/chips-1", body=body.encode(), fetched_at=NOW)
    return extract_article(page).text


@pytest.mark.parametrize("depth", [260, 4_000])
@pytest.mark.parametrize("tag", [*TAGS, *PAIRS])
def test_an_article_below_unclosed_tags_is_read(tag: str, depth: int) -> None:
    text = text_of(f"<html><title>Chips</title><body>{f'<{tag}>' * depth}{ARTICLE}")

    assert [line for line in SENTENCES if line not in text] == []


def test_an_article_below_many_names_of_a_few_levels_each_is_read() -> None:
    text = text_of(f"<html><title>Chips</title><body>{MIXED}{ARTICLE}")

    assert [line for line in SENTENCES if line not in text] == []


def test_an_article_with_a_deep_table_behind_it_stays_as_it_was_written() -> None:
    behind = "<div>" * 3_000 + "x" + "</div>" * 3_000
    text = text_of(
        f"<html><title>Chips</title><body><article>{ARTICLE}</article><footer>{behind}</footer>"
    )

    assert text.splitlines()[-len(SENTENCES) :] == SENTENCES


def test_a_page_of_honest_depth_is_parsed_once() -> None:
    parsers: list[html.HTMLParser] = []

    def new_parser() -> html.HTMLParser:
        parsers.append(html.HTMLParser(encoding="utf-8"))
        return parsers[-1]

    root = html_document("<div>" * 200 + "<p>deep</p>", new_parser=new_parser)

    assert root.findtext(".//p") == "deep"
    assert len(parsers) == 1


@pytest.mark.parametrize("depth", [260, 4_000])
def test_a_feed_with_deep_markup_in_it_keeps_its_items(depth: int) -> None:
    deep = "<div xmlns='http://www.w3.org/1999/xhtml'>" * depth + "It opened." + "</div>" * depth
    entries = "".join(
        f"<entry><title>Plant {n}</title><link href='https://kelp.example/plant-{n}'/>"
        f"<content type='xhtml'>{deep if n == 1 else ''}</content></entry>"
        for n in range(3)
    )
    body = f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>".encode()

    listing = parse_feed(body, url="https://kelp.example/feed", source_id="kelp")

    assert sorted(entry.title or "" for entry in listing.entries) == [
        "Plant 0",
        "Plant 1",
        "Plant 2",
    ]
    assert "It opened." in {entry.summary for entry in listing.entries}


def test_an_empty_element_is_not_deep_however_often_it_stands_there() -> None:
    text = "<rss>" + "<media:thumbnail url='a'/>" * 500 + "</rss>"

    assert shallow_xml(text) == text


@pytest.mark.parametrize("depth", [260, 4_000])
def test_links_below_unclosed_tags_are_found(depth: int) -> None:
    links = "".join(
        f"<h2><a href='/news/a-plant-opens-in-hangzhou-{n}'>A plant number {n} opens</a></h2>"
        for n in range(5)
    )
    body = f"<html><body>{'<div>' * depth}{links}".encode()

    listing = parse_section(body, url="https://kelp.example/", source_id="kelp")

    assert len(listing.entries) == 5
