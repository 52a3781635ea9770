"""A feed that carries whole articles gives them; one with teasers gives none."""

import pytest

from crawler.discovery.feed_text import LEAST, paragraphs, whole_text
from crawler.discovery.feeds import parse_feed

PARAGRAPH = (
    "Chipmaker Orbisil said on Monday that its second plant in Dresden will make memory chips for "
    "servers, with tools from two suppliers and a budget of 900 million euros. "
)
WHOLE = "".join(f"<p>{n}. {PARAGRAPH}</p>" for n in range(6))
ITEM = """<item><title>Orbisil opens a plant</title><link>https://a.example/plant</link>{}</item>"""
RSS = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
    <title>A</title>{}</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title>Orbisil</title>
    <link href="https://a.example/plant"/><id>1</id>{}</entry></feed>"""


def content(body: str) -> str | None:
    (entry,) = parse_feed(body.encode(), url="https://a.example/feed", source_id="a").entries
    return entry.content


def test_paragraphs_stand_on_lines_without_scripts_forms_and_signatures() -> None:
    markup = (
        "<div><h2>A  plant</h2><p>One <b>bold</b> &amp; new.<br>Two.</p><script>x()</script>"
        "<form>Subscribe</form><ul><li>three</li></ul>"
        "<p>The post <a>A plant</a> appeared first on <a>A News</a>.</p></div>"
    )

    assert paragraphs(markup) == "A plant\nOne bold & new.\nTwo.\nthree"


@pytest.mark.parametrize(
    "body",
    [
        RSS.format(ITEM.format(f"<content:encoded><![CDATA[{WHOLE}]]></content:encoded>")),
        RSS.format(ITEM.format(f"<description><![CDATA[{WHOLE}]]></description>")),
        ATOM.format(f'<content type="html"><![CDATA[{WHOLE}]]></content>'),
    ],
    ids=["content:encoded", "description", "atom"],
)
def test_the_whole_text_is_found_wherever_a_feed_has_it(body: str) -> None:
    found = content(body)

    assert found is not None
    assert found.count("\n") == 5
    assert "5. Chipmaker" in found


def test_a_json_feed_carries_it_too() -> None:
    text = (PARAGRAPH * 6).strip()
    body = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": [{"id": "1", '
        f'"url": "https://a.example/plant", "title": "Orbisil", "content_text": "{text}"}}]}}'
    )

    assert content(body) == text


@pytest.mark.parametrize(
    "text",
    [
        PARAGRAPH,
        PARAGRAPH * 6 + " …",
        PARAGRAPH * 6 + "[...]",
        f"{WHOLE}<p><a>Continue reading</a></p>",
        f"{WHOLE}<p>Lire la suite sur notre site</p>",
        "杭州一家公司推出了新的电动滑板车。" * 30 + "阅读全文",
        "",
    ],
)
def test_a_teaser_is_no_article(text: str) -> None:
    assert whole_text(text) is None


def test_a_script_that_says_more_in_fewer_characters_is_weighed_so() -> None:
    text = "杭州一家公司推出了新的电动滑板车。" * 18

    assert len(text) < LEAST
    assert whole_text(text) == text
