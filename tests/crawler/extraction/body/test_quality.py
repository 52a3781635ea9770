"""How sure a text is: never above 1, lower for what speaks against it."""

import json

from crawler.extraction import extract_article
from crawler.extraction.body.quality import judge
from tests.crawler.extraction.pages import PARAGRAPHS, TITLE, extracted, markup, page_of

LONG = "\n".join(f"{text} This is the {n}th time." for n in range(4) for text in PARAGRAPHS)


def test_a_long_text_that_another_reading_has_word_for_word_is_sure():
    assert judge(LONG, others=[LONG], outside=0).score == 1.0


def test_a_text_that_another_reading_contradicts_is_less_sure():
    half = LONG[: len(LONG) // 2]

    assert judge(LONG, others=[half], outside=0).score < judge(LONG, others=[], outside=0).score


def test_prose_left_outside_lines_that_are_no_sentences_and_few_words_lower_the_score():
    sure = judge(LONG, others=[LONG], outside=0).score
    names = "\n".join(["Ada Obi, engineer of the second workshop, Accra"] * 40)

    assert judge(LONG, others=[LONG], outside=9_000).score < sure
    assert judge(names, others=[names], outside=0).score < sure
    assert judge(PARAGRAPHS[0], others=[PARAGRAPHS[0]], outside=0).score < sure


def test_an_article_tells_its_quality_and_what_it_comes_from():
    article = extracted()

    assert article.quality is not None
    assert 0.5 < article.quality <= 1
    assert article.evidence["quality"] == "not compared, prose kept 1.00, in sentences 1.00"


def test_a_text_out_of_a_script_is_less_sure_than_one_that_readers_see():
    node = {"@type": "NewsArticle", "headline": TITLE, "articleBody": LONG}
    head = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    scripted = extract_article(page_of('<div id="root"></div>', head))
    shown = extract_article(
        page_of(f"<article><h1>{TITLE}</h1>{markup(*LONG.splitlines())}</article>")
    )

    assert scripted.text == shown.text
    assert scripted.quality < shown.quality
