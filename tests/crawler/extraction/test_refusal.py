"""Pages that hold no article end with a reason, quickly, whatever is in them."""

import time
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest

from crawler.article import Page
from crawler.errors import ExtractionError
from crawler.extraction import extract_article
from tests.crawler.extraction.pages import NOW, URL, markup, page_of

NOTICES = tomllib.loads(Path(__file__).with_name("notices.toml").read_text("utf-8"))["page"]


def reason_of(page: Page) -> str:
    with pytest.raises(ExtractionError) as caught:
        extract_article(page)
    return caught.value.reason


def raw(body: bytes) -> Page:
    return Page(url=URL, body=body, fetched_at=NOW)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"%PDF-1.7 ...", "not-html"),
        (b"just words without a tag", "not-html"),
        (b'<?xml version="1.0"?><rss><channel/></rss>', "not-html"),
        (b"<html><body></body></html>", "empty"),
        (b"<html>" + b"x" * 20_000_001, "too-large"),
    ],
)
def test_bytes_that_are_no_page_are_refused(body, reason):
    assert reason_of(raw(body)) == reason


def test_a_login_page_is_no_article():
    form = '<form><input name="user"><input type="password"></form>'
    words = "<p>Welcome back, dear reader. Your account keeps your saved stories and topics.</p>"
    assert reason_of(page_of(f"<h1>Example News</h1>{words}{form}")) == "login"


@pytest.mark.parametrize("case", NOTICES, ids=lambda case: case["name"])
def test_a_page_is_judged_by_what_most_of_it_says(case):
    page = page_of(
        f"<header><a href='/'>Harbour Post</a></header>{case['body']}<footer>© 2026</footer>",
        f"<title>{case['title']}</title>{case.get('head', '')}",
        lang=case.get("lang", "en"),
        url=case.get("url", "https://news.example.com/story/battery-plant"),
    )
    if case["reason"]:
        assert reason_of(page) == case["reason"]
    else:
        assert extract_article(page).text


def test_a_list_of_stories_is_no_article():
    cards = "".join(
        f'<div><h2><a href="/{number}">The story number {number} of this long day in town</a></h2>'
        f"<p>A short excerpt of story {number}, which goes on behind its title.</p></div>"
        for number in range(20)
    )
    assert reason_of(page_of(f"<h1>Startups</h1><main>{cards}</main>")) == "list-page"


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>" + b"<div>" * 100_000 + b"text",
        b"<html><body><p>" + b"<b>" * 50_000 + b"text",
        b"<html><body>" + b"<b>x</b>" * 500_000,
        b"<html><body><h1>T</h1><p>" + b"1 2 3 " * 500_000 + b"</p>",
        b'<html><body><script type="application/ld+json">' + b"[" * 100_000 + b"</script></body>",
        b"<html><head><title>" + b"a | " * 100_000 + b"</title></head><body></body></html>",
        b"<html><body><h1>T</h1><div>" + b"a line.<br><br>" * 10_000 + b"</div>",
        b'<html><body><meta name="author" content="' + b"a, " * 100_000 + b'">',
    ],
    ids=["deep", "inline", "elements", "text", "json", "title", "breaks", "author"],
)
def test_a_hostile_page_ends_quickly(body):
    began = time.monotonic()
    with suppress(ExtractionError):
        extract_article(raw(body))
    assert time.monotonic() - began < 10  # the worker's own limit; usually well under a second


@pytest.mark.parametrize(
    "said",
    [
        "Lo sentimos, la página que buscas no existe o fue eliminada hace algún tiempo.",
        "Die gesuchte Seite wurde leider nicht gefunden, versuchen Sie es mit der Suche.",
        "Désolé, la page que vous cherchez n'existe plus ou a changé d'adresse.",
        "A página que você procura não foi encontrada, tente de novo pela busca do site.",
        "Sorry, this article is no longer available, or its address has been changed by us.",
        "申し訳ございません。お探しのページは見つかりませんでした。" * 3,
        "抱歉，您访问的页面不存在或已被删除，请返回首页继续浏览。" * 3,
    ],
)
def test_an_error_page_that_answers_as_if_all_were_well_is_known_by_its_words(said):
    page = page_of(f"<h1>Ranking: fifty companies to follow</h1><main><p>{said}</p></main>")
    assert reason_of(page) == "error-page"


def test_an_error_page_is_known_by_its_address():
    body = "<h1>Ranking</h1><p>Use the search above or begin again from the front page, please.</p>"
    page = page_of(body, url="https://news.example.com/pagina-no-encontrada-ranking")
    assert reason_of(page) == "error-page"


def test_an_article_about_missing_pages_is_an_article():
    story = markup(
        "“The page you want does not exist” is the sentence this museum collects, in 40 languages.",
        *(
            f"The collection's room number {n} holds screens from the early web." * 3
            for n in "12345"
        ),
    )
    assert extract_article(page_of(f"<h1>A museum of lost pages</h1><article>{story}</article>"))


def test_a_topic_page_of_cards_whose_links_hold_their_headings_is_a_list():
    cards = "".join(
        f'<article class="card"><a href="/2026/03/story-{n}"><img src="{n}.png"><h3>Company number '
        f"{n} opens another workshop</h3></a><p>The excerpt of story {n} says in a few more words "
        f"what happened there and who paid for it.</p><span>Ana Reis · 05/03/2026</span></article>"
        for n in range(9)
    )
    page = page_of(f"<main><h1>All about artificial intelligence</h1>{cards}</main>")
    assert reason_of(page) == "list-page"
