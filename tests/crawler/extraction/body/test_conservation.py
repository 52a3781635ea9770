"""Text goes for what it is (linked, a dialog, other stories), never for a word alone."""

import pytest

from crawler.extraction import extract_article
from tests.crawler.extraction.pages import PARAGRAPHS, TITLE, article_page, markup, page_of

STORY = "\n".join(PARAGRAPHS)
HALVES = (markup(*PARAGRAPHS[:2]), markup(*PARAGRAPHS[2:]))


def text_of(body: str, head: str = "") -> str:
    return extract_article(page_of(f"<main><article>{body}</article></main>", head)).text


@pytest.mark.parametrize(
    ("ident", "heading"),
    [
        ("subscription-prices-fall", "Subscription prices fall"),
        ("sponsors_of_the_year", "Sponsors of the year"),
        ("search-for-a-site", "Search for a site"),
    ],
)
def test_an_id_that_repeats_its_own_heading_says_nothing(ident, heading):
    section = f'<section id="{ident}"><h2>{heading}</h2>{HALVES[1]}</section>'
    text = text_of(f"<h1>{TITLE}</h1>{HALVES[0] * 3}{section}")

    assert text.endswith("\n".join((heading, *PARAGRAPHS[2:])))


def test_the_id_of_a_list_of_other_stories_is_believed_though_its_heading_says_the_same():
    links = "".join(f"<p>Another story of the week, told in short: number {n}.</p>" for n in "123")
    other = f'<section id="related-articles"><h2>Related articles</h2>{links}</section>'

    assert text_of(f"<h1>{TITLE}</h1>{markup()}{other}") == STORY


def test_paragraphs_and_subheads_named_after_their_subject_stay():
    inside = (
        f'<p id="newsletter-market">{PARAGRAPHS[0]}</p><h2 id="comments-of-court">The court</h2>'
        f'<p class="gdpr-text">{PARAGRAPHS[1]}</p>{HALVES[1]}'
    )

    assert text_of(f"<h1>{TITLE}</h1>{inside}").split("\n") == [
        PARAGRAPHS[0],
        "The court",
        *PARAGRAPHS[1:],
    ]


def test_a_class_that_the_headline_box_wears_too_is_layout():
    boxes = "".join(f'<div class="rail-grid"><div>{markup(p)}</div></div>' for p in PARAGRAPHS)

    assert (
        text_of(f'<div class="rail-grid"><header><h1>{TITLE}</h1></header></div>{boxes}') == STORY
    )


def test_rows_of_a_table_stay_whatever_their_class():
    rows = "".join(
        f'<tr class="player-{n}"><td>{n}</td><td>Team number {n}</td></tr>' for n in (1, 2, 3)
    )
    lines = text_of(f"<h1>{TITLE}</h1>{HALVES[0]}<table>{rows}</table>{HALVES[1]}").split("\n")

    assert lines[2:5] == ["1 Team number 1", "2 Team number 2", "3 Team number 3"]


def test_a_teaser_that_leads_nowhere_is_the_storys_own():
    intro = "Seven engineers and three machines change how the hotels of a coast do their laundry."
    own = f'<p class="article__teaser">{intro}</p>'
    ships = "Seven sailors and three ships wait at the coast for fuel, and nobody knows till when."
    other = f'<div class="teaser"><a href="/ships"><p>{ships}</p></a></div>'

    assert text_of(f"<h1>{TITLE}</h1><div>{own}{markup()}{other}</div>") == f"{intro}\n{STORY}"


def test_links_that_the_story_lists_stay():
    away = "".join(
        f'<li><a href="https://{name}.example.org/report">The {name} report on laundry</a></li>'
        for name in ("coast", "hotel", "steam", "labour")
    )
    within = "".join(f'<li><a href="/m/{n}">Machine of type {n}</a></li>' for n in "ABC")
    led = f"<p>The workshop sells three machines to hotels by now:</p><ul>{within}</ul>"
    inside = f"{HALVES[0]}{led}{HALVES[1]}<ul>{away}</ul>"
    lines = text_of(f"<h1>{TITLE}</h1><div>{inside}</div>").split("\n")

    assert lines[2:6] == [
        "The workshop sells three machines to hotels by now:",
        *(f"Machine of type {n}" for n in "ABC"),
    ]
    assert lines[-4:] == [
        f"The {name} report on laundry" for name in ("coast", "hotel", "steam", "labour")
    ]


def test_links_to_stories_between_paragraphs_and_links_that_share_the_page_go():
    stories = "".join(f'<li><a href="/{n}">The {n} story of this busy week</a></li>' for n in "abc")
    share = (
        '<ul><li><a href="https://share.example.org/?u=https://news.example.com/x">Share it with '
        "your friends</a></li></ul>"
    )

    assert text_of(f"<h1>{TITLE}</h1>{HALVES[0]}<ul>{stories}</ul>{HALVES[1]}{share}") == STORY


def test_an_entry_that_stands_in_two_lists_is_said_twice():
    entry = "Repairs on working days, within eight hours of the call"
    lists = f"<h2>Small</h2><ul><li>{entry}</li></ul><h2>Large</h2><ul><li>{entry}</li></ul>"
    text = text_of(f"<h1>{TITLE}</h1>{HALVES[0]}{lists}{HALVES[1]}")

    assert text.count(entry) == 2


def test_a_label_before_long_lists_of_notes_does_not_end_the_story():
    notes = "".join(
        f"<li>Obi, A. Folding shirts, volume {n}: a study of hotels along the coast, 2019.</li>"
        for n in range(12)
    )
    text = text_of(f"<h1>{TITLE}</h1>{markup()}<h2>See also</h2><ol>{notes}</ol>")

    assert "volume 11" in text


def test_a_line_of_a_list_that_tells_of_summaries_is_no_box():
    entry = (
        "Sends a summary of the week by mail: an AI reads what was found, sorts it by subject and "
        "writes the mail, so that nobody has to open a table before Monday, when the team has met "
        "for its first coffee."
    )

    assert entry in text_of(f"<h1>{TITLE}</h1>{HALVES[0]}<ul><li>{entry}</li></ul>{HALVES[1]}")


def test_a_dialog_that_asks_for_consent_goes_however_long_it_is():
    words = "This website uses cookies. You can change your preferences at any time. " * 9
    dialog = f'<div class="x-modal"><div><h4>Privacy</h4><p>{words}</p></div></div>'
    page = page_of(f"<main><h1>{TITLE}</h1><div>{markup()}</div></main>{dialog}")

    assert extract_article(page).text == STORY


@pytest.mark.parametrize(
    ("opening", "end"),
    [
        ('<script type="text/template">', "</script>"),
        ('<script type="text/x-handlebars-template">', "</script>"),
        ("<template>", "</template>"),
        ("<noscript>", "</noscript>"),
    ],
)
def test_a_story_that_only_a_template_holds_is_read(opening, end):
    page = page_of(f"<h1>{TITLE}</h1><div id='app'></div>{opening}{markup()}{end}")
    article = extract_article(page)

    assert article.text == STORY
    assert article.evidence["text"] == "template"


def test_a_template_beside_a_story_adds_nothing():
    page = article_page(f"<template>{markup(*reversed(PARAGRAPHS)) * 3}</template>")

    assert extract_article(page).text == STORY
