"""The headline as the page shows it, and who is credited for the story."""

import json

import pytest

from crawler.extraction import extract_article
from crawler.extraction.people.authors import clean_names
from tests.crawler.extraction.pages import PARAGRAPHS, TITLE, extracted, feed_entry, markup, page_of


def ld(**fields: object) -> str:
    node = {"@type": "NewsArticle"} | fields
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def og(title: str) -> str:
    return f'<meta property="og:title" content="{title}">'


def test_a_shared_title_of_its_own_counts_where_all_else_repeats_the_heading():
    article = extracted(head=ld(headline=TITLE) + og("You will not believe these robots"))

    assert article.title == "You will not believe these robots"
    assert article.evidence["title"] == "meta:og:title"


def test_a_headline_of_its_own_in_json_ld_counts_where_all_else_repeats_the_heading():
    head = ld(headline="How robots came to fold laundry") + og(TITLE)

    assert extracted(head=head).title == "How robots came to fold laundry"


def test_of_two_titles_that_both_have_copies_the_shared_one_counts():
    head = (
        ld(headline="Robots fold laundry now")
        + og(TITLE)
        + "<title>Robots fold laundry now</title>"
    )

    assert extracted(head=head).title == TITLE


def test_a_kicker_stands_or_not_as_in_the_shared_title():
    kicked = f"Household robots: {TITLE}"

    assert extracted(head=ld(headline=TITLE) + og(kicked)).title == kicked
    assert extracted(head=ld(headline=kicked) + og(TITLE)).title == TITLE


def test_the_feed_decides_between_titles():
    head = ld(headline=TITLE) + og("You will not believe these robots")

    assert extracted(head=head, entry=feed_entry(title=TITLE)).title == TITLE


def test_the_heading_is_no_part_of_the_text_when_the_title_is_another():
    article = extracted(head=ld(headline=TITLE) + og("You will not believe these robots"))

    assert TITLE not in article.text


def test_a_section_glued_to_the_title_is_taken_off_by_what_the_heading_shows():
    head = og(f"{TITLE}-Politics") + f'<meta name="headline" content="{TITLE}">'

    assert extract_article(page_of(f"<main>{markup()}</main>", head)).title == TITLE


def test_an_entry_of_a_live_blog_is_not_its_headline():
    live = {"@type": "LiveBlogPosting", "headline": TITLE}
    live["liveBlogUpdate"] = [
        {"@type": "BlogPosting", "headline": "Goodnight", "articleBody": "We"}
    ]
    head = f'<script type="application/ld+json">{json.dumps(live)}</script>'

    assert extract_article(page_of(f"<main>{markup()}</main>", head)).title == TITLE


@pytest.mark.parametrize(
    "written",
    [
        f"{TITLE} | Example News",
        f"{TITLE} - Example News",
        f"{TITLE} – news.example.com",
        f"Example News | {TITLE}",
    ],
)
def test_the_sites_name_is_taken_off(written):
    head = f'{og(written)}<meta property="og:site_name" content="Example News">'

    assert extract_article(page_of(f"<main>{markup()}</main>", head)).title == TITLE


def test_a_page_without_a_headline_takes_the_feeds():
    entry = feed_entry(title=TITLE)
    article = extract_article(page_of(f"<main>{markup()}</main>", entry=entry))

    assert (article.title, article.evidence["title"]) == (TITLE, "feed")


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


def test_a_headline_keeps_the_tag_it_talks_about():
    title = "When a headline bites: <script>alert(1)</script> returns"
    data = {"@type": "NewsArticle", "headline": title.replace("<", "&lt;").replace(">", "&gt;")}
    written = title.replace("<", "&lt;").replace(">", "&gt;")
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    page = page_of(f"<h1>{written}</h1><article>{markup()}</article>", head)

    assert extract_article(page).title == title


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
