"""Who is credited for the story."""

import json

import pytest

from crawler.extraction import extract_article
from crawler.extraction.people.authors import clean_names
from tests.crawler.extraction.pages import PARAGRAPHS, TITLE, extracted, markup, page_of


def ld(**fields: object) -> str:
    node = {"@type": "NewsArticle"} | fields
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


@pytest.mark.parametrize(
    ("credit", "people", "agencies"),
    [
        ("By Ada Obi", ["Ada Obi"], []),
        ("Von Ada Obi und Kofi Mensah", ["Ada Obi", "Kofi Mensah"], []),
        ("Ada Obi, Kofi Mensah and Li Na", ["Ada Obi", "Kofi Mensah", "Li Na"], []),
        ("Ada Obi, Berlin", ["Ada Obi"], []),
        ("Ada Obi | Reuters", ["Ada Obi"], ["Reuters"]),
        ("Reuters", [], ["Reuters"]),
        ("Deutsche Presse-Agentur", [], ["Deutsche Presse-Agentur"]),
        ("Bloomberg News", [], ["Bloomberg News"]),
        ("新华社", [], ["新华社"]),
        ("구현모 기자", ["구현모"], []),
        ("记者：王芳", ["王芳"], []),
        ("admin", [], []),
        ("Staff Writer", [], []),
        ("https://example.com/ada", [], []),
        ("105092", [], []),
    ],
)
def test_credits_are_split_cleaned_and_told_from_agencies(credit, people, agencies):
    assert clean_names([credit]) == (people, agencies)


def test_authors_come_from_json_ld_with_people_before_newsrooms():
    head = ld(
        headline=TITLE,
        author=[{"@type": "Person", "name": "Ada Obi"}, {"@type": "Organization", "name": "AFP"}],
    )
    article = extracted(head=head)

    assert (article.authors, article.agencies) == (("Ada Obi",), ("AFP",))
    assert article.evidence["authors"] == "jsonld:author"


def test_a_newsrooms_own_name_yields_to_a_byline():
    head = ld(headline=TITLE, author={"@type": "Organization", "name": "Example News"})
    byline = '<p class="byline">By <a rel="author" href="/a">Ada Obi</a></p>'
    body = f"<article><h1>{TITLE}</h1>{byline}{markup()}</article>"

    assert extract_article(page_of(body, head)).authors == ("Ada Obi",)
    assert extracted(head=head).authors == ("Example News",)


@pytest.mark.parametrize(
    "byline",
    [
        '<div><div class="c">Beatriz Sampaio</div><div><time>05/03/2026</time></div></div>',
        '<div class="k"><span class="k2">Por Beatriz Sampaio</span><span>hace 3 horas</span></div>',
        '<p class="x">By <a href="/b">Beatriz Sampaio</a></p>',
    ],
)
def test_a_byline_without_a_telling_class_is_read_under_the_headline(byline):
    page = page_of(f"<h1>Robots learn to fold</h1>{byline}<article>{markup()}</article>")
    assert extract_article(page).authors == ("Beatriz Sampaio",)


@pytest.mark.parametrize(
    "credit",
    ["Agencies", "Newsroom", "経済班", "Redaktion Wirtschaft", "wire reports", "Staff reporter"],
)
def test_a_newsroom_is_no_person(credit):
    page = page_of(
        f"<h1>Robots learn to fold</h1><article>{markup()}</article>",
        f'<meta name="author" content="{credit}">',
    )
    assert extract_article(page).authors == ()


def test_a_story_built_by_script_names_its_author_and_keeps_its_lists():
    body = [{"type": "paragraph", "html": text} for text in PARAGRAPHS]
    body.insert(2, {"type": "heading", "html": "What it sold"})
    body.insert(
        3, {"type": "list", "items": ["Twenty machines &amp; parts", "Forty hours of help"]}
    )
    state = {"props": {"article": {"headline": "Robots fold", "byline": "Ana Reis", "body": body}}}
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    article = extract_article(
        page_of(
            f'<div id="__next"></div>{script}', '<meta property="og:title" content="Robots fold">'
        )
    )

    assert article.authors == ("Ana Reis",)
    assert article.text.split("\n")[2:5] == [
        "What it sold",
        "Twenty machines & parts",
        "Forty hours of help",
    ]
