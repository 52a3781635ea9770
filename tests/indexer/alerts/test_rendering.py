"""Pages and Markdown of stories: readable, and deaf to what strangers write."""

from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from indexer.alerts.rendering import Section, facts, html_page, markdown, plain_text
from indexer.alerts.story import AlertStory, one_line, story_of
from tests.factories import a_document

HOSTILE = "</a><script>alert(1)</script><img src=x onerror=alert(2)> [x](javascript:1) `# \"'&amp;"


def a_story(**changes: object) -> AlertStory:
    document = a_document("one", title="A title", summary="A summary.")
    return story_of({**document.as_record(), **changes})


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_holds_what_people_read_and_loads_nothing() -> None:
    page = html_page("Today", "2 articles", [Section(heading="AI & chips", stories=[a_story()])])

    read = Tags(page)
    for words in ("Today", "2 articles", "AI & chips", "A title", "A summary.", "Example News"):
        assert words in read.text
    assert ("href", "https://news.example/one") in read.attributes
    assert ("content", "width=device-width, initial-scale=1") in read.attributes
    assert "default-src 'none'" in page
    assert not {"script", "img", "link", "iframe", "form"} & set(read.tags)


@pytest.mark.parametrize("place", ["title", "summary", "source_name", "language", "topics", "url"])
def test_a_strangers_words_stay_words_on_a_page(place: str) -> None:
    value: object = {"lvl0": [HOSTILE]} if place == "topics" else HOSTILE
    value = f'https://news.example/"><script>{HOSTILE}' if place == "url" else value
    story = a_story(**{place: value})

    page = Tags(html_page(HOSTILE, HOSTILE, [Section(heading=HOSTILE, stories=[story])]))

    plain = Tags(html_page("x", "y", [Section(heading="z", stories=[a_story(topics={})])]))
    assert page.tags == plain.tags
    assert not any(name.startswith("on") for name, _ in page.attributes)


def test_only_addresses_of_the_web_become_links() -> None:
    story = a_story(url="javascript:alert(1)")

    assert story.url == ""
    assert "javascript" not in html_page("x", "y", [Section(heading="", stories=[story])])


def test_markdown_holds_the_same() -> None:
    text = markdown("Today", "2 articles", [Section(heading="AI", stories=[a_story()])])

    assert "# Today\n" in text
    assert "## AI\n" in text
    assert "1. [A title](<https://news.example/one>)" in text
    assert "A summary." in text


HOSTILE_STARTS = ["- a", "1. a", "2) a", "# a", "> a", "+ a", "===", "---", "```", "~~~", "| a |"]


@pytest.mark.parametrize("words", [HOSTILE, *HOSTILE_STARTS, "*a* _b_ **c** ~~d~~ <!-- e -->"])
def test_a_strangers_words_stay_words_in_markdown(words: str) -> None:
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

    def read(words: str) -> Tags:
        story = a_story(
            title=words, summary=words, source_name=words, url="https://a.example/>b c)("
        )
        sections = [Section(heading=words, stories=[story])]
        return Tags(reader.render(markdown(words, words, sections)))

    assert read(words).tags == read("plain words").tags
    assert words.replace("&amp;", "&") in read(words).text.replace("&amp;", "&")


def test_plain_text_holds_the_same() -> None:
    text = plain_text("Today", [Section(heading="AI", stories=[a_story()])])

    assert text.splitlines()[:6] == ["Today", "", "AI", "--", "", "A title"]


def test_facts_stand_in_one_line() -> None:
    story = a_story(outlets=7, topics={"lvl0": ["AI"], "lvl1": ["AI > Models"]})

    assert facts(story) == "Example News · 2026-11-22 09:30 UTC · in 7 outlets · Models"


def test_long_and_broken_texts_become_one_short_line() -> None:
    assert one_line("a\x00b\n\n c\ud800", 10) == "ab c"
    assert one_line("word " * 100, 12) == "word word…"
    assert len(one_line("x" * 5000, 300)) == 300
