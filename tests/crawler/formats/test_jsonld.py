"""JSON-LD as publishers write it: listings and pages read the same scripts."""

import pytest

from crawler.discovery.guesses import guess_name
from crawler.discovery.sections import parse_section
from crawler.formats.jsonld import LinkedArticle, listed_articles, read_nodes
from crawler.formats.markup import html_tree
from tests.crawler.extraction.pages import TITLE, extracted

URL = "https://www.site.vn/tech"
KIND = "application/ld+json"
# what is done to a script's text, and its type
FLAWS = [
    ("{}", KIND),
    ("{}", "application/ld+json; charset=utf-8"),
    ("{}", "APPLICATION/LD+JSON"),
    ("<![CDATA[{}]]>", KIND),
    ("//<![CDATA[\n{}\n//]]>", KIND),
    ("/*<![CDATA[*/ {} /*]]>*/", KIND),
    ("<!-- {} -->", KIND),
    ("{};", KIND),
]
IDS = ["plain", "charset", "capitals", "CDATA", "// CDATA", "/* CDATA", "comment", "semicolon"]
LIST = (
    '{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "One",'
    ' "url": "https://www.site.vn/n/310412", "datePublished": "2026-11-20T10:00:00Z"}]}'
)
STORY = '{"@type": "NewsArticle", "headline": "' + TITLE + '", "datePublished": "2026-03-02"}'
TEXTS = {
    "whole": ("{", "{"),
    "trailing comma": ("}", ",}"),
    "trailing comma in a list": ("]", " , ]"),
    "raw tab": ('"headline": "', '"headline": "\t'),
    "raw newline": ('"headline": "', '"headline": "\n'),
    "escaped quotes": ('"', "&quot;"),
}


def script(text: str, kind: str) -> str:
    return f'<script type="{kind}">{text}</script>'


def listed(markup: str) -> list[LinkedArticle]:
    return listed_articles(html_tree(f"<p>x</p>{markup}".encode(), url=URL))


@pytest.mark.parametrize(("wrapping", "kind"), FLAWS, ids=IDS)
@pytest.mark.parametrize("flaw", TEXTS.values(), ids=TEXTS)
def test_a_listing_reads_what_a_page_reads(wrapping, kind, flaw):
    def written(text: str) -> str:
        return script(wrapping.replace("{}", text.replace(*flaw)), kind)

    (article,) = listed(written(LIST))
    listing = parse_section(f"<p>x</p>{written(LIST)}".encode(), url=URL, source_id="s")
    page = extracted(head=written(STORY))

    assert (article.url, article.title) == ("https://www.site.vn/n/310412", "One")
    assert [entry.url for entry in listing.entries] == [article.url]
    assert page.published.source == "jsonld:datePublished"


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ('"url": "/n/1"', "/n/1"),
        ('"mainEntityOfPage": {"@id": "https://a.example/n/1#page"}', "https://a.example/n/1"),
        ('"@id": "https://a.example/n/1#article"', "https://a.example/n/1"),
    ],
)
def test_a_listed_article_stands_where_it_says_of_itself(fields, url):
    text = f'{{"hasPart": [{{"@type": "https://schema.org/BlogPosting", "name": "A", {fields}}}]}}'

    assert listed(script(text, KIND)) == [LinkedArticle(url, "A", None)]


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "ListItem", "@id": "https://a.example/#listItem", "name": "Home"}',
        '{"@type": "Product", "url": "/p/1"}',
        '{"@type": "NewsArticle", "@id": "#article"}',
        '{"@type": ["BreadcrumbList"], "itemListElement": [{"@type": "ListItem", "url": "/tech"}]}',
        "3",
        "null",
    ],
)
def test_what_is_no_article_is_not_listed(text):
    assert listed(script(f'{{"itemListElement": [{text}]}}', KIND)) == []


@pytest.mark.parametrize("text", ["", "{", "[" * 5_000, "{broken}", "3", "[3, null]"])
def test_what_cannot_be_read_holds_nothing(text):
    assert read_nodes(text) == []
    assert listed(script(text, KIND)) == []


def test_a_publisher_is_known_by_a_broken_script_too():
    text = '{"@type": "Organization", "name": "Lagos Log",}'
    body = f"<p>x</p>{script(text, 'application/ld+json;charset=utf-8')}".encode()

    assert guess_name(body, "https://lagoslog.ng/").value == "Lagos Log"
