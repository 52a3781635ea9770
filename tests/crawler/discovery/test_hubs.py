"""A feed names its hub and itself among its links or in its header."""

import json

from crawler.discovery.feeds import parse_feed
from crawler.discovery.hubs import announced

URL = "https://paper.example/feed"


def test_atom_names_its_hub_and_itself() -> None:
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>'
        b'<link rel="self" href="/own"/><link rel="hub" href="https://hub.example/"/>'
        b'<entry><title>A</title><link href="/a/1"/></entry></feed>'
    )
    read = parse_feed(body, url=URL, source_id="paper")

    assert read.hubs == ("https://hub.example/",)
    assert read.topic == "https://paper.example/own"


def test_rss_names_them_by_atoms_links_and_json_in_hubs() -> None:
    rss = (
        b'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>N</title>'
        b'<a:link rel="hub" href="https://hub.example/"/><item><link>/a/1</link></item>'
        b"</channel></rss>"
    )
    hubs = [{"type": "rssCloud", "url": "https://no.example/"}, {"type": "WebSub", "url": "/hub"}]
    text = {"version": "https://jsonfeed.org/version/1.1", "items": [], "hubs": hubs}

    assert parse_feed(rss, url=URL, source_id="p").hubs == ("https://hub.example/",)
    assert parse_feed(json.dumps(text).encode(), url=URL, source_id="p").hubs == (
        "https://paper.example/hub",
    )


def test_the_header_wins_and_https_comes_first() -> None:
    header = '<http://a.example/>; rel=hub, <https://b.example/>; rel="hub", <../own>; rel="self"'
    found = announced(hubs=["https://c.example/"], topic="x", link_header=header, url=URL)

    assert found is not None
    assert (found.hub, found.topic) == ("https://b.example/", "https://paper.example/own")


def test_what_is_no_web_address_is_no_hub() -> None:
    assert announced(hubs=["mailto:a@b.example", "//[", ""], topic=None, url=URL) is None


def test_a_feed_that_does_not_name_itself_is_known_by_where_it_stands() -> None:
    found = announced(hubs=["https://hub.example/"], topic=None, url=URL)

    assert found is not None
    assert found.topic == URL
