"""Lines between a story's paragraphs: what goes, what stays, what ends the story."""

import pytest

from crawler.extraction.aggregators.furniture import agencies_in, is_end, is_furniture, story_lines
from crawler.extraction.aggregators.lines import page_lines
from crawler.formats.markup import html_tree


def texts(markup):
    return story_lines(page_lines(html_tree(markup.encode(), url="https://a.com/")))[0]


@pytest.mark.parametrize(
    "line",
    [
        "Sign up now: Get ST's newsletters delivered to your inbox",
        "BT in your inbox",
        "BT in your inboxStart and end each day with all that matters.Sign UpSign Up",
        "Start and end each day with all that matters. Sign Up Sign Up",
        "Sign UpSign Up",
        "Sign Up",
        "Advertisement",
        "FILE PHOTO: A man walks past a chip plant in Lagos. Photo: Someone",
        "Photo: Someone",
        "#chips #lagos #ai",
        "Read more: Another story of ours",
        "Share this article",
        "3 min read",
        "Copy link",
        "WhatsApp Facebook X",
    ],
)
def test_furniture_is_cut(line):
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Shares fell 3 per cent",
        "Share prices of chip makers rose on Monday.",
        "Readers of the paper were told to wait.",
        "Photographs of the plant show three halls.",
        "He asked customers to sign up for the service before March.",
        "#1 in the market, the company sells to forty countries.",
        "Printing chips at home is a dream of many.",
        "Save for one year, the company made a profit.",
        "Watch makers worry about the tariff.",
    ],
)
def test_sentences_stay(line):
    assert not is_furniture(line)
    assert not is_end(line)


@pytest.mark.parametrize(
    "line",
    [
        "Related Articles", "RELATED STORIES", "No comments yet", "Comments (3)", "12 comments",
        "Try Our AI Features", "Try Our AI FeaturesExplore what Hub AI can do for you",
        "Explore what Hub AI can do for you", "Ask AI about this story", "Leave a reply",
        "© 2026 Hub. All rights reserved.",
    ],
)  # fmt: skip
def test_comments_ai_features_and_related_articles_end_a_story(line):
    assert is_end(line)


@pytest.mark.parametrize(
    "line",
    [
        "Ask AI what it thinks and it will answer.",
        "Related news from the region was calmer, analysts said on Monday.",
        "Comments by the minister moved the market.",
        "Explore the AI chips of next year.",
    ],
)
def test_sentences_do_not_end_a_story(line):
    assert not is_end(line)


@pytest.mark.parametrize(
    ("line", "agencies"),
    [
        ("REUTERS", ("REUTERS",)),
        ("(AFP)", ("AFP",)),
        ("Bloomberg, AFP", ("Bloomberg", "AFP")),
        ("With inputs from PTI and IANS", ("PTI", "IANS")),
        ("Reuters said on Monday", ()),
        ("", ()),
    ],
)
def test_agencies_on_their_own_line_are_read(line, agencies):
    assert agencies_in(line) == agencies


def test_a_list_of_headlines_is_cut_up_to_the_next_paragraph():
    paragraph = "The plant will make simple controllers for water pumps and solar panels."
    assert texts(
        f"<p>{paragraph} One.</p><h3>Top stories</h3><p>Swipe. Select. Stay informed.</p>"
        f"<p>Rain in the north</p><ul><li>A headline about schools in the city today.</li></ul>"
        f"<p>{paragraph} Two.</p>"
    ) == [f"{paragraph} One.", f"{paragraph} Two."]


def test_a_newsletter_block_is_cut_whole_and_its_absence_costs_nothing():
    letter = "<p>BT in your inbox</p><p>Begin each day with us.</p><p>Sign Up</p>"
    assert texts(f"<p>One.</p>{letter}<p>Two.</p>") == ["One.", "Two."]
    assert texts("<p>BT in your inbox</p><p>Two.</p>") == ["Two."]
