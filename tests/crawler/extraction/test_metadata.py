"""Access, summary, language, section, tags, image and the page's own address."""

import json

import pytest

from crawler.article import Access
from crawler.extraction import extract_article
from crawler.extraction.body.boilerplate import grams, strip
from crawler.extraction.metadata import first_sentences, primary
from tests.crawler.extraction.pages import (
    PARAGRAPHS,
    SITE,
    TITLE,
    URL,
    extracted,
    markup,
    page_of,
)


def ld(**fields: object) -> str:
    node = {"@type": "NewsArticle", "headline": TITLE} | fields
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def test_a_page_that_says_nothing_of_a_wall_is_free():
    article = extracted()
    assert (article.access, article.text_share) == (Access.FREE, 1.0)


def test_a_teaser_is_told_with_its_share_of_the_text():
    head = ld(isAccessibleForFree=False, wordCount=900)
    wall = '<div class="paywall"><p>Subscribe to continue reading this story.</p></div>'
    article = extracted(wall, head=head)

    assert article.access is Access.TEASER
    assert 0 < article.text_share < 0.3
    assert article.evidence["access"] == "isAccessibleForFree"


def test_the_characters_left_behind_a_wall_give_the_share():
    text = "".join(
        f"<p>これは日本語の記事の本文です。工場では毎日たくさんのロボットが動く{n}。</p>"
        for n in range(9)
    )
    wall = '<p class="wall">この記事は有料会員限定です。残り1200文字</p>'
    page = page_of(f"<article><h1>工場のロボット</h1>{text}{wall}</article>", lang="ja")
    article = extract_article(page)

    assert article.access is Access.TEASER
    assert article.text_share == pytest.approx(
        len(article.text) / (len(article.text) + 1200), abs=0.01
    )


def test_a_long_text_declared_unfree_is_metered():
    numbered = "".join(f"<p>{text} ({n})</p>" for n in range(6) for text in PARAGRAPHS)
    page = page_of(
        f"<article><h1>{TITLE}</h1>{numbered}</article>", ld(isAccessibleForFree="False")
    )

    assert extract_article(page).access is Access.METERED


def test_the_summary_is_the_pages_own_else_its_first_two_sentences():
    own = "A workshop in Lagos teaches machines to fold the shirts of hotel guests."
    head = f'<meta name="description" content="{own}">'

    assert extracted(head=head).summary == own
    assert extracted().summary == f"{PARAGRAPHS[0]} {PARAGRAPHS[1]}"


def test_sentences_end_in_other_scripts_too():
    assert first_sentences("工場が動く。機械が畳む。人は見る。", 2) == "工場が動く。機械が畳む。"


def test_the_language_is_what_the_page_declares():
    assert extracted(lang="en-GB").language == "en"
    assert extracted(lang="", head=ld(inLanguage="de-CH")).language == "de"
    assert extracted(lang="").language is None


@pytest.mark.parametrize(
    ("tag", "code"), [("no", "nb"), ("zh-Hant-TW", "zh"), ("iw", "he"), ("<x>", None)]
)
def test_language_tags_are_cut_to_their_primary_part(tag, code):
    assert primary(tag) == code


def test_section_tags_and_image_come_from_structured_data():
    head = ld(articleSection="Startups", keywords="robots, Lagos, robots", image={"url": "/a.jpg"})
    article = extracted(head=head)

    assert article.section == "Startups"
    assert article.tags == ("robots", "Lagos")
    assert article.image == "https://news.example.com/a.jpg"


WWW = "https://www.example.com"


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("https://news.example.com/robots/2026", "https://news.example.com/robots/2026"),
        ("https://www.example.com/how-robots-fold-shirts", f"{WWW}/how-robots-fold-shirts"),
        ("https://elsewhere.example.org/how-robots-fold-shirts", URL),
        ("https://news.example.com/startups", URL),
        ("https://news.example.com/", URL),
        ("//[", URL),
    ],
)
def test_the_canonical_address_is_believed_on_its_own_site_alone(canonical, url):
    assert extracted(head=f'<link rel="canonical" href="{canonical}">').url == url


@pytest.mark.parametrize(
    ("head", "publisher", "source"),
    [
        (ld(publisher={"name": "Kelp Wire"}), "Kelp Wire", "jsonld:publisher"),
        (ld(publisher={"name": "Example"}), None, None),  # its own, shorter
        (ld(publisher={"name": "Kelp Group", "url": f"{WWW}/about"}), None, None),  # its own site
        (ld(publisher={"name": "Kelp", "url": "https://kelp.org/"}), "Kelp", "jsonld:publisher"),
        ('<meta property="og:site_name" content="Kelp Wire">', "Kelp Wire", "meta:og:site_name"),
        ('<meta property="og:site_name" content="Example News | Asia">', None, None),
        (
            '<meta name="syndication-source" content="https://www.kelp.org/a/1">',
            "kelp.org",
            "meta:syndication-source",
        ),
        ('<link rel="canonical" href="https://kelp.org/a/1">', "kelp.org", "link:canonical"),
        (f'<link rel="canonical" href="{WWW}/how-robots-fold-shirts">', None, None),
        (ld(publisher={"name": "https://kelp.org/"}), None, None),
        (ld(publisher=[]), None, None),
    ],
)
def test_another_publisher_that_the_page_names_is_told_with_where_it_stands(
    head, publisher, source
):
    article = extracted(head=head, site=SITE)

    assert article.publisher == publisher
    assert article.evidence.get("publisher") == source


def test_the_name_of_a_site_in_no_registry_is_no_other_publisher():
    named = '<meta property="og:site_name" content="Robots Weekly">'
    own = ld(publisher={"name": "Robots Weekly"})

    assert extracted(head=named + own).publisher is None
    assert extracted(head=named + ld(publisher={"name": "Kelp Wire"})).publisher == "Kelp Wire"


def test_an_address_that_is_none_costs_the_page_nothing():
    head = '<meta property="og:image" content="http://[x"><meta property="og:url" content="//[">'
    article = extracted(head=head + ld(url="http://[", image="http://[y"))

    assert (article.url, article.image) == (URL, None)


BOX = "Every Friday our reporters send you the week in machines and money for free"


def test_text_that_repeats_over_the_site_is_cut_out_of_a_line():
    text = f"The robots fold shirts. {BOX}. The hotels along the coast are glad."

    assert "Friday" not in strip(text, grams(BOX))
    assert strip(text, grams(BOX)).startswith("The robots fold shirts.")
    assert strip(text, frozenset()) == text


def test_short_phrases_and_datelines_stay_though_they_repeat():
    phrase = "according to people familiar with"
    dateline = (
        "HANGZHOU, April 5, local time, for all our readers (Xinhua) -- The robots fold shirts."
    )

    assert phrase in strip(f"It sold ten, {phrase} the deal.", grams(phrase))
    assert strip(dateline, grams(dateline[:60])).startswith("HANGZHOU")


def test_the_sites_boilerplate_is_cut_from_the_article():
    body = f"<article><h1>{TITLE}</h1>{markup(PARAGRAPHS[0] + ' ' + BOX + '.', *PARAGRAPHS[1:])}"
    page = page_of(f"{body}</article>", boilerplate=grams(BOX))

    assert "Friday" not in extract_article(page).text


def test_grams_are_the_same_in_every_process():
    assert grams("One two three four, five") == frozenset({325061260})
    assert grams("one two three four") == frozenset()


def test_letters_that_the_page_takes_apart_are_put_together_in_every_field():
    """A Mac's file names and some editors write "ü" as u and two dots, which no search finds."""
    apart = {"title": "Mu\u0308nchen fu\u0308r Roboter", "author": "Jo\u0308rg Kru\u0308ger"}
    node = ld(headline=apart["title"], author=apart["author"], keywords="Ma\u0308rkte")
    text = markup(
        "Fu\u0308r die Hotels an der Ku\u0308ste falten drei Roboter Hemden.", *PARAGRAPHS
    )
    page = page_of(f"<article><h1>{apart['title']}</h1>{text}</article>", node, lang="de")
    article = extract_article(page)

    assert article.title == "M\u00fcnchen f\u00fcr Roboter"
    assert article.authors == ("J\u00f6rg Kr\u00fcger",)
    assert article.tags == ("M\u00e4rkte",)
    assert article.text.startswith("F\u00fcr die Hotels an der K\u00fcste")
    assert "\u0308" not in article.summary
