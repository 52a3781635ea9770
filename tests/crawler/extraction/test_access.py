"""What a reader without a subscription gets: a teaser is told by what keeps its rest back."""

import pytest

from crawler.article import Access
from crawler.extraction import extract_article
from tests.crawler.extraction.pages import page_of

STORY = "港の近くに建設される新しい電池工場に許可が出た。会社は来春にも出荷を始める計画だ。" * 3


def access_to(story: str, around: str, lang: str = "ja") -> Access:
    body = f"<article><h1>港の電池工場に許可、来春にも出荷へ</h1><p>{story}</p></article>{around}"
    return extract_article(page_of(body, lang=lang)).access


@pytest.mark.parametrize(
    "label",
    [
        "<aside><p>有料会員限定記事の一覧</p><a href='/plans'>有料会員になる</a></aside>",
        "<p>有料会員になると会員限定の有料記事もお読みいただけます。</p>",
    ],
)
def test_a_label_for_members_beside_a_story_makes_it_no_teaser(label):
    assert access_to(STORY, label) is Access.FREE


@pytest.mark.parametrize(
    "wall",
    ["この記事は有料記事です。残り1234文字", "続きを読むには会員登録が必要です。"],
)
def test_what_keeps_the_rest_back_right_behind_a_story_makes_it_a_teaser(wall):
    assert access_to(STORY, f"<p>{wall}</p>") is Access.TEASER


def test_a_wall_around_other_stories_far_below_makes_no_teaser():
    others = "".join(
        f'<p><a href="/{n}">Story {n} of this day by someone else, told at length</a></p>'
        for n in range(20)
    )
    around = f"<aside>{others}<p>Subscribe to continue reading</p></aside>"
    story = "The plant by the harbour has its permit, and the first cells leave it in spring. " * 3
    assert access_to(story, around, "en") is Access.FREE
