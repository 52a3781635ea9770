"""Feed readers' lists come in, ours go out."""

import pytest

from crawler.errors import SourceError
from crawler.sources.opml import read_opml, write_opml
from crawler.sources.registry import load_sources
from crawler.sources.source import slug_of


def opml(inner):
    return f'<?xml version="1.0"?><opml version="2.0"><body>{inner}</body></opml>'.encode()


def test_all_feeds_go_out_and_come_back_in():
    sources = load_sources().all()
    back, left_out = read_opml(write_opml(sources))
    assert left_out == ()
    feeds = {feed for source in sources for feed in source.feeds}
    assert {feed for source in back for feed in source.feeds} == feeds


def test_feeds_of_one_homepage_become_one_source_and_folders_are_opened():
    body = opml(
        '<outline text="Tech"><outline text="Inner">'
        '<outline text="The  Bridge" xmlUrl="https://b.jp/feed" htmlUrl="https://b.jp"/>'
        '<outline text="Bridge AI" xmlUrl="https://b.jp/ai" htmlUrl="https://b.jp/"/>'
        '</outline></outline><outline title="杭州日报" xmlUrl="https://hz.cn/rss"/>'
    )
    sources, left_out = read_opml(body)
    assert [(source.id, source.name, source.feeds) for source in sources] == [
        ("the-bridge", "The Bridge", ("https://b.jp/feed", "https://b.jp/ai")),
        ("hz-cn", "杭州日报", ("https://hz.cn/rss",)),
    ]
    assert left_out == ()


def test_two_sources_of_one_name_get_two_ids():
    inner = "".join(f'<outline text="News" xmlUrl="https://{h}.com/f"/>' for h in "abc")
    assert [source.id for source in read_opml(opml(inner))[0]] == ["news", "news-2", "news-3"]


def test_an_outline_without_a_web_address_is_left_out_and_told():
    sources, left_out = read_opml(opml('<outline text="X" xmlUrl="file:///etc/passwd"/>'))
    assert sources == ()
    assert left_out == ("outline 'X': xmlUrl 'file:///etc/passwd' is no http(s) address",)


def test_entities_are_not_expanded():
    bomb = b'<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body>&a;</body></opml>'
    assert read_opml(bomb) == ((), ())


@pytest.mark.parametrize("body", [b"", b"hello", b"<rss/>", b'{"a": 1}'])
def test_what_is_no_opml_is_refused_in_a_line(body):
    with pytest.raises(SourceError, match="the file is not OPML"):
        read_opml(body)


def test_half_characters_by_their_number_do_no_harm():
    outline = '<outline text="A &#xD800; B" xmlUrl="https://a.example/feed"/>'

    sources, left_out = read_opml(f"<opml><body>{outline}</body></opml>".encode())

    assert ([source.name for source in sources], left_out) == (["A \ufffd B"], ())


def test_nesting_without_end_is_cut():
    depth = 200
    body = opml("<outline>" * depth + '<outline xmlUrl="https://a.b/"/>' + "</outline>" * depth)
    assert read_opml(body)[0] == ()


def test_a_name_makes_an_id():
    assert slug_of("L'Usine Digitale (Paris)") == "lusine-digitale-paris"
