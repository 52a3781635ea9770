"""Feeds that say the common things in uncommon ways."""

from base64 import b64encode

import pytest

from crawler.article import Entry
from crawler.discovery.feeds import parse_feed

URL = "https://feeds.site.ng/all"
NAMESPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)


def entries(body: str, url: str = URL) -> tuple[Entry, ...]:
    return parse_feed(body.encode(), url=url, source_id="s").entries


def rss(inner: str, channel: str = "") -> tuple[Entry, ...]:
    item = f"<item><link>https://www.site.ng/a</link>{inner}</item>"
    return entries(f"<rss {NAMESPACES}><channel>{channel}{item}</channel></rss>")


def atom(inner: str, feed: str = "", version: str = "2005/Atom") -> tuple[Entry, ...]:
    return entries(f'<feed xmlns="http://www.w3.org/{version}">{feed}<entry>{inner}</entry></feed>')


@pytest.mark.parametrize(
    "inner",
    [
        "<media:title>IMG_2231.jpg</media:title><title>A plant opens</title>",
        "<itunes:title>Plant</itunes:title><title>A plant opens</title>",
        "<title>A plant opens</title><media:title>IMG_2231.jpg</media:title>",
    ],
)
def test_an_items_own_title_comes_before_that_of_its_picture_or_sound(inner: str) -> None:
    assert [entry.title for entry in rss(inner)] == ["A plant opens"]


def test_a_caption_is_a_summary_only_where_nothing_else_is() -> None:
    both = "<media:description>Photo: AP</media:description><description>It opens.</description>"

    assert [entry.summary for entry in rss(both)] == ["It opens."]
    assert [entry.summary for entry in rss("<itunes:summary>All of it.</itunes:summary>")] == [
        "All of it."
    ]


def test_who_speaks_in_the_sound_is_an_author_only_where_nobody_wrote() -> None:
    spoken = "<itunes:author>Chip Talk</itunes:author>"

    assert rss(f"{spoken}<dc:creator>Ada Obi</dc:creator>")[0].authors == ("Ada Obi",)
    assert rss(spoken)[0].authors == ("Chip Talk",)


def test_relative_links_count_from_the_site_that_a_feed_names() -> None:
    items = "".join(
        f"<item><title>t</title><link>{link}</link></item>"
        for link in ("story-1", "/b/2", "//www.site.ng/c", "www.site.ng/d")
    )
    found = entries(
        f"<rss><channel><link>https://www.site.ng/news/</link>{items}</channel></rss>",
        "https://feeds.feedburner.com/site",
    )

    assert [entry.url for entry in found] == [
        "https://www.site.ng/news/story-1",
        "https://www.site.ng/b/2",
        "https://www.site.ng/c",
        "https://www.site.ng/d",
    ]


def test_an_enclosed_web_page_is_the_article_and_an_enclosed_sound_is_none() -> None:
    page = '<link rel="enclosure" type="text/html" href="https://www.site.ng/a"/>'
    sound = '<link rel="enclosure" type="audio/mpeg" href="https://www.site.ng/a.mp3"/>'

    assert [entry.url for entry in atom(page)] == ["https://www.site.ng/a"]
    assert atom(sound) == ()


def test_base64_of_old_atom_is_read() -> None:
    def packed(text: str) -> str:
        return b64encode(text.encode()).decode()

    (entry,) = entries(
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry>'
        f'<title mode="base64">{packed("Größere Chips")}</title>'
        f'<content mode="base64" type="text/html">{packed("<p>Aus Dresden</p>")}</content>'
        '<link rel="alternate" href="https://www.site.ng/a"/></entry></feed>'
    )

    assert (entry.title, entry.summary) == ("Größere Chips", "Aus Dresden")


def test_whoever_signs_an_atom_feed_signs_its_entries_that_name_nobody() -> None:
    feed = "<author><name>Ada Obi</name></author>"
    link = '<link href="https://www.site.ng/a"/>'

    assert atom(link, feed)[0].authors == ("Ada Obi",)
    assert atom(f"{link}<author><name>Bo Li</name></author>", feed)[0].authors == ("Bo Li",)


def test_the_editor_of_an_rss_channel_signs_no_story() -> None:
    channel = "<managingEditor>ed@site.ng (Ed Itor)</managingEditor><dc:creator>Ed</dc:creator>"

    assert rss("<title>t</title>", channel)[0].authors == ()


def test_rss_in_capitals_is_rss() -> None:
    (entry,) = entries(
        '<RSS VERSION="2.0"><CHANNEL><ITEM><TITLE>A plant opens</TITLE>'
        "<LINK>https://www.site.ng/a</LINK><PUBDATE>Fri, 20 Nov 2026 11:00:00 GMT</PUBDATE>"
        "</ITEM></CHANNEL></RSS>"
    )

    assert entry.title == "A plant opens"
    assert entry.published is not None
