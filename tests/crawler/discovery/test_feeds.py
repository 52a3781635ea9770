"""Feeds of every format, and of every way to be broken."""

import contextlib
import gzip
import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from crawler.discovery.feeds import parse_feed
from crawler.errors import ListingError

URL = "https://www.site.ng/feed/"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEN = datetime(2026, 11, 20, 10, tzinfo=UTC)


def read(body, url=URL, **more):
    body = body.encode() if isinstance(body, str) else body
    return parse_feed(body, url=url, source_id="site", **more)


def rss(items, channel="", root='<rss version="2.0">'):
    return (
        f'<?xml version="1.0"?>{root}<channel><title>Site</title>{channel}{items}</channel></rss>'
    )


def item(n=1, inner="", link=None):
    link = link or f"https://www.site.ng/2026/story-{n}"
    return f"<item><title>Story {n}</title><link>{link}</link>{inner}</item>"


def urls(listing):
    return [entry.url for entry in listing.entries]


def test_rss_2_gives_all_an_item_tells():
    body = rss(
        item(
            inner="<pubDate>Fri, 20 Nov 2026 11:00:00 +0100</pubDate>"
            "<description>&lt;p&gt;A &lt;b&gt;bold&lt;/b&gt; move &amp;amp; more</description>"
            "<dc:creator>Ada Obi</dc:creator><author>desk@site.ng (News Desk)</author>"
            '<media:content url="/small.jpg" medium="image" width="100"/>'
            '<media:content url="/large.jpg" medium="image" width="900"/>'
        ),
        channel="<language>en-ng</language><ttl>30</ttl><link>https://www.site.ng/</link>",
        root='<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:media="http://search.yahoo.com/mrss/">',
    )
    listing = read(body)
    (entry,) = listing.entries
    assert (listing.title, listing.language, listing.ttl) == (
        "Site",
        "en-NG",
        timedelta(minutes=30),
    )
    assert (entry.title, entry.kind, entry.found_in) == ("Story 1", "feed", URL)
    assert entry.published == TEN
    assert entry.published_raw == "Fri, 20 Nov 2026 11:00:00 +0100"
    assert entry.summary == "A bold move & more"
    assert entry.authors == ("Ada Obi", "News Desk")
    assert entry.image == "https://www.site.ng/large.jpg"
    assert entry.language == "en-NG"
    assert listing.problems == ()


def test_atom_takes_the_alternate_link_and_keeps_updated_apart_from_published():
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">
      <title type="html">A&amp;amp;B</title>
      <link rel="self" href="https://www.site.ng/feed/"/>
      <link rel="next" href="?page=2"/>
      <entry xml:base="https://www.site.ng/base/"><title type="html">&lt;i&gt;Eins&lt;/i&gt;</title>
        <link rel="edit" href="https://www.site.ng/edit/1"/><link href="story-one"/>
        <id>tag:site.ng,2026:1</id><published>2026-11-20T10:00:00Z</published>
        <updated>2026-11-21T10:00:00Z</updated><author><name>Ada</name><email>a@b.c</email></author>
        <summary>Kurz</summary><link rel="enclosure" type="image/png" href="/p.png"/></entry>
      <entry><title>Zwei</title><link rel="alternate" href="/story-two"/>
        <updated>2026-11-22T10:00:00+01:00</updated></entry></feed>"""
    listing = read(body)
    two, one = listing.entries
    assert listing.title == "A&B"
    assert listing.next_url == "https://www.site.ng/feed/?page=2"
    assert (one.url, one.title) == ("https://www.site.ng/base/story-one", "Eins")
    assert (one.published, one.modified) == (TEN, TEN + timedelta(days=1))
    assert (one.authors, one.image) == (("Ada",), "https://www.site.ng/p.png")
    assert two.published is None
    assert two.published_raw is None
    assert two.modified == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert one.language == "de"


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0"])
def test_old_rss_reads_alike(version):
    doctype = '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://x.example/rss-0.91.dtd">'
    body = rss(item(), root=f'{doctype}<rss version="{version}">')
    assert urls(read(body)) == ["https://www.site.ng/2026/story-1"]


def test_rss_1_and_0_9_without_dates_keep_their_order():
    for namespace in ("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"):
        body = f"""<rdf:RDF xmlns="{namespace}"
          xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
          <channel rdf:about="https://www.site.ng/"><title>RDF</title></channel>
          <item rdf:about="https://www.site.ng/a/1"><title>One</title></item>
          <item rdf:about="x"><title>Two</title><link>https://www.site.ng/a/2</link></item></rdf:RDF>"""
        listing = read(body)
        assert urls(listing) == ["https://www.site.ng/a/1", "https://www.site.ng/a/2"]
        assert [entry.published for entry in listing.entries] == [None, None]
        assert listing.title == "RDF"


def test_json_feed_gives_the_same_entries():
    body = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "J",
            "language": "en",
            "home_page_url": "https://www.site.ng/",
            "next_url": "https://www.site.ng/feed/?2",
            "authors": [{"name": "Desk"}],
            "items": [
                {"id": "1", "url": "/a/1", "content_html": "<p>Hi</p>", "image": "/i.png"},
                {
                    "id": "https://www.site.ng/a/2",
                    "title": "Two",
                    "date_published": "2026-11-20T10:00:00Z",
                    "author": {"name": "Ada"},
                },
                {"id": "3", "url": "/a/3", "tags": ["sponsored"]},
                "no object",
            ],
        }
    )
    listing = read("\ufeff" + body)
    two = next(entry for entry in listing.entries if entry.title == "Two")
    one = next(entry for entry in listing.entries if entry.title is None)
    assert (two.published, two.authors) == (TEN, ("Ada",))
    assert (one.summary, one.image) == ("Hi", "https://www.site.ng/i.png")
    assert one.authors == ("Desk",)
    assert listing.next_url == "https://www.site.ng/feed/?2"
    assert listing.problems == ("1 item left out: advertisements",)


def test_half_characters_in_json_do_no_harm():
    body = r'{"version": "jsonfeed.org", "items": [{"url": "/a\ud800", "title": "x\udfff"}]}'
    (entry,) = read(body).entries
    entry.url.encode()
    assert entry.title == "x"


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-20T10:00:00Z",
        "2026-11-20T18:00:00+0800",
        "2026-11-20 10:00:00",
        "2026-11-20T10:00:00.000+00:00",
        "Fri, 20 Nov 2026 10:00:00 GMT",
        "20 Nov 2026 05:00:00 EST",
        "Fri, 20 Nov 2026 18:00:00 GMT+0800",
        "Fri, 20 Nov 2026 18:00:00 +08:00 (SGT)",
        "November 20, 2026 10:00 AM UTC",
        "20261120T100000Z",
        "1795168800",
    ],
)
def test_dates_in_many_forms_name_one_instant(raw):
    (entry,) = read(rss(item(inner=f"<pubDate> {raw} </pubDate>"))).entries
    assert entry.published == TEN
    assert entry.published_raw == raw


def test_a_date_without_zone_counts_on_the_publishers_clock():
    body = rss(item(inner="<pubDate>Fri, 20 Nov 2026 18:00:00</pubDate>"))
    assert read(body, zone="Asia/Shanghai").entries[0].published == TEN
    body = rss(item(inner="<pubDate>Fri, 20 Nov 2026 18:00:00 CST</pubDate>"))
    assert read(body, zone="Asia/Shanghai").entries[0].published == TEN
    assert read(body).entries[0].published == datetime(2026, 11, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", ["on:", "yesterday", "20/13/2026", "0000-00-00 00:00:00", "2 h ago"]
)
def test_a_date_that_cannot_be_read_stays_raw_and_is_told(raw):
    listing = read(rss(item(inner=f"<pubDate>{raw}</pubDate>")))
    assert listing.entries[0].published is None
    assert listing.entries[0].published_raw == raw
    assert listing.problems == ("1 item with a date that cannot be read",)


def test_a_date_in_the_future_or_before_the_web_is_not_believed():
    body = rss(
        item(1, "<pubDate>Fri, 20 Nov 2036 10:00:00 GMT</pubDate>")
        + item(2, "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>")
        + item(3, "<pubDate>Mon, 23 Nov 2026 20:00:00 GMT</pubDate>")
    )
    listing = read(body, now=NOW)
    assert [entry.published is None for entry in listing.entries].count(True) == 2
    assert listing.problems == ("2 items dated before 1990 or in the future",)


def test_entries_come_newest_first_and_undated_ones_stay_behind_their_neighbour():
    body = rss(
        item(1, "<pubDate>Wed, 18 Nov 2026 10:00:00 GMT</pubDate>")
        + item(2)
        + item(3, "<pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>")
    )
    assert [url[-1] for url in urls(read(body))] == ["3", "1", "2"]


def test_links_come_from_wherever_the_item_has_one():
    body = rss(
        "<item><title>a</title><guid>https://www.site.ng/by-guid</guid></item>"
        '<item><title>b</title><guid isPermaLink="false">https://www.site.ng/no</guid></item>'
        "<item><link>https://www.site.ng/counted</link>"
        "<feedburner:origLink>https://www.site.ng/original</feedburner:origLink></item>"
        "<item><link>\n /relative?a=1&amp;b=2 \n</link></item>"
        '<item><link/><atom:link rel="alternate" href="https://www.site.ng/by-atom"/></item>'
        "<item><link>javascript:alert(1)</link></item>",
        root='<rss version="2.0" xmlns:feedburner="http://f" xmlns:atom="http://www.w3.org/2005/Atom">',
    )
    listing = read(body)
    assert urls(listing) == [
        "https://www.site.ng/by-guid",
        "https://www.site.ng/original",
        "https://www.site.ng/relative?a=1&b=2",
        "https://www.site.ng/by-atom",
    ]
    assert listing.problems == (
        "1 item left out: no link",
        "1 item left out: no web address",
    )


def test_a_wrong_language_tag_is_not_believed():
    titles = "".join(f"<item><title>Startup raises money {n}</title><link>https://www.site.ng/{n}x"
                     "</link></item>" for n in range(5))  # fmt: skip
    listing = read(rss(titles, channel="<language>ko</language>"))
    assert listing.language is None
    assert listing.entries[0].language is None
    assert listing.problems == ("the feed's language 'ko' does not fit its titles: ignored",)
    korean = titles.replace("Startup raises money", "스타트업 투자 유치 소식을 전합니다")
    assert read(rss(korean, channel="<language>ko</language>")).language == "ko"
    assert read(rss(korean, channel="<language>en</language>")).language is None
    assert read(rss(korean, channel="<language>english, mostly</language>")).problems == ()


def test_foreign_hosts_are_left_out_where_the_feed_is_one_sites():
    items = "".join(item(n) for n in range(6)) + item(link="https://shop.example/buy-now")
    listing = read(rss(items), url="https://feeds.proxy.example/site")
    assert len(listing.entries) == 6
    assert listing.problems == ("1 item left out: they lead to other sites (shop.example)",)


def test_a_feed_on_another_host_than_its_articles_is_whole():
    items = "".join(item(n, link=f"https://www.site.ng/story-{n}") for n in range(3))
    assert len(read(rss(items), url="https://feeds.proxy.example/site").entries) == 3


def test_a_link_list_to_many_sites_stays_whole():
    items = "".join(item(n, link=f"https://paper{n}.com/story") for n in range(8))
    listing = read(rss(items, channel="<link>https://www.links.com/</link>"))
    assert len(listing.entries) == 8
    assert listing.problems == ()
    assert all(entry.linked for entry in listing.entries)


def test_the_entries_of_a_publisher_with_two_sites_are_its_own():
    items = "".join(item(n, link=f"https://site{n % 2}.ng/story-{n}") for n in range(6))
    listing = read(rss(items, channel="<link>https://site0.ng/</link>"))
    assert [entry.linked for entry in listing.entries] == [False] * 6


@pytest.mark.parametrize(
    "advert",
    [
        "<item><title>[Sponsored] Buy now</title><link>https://www.site.ng/ad</link></item>",
        "<item><title>【PR】新しい携帯</title><link>https://www.site.ng/ad</link></item>",
        "<item><title>PR: 新しい携帯</title><link>https://www.site.ng/ad</link></item>",
        "<item><title>Anzeige: Jetzt kaufen</title><link>https://www.site.ng/ad</link></item>",
        "<item><title>Fine</title><category>Sponsored Content</category>"
        "<link>https://www.site.ng/ad</link></item>",
        "<item><title>Fine</title><link>https://ad.doubleclick.net/x?y</link></item>",
    ],
)
def test_advertisements_are_left_out(advert):
    listing = read(rss(item(1) + advert))
    assert urls(listing) == ["https://www.site.ng/2026/story-1"]
    assert listing.problems == ("1 item left out: advertisements",)


@pytest.mark.parametrize(
    "title",
    ["Sponsored stories are dying", "PR firm raises $2M", "Ad tech in Lagos", "[Update] A chip"],
)
def test_articles_about_advertising_are_none(title):
    body = rss(f"<item><title>{title}</title><link>https://www.site.ng/a-story</link></item>")
    assert len(read(body).entries) == 1


def test_files_the_front_page_and_doubles_are_no_entries():
    body = rss(
        item(1)
        + item(1, link="https://www.site.ng/2026/story-1?utm_source=rss")
        + item(2, link="https://www.site.ng/episode.mp3")
        + item(3, link="https://www.site.ng/")
    )
    listing = read(body)
    assert urls(listing) == ["https://www.site.ng/2026/story-1"]
    assert "1 item left out: files, no pages" in listing.problems


@pytest.mark.parametrize(
    ("inner", "image"),
    [
        ('<enclosure url="/a.jpg" type="image/jpeg" length="1"/>', "https://www.site.ng/a.jpg"),
        ('<enclosure url="/a.mp3" type="audio/mpeg" length="1"/>', None),
        ('<media:group><media:thumbnail url="/t.jpg"/></media:group>', "https://www.site.ng/t.jpg"),
        ('<media:content url="https://c.example/x.webp?w=1"/>', "https://c.example/x.webp?w=1"),
        ('<media:content url="/v.mp4" medium="video"/>', None),
        ("<description><![CDATA[<p><img class=x src='/d.png?a=1&amp;b=2'>]]></description>",
         "https://www.site.ng/d.png?a=1&b=2"),
        ('<media:content url="/w.png" medium="image" width="²"/>', "https://www.site.ng/w.png"),
        ('<media:content url="data:image/png;base64,AA" medium="image"/>', None),
    ],
)  # fmt: skip
def test_pictures_come_from_media_enclosures_and_text(inner, image):
    body = rss(item(inner=inner), root='<rss version="2.0" xmlns:media="http://m">')
    assert read(body).entries[0].image == image


def test_only_ttl_asks_to_stay_away_not_the_update_period_wordpress_writes_everywhere():
    channel = "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>"
    body = rss(item(), channel, '<rss version="2.0" xmlns:sy="http://sy">')
    assert read(body).ttl is None
    assert read(rss(item(), "<ttl>30</ttl>")).ttl == timedelta(minutes=30)
    assert read(rss(item(), "<ttl>99999999</ttl>")).ttl is None
    assert read(rss(item(), "<ttl>999999</ttl>")).ttl == timedelta(days=7)
    assert read(rss(item(), "<ttl>0</ttl>")).ttl is None


def test_links_count_from_every_base_around_them():
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://www.site.ng/blog/">
      <entry xml:base="2026/"><title>One</title><link href="post-1"/></entry>
      <entry><title>Two</title><link href="post-2"/></entry></feed>"""
    assert [entry.url for entry in read(body).entries] == [
        "https://www.site.ng/blog/2026/post-1",
        "https://www.site.ng/blog/post-2",
    ]


BROKEN = {
    "bare ampersands and unknown entities": rss(
        "<item><title>AT&T &nbsp;&eacute; Q&A</title><link>https://www.site.ng/x?a=1&b=2</link></item>"
    ),
    "tags not closed": "<rss><channel><item><title>AT&T é Q&A</title>"
    "<link>https://www.site.ng/x?a=1&amp;b=2</link><item><title>Two<br>lines</title>"
    "<link>https://www.site.ng/y</link>",
    "an error before every entity": rss(
        "<item><title>a <c</title></item><item><title>AT&amp;T é Q&#38;A</title>"
        "<link>https://www.site.ng/x?a=1&amp;b=2</link></item>"
    ),
    "an error before CDATA": rss(
        "<item><title>a <c</title></item><item><title><![CDATA[AT&T é Q&amp;A]]></title>"
        "<link><![CDATA[https://www.site.ng/x?a=1&b=2]]></link></item>"
    ),
    "junk before the declaration": "\n\n<b>Warning</b>: mysql_connect() in /x.php\n"
    + rss(
        "<item><title>AT&amp;T é Q&amp;A</title><link>https://www.site.ng/x?a=1&amp;b=2</link></item>"
    ),
    "control characters": rss(
        "<item><title>AT&amp;T\x0b \x00é Q&amp;A</title>"
        "<link>https://www.site.ng/x?a=1&amp;b=2</link></item>"
    ),
    "undeclared prefixes": rss(
        "<item><title>AT&amp;T é Q&amp;A</title><dc:creator>A</dc:creator>"
        "<link>https://www.site.ng/x?a=1&amp;b=2</link><media:x y='1'/></item>"
    ),
    "cut in the middle": rss(
        "<item><title>AT&amp;T é Q&amp;A</title><link>https://www.site.ng/x?a=1&amp;b=2</link></item>"
        + item(2)
    )[:-60],
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_feeds_that_are_not_well_formed_are_read_as_far_as_possible(body):
    entries = {entry.url: entry for entry in read(body).entries}
    assert entries["https://www.site.ng/x?a=1&b=2"].title == "AT&T é Q&A"


@pytest.mark.parametrize(
    ("declared", "codec", "header"),
    [
        ("utf-8", "cp1252", None),
        ("windows-1252", "cp1252", None),
        ("iso-8859-1", "utf-8", None),
        ("utf-16", "utf-16", None),
        ("", "utf-8", "application/rss+xml"),
        ("", "euc-kr", "text/xml; charset=euc-kr"),
        ("nonsense", "utf-8", "text/xml; charset=nonsense"),
    ],
)
def test_encodings_are_found_even_when_the_declaration_lies(declared, codec, header):
    title = "스타트업" if codec == "euc-kr" else "Médias à Zürich"
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = declaration + rss(item().replace("Story 1", title))[21:]
    listing = read(body.encode(codec), content_type=header)
    assert listing.entries[0].title == title


def test_a_gzipped_feed_is_inflated_and_a_bomb_refused():
    assert len(read(gzip.compress(rss(item()).encode())).entries) == 1
    bomb = gzip.compress(b"\0" * 60_000_000)
    with pytest.raises(ListingError, match="larger than 50 MiB"):
        read(bomb)
    with pytest.raises(ListingError, match="cannot be inflated"):
        read(b"\x1f\x8bnonsense and more")


def test_twelve_megabytes_with_two_thousand_items_are_read(big_feed):
    started = time.monotonic()
    listing = read(big_feed)
    assert len(listing.entries) == 2_000
    assert listing.entries[0].title == "AT&T Q&A 0"
    assert listing.problems[0].startswith("the feed is not well-formed")
    assert time.monotonic() - started < 20  # a guard against hanging, not a measurement


@pytest.fixture
def big_feed():
    text = "<p>They said & did &nbsp; <a href='/x?a=1&b=2'>it</a>.<br></p>" * 95
    items = "".join(
        f"<item><title>AT&T Q&A {n}</title><link>https://www.site.ng/{n}-x</link>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
        for n in range(2_000)
    )
    body = rss(items, root='<rss version="2.0" xmlns:content="http://c">').encode()
    assert len(body) > 11_600_000
    return body


HOSTILE = {
    "nested items": "<rss><channel>" + "<item>" * 100_000,
    "only opening brackets": "<rss><channel>" + "<" * 500_000,
    "only tags": "<rss><channel>" + "<a" * 300_000,
    "only ampersands": "<rss><channel><item><title>" + "&" * 500_000,
    "comments": "<rss><channel>" + "<!--" * 200_000,
    "doctypes": "<!DOCTYPE x [" * 100_000 + "<rss><channel>",
    "image tags": rss(item(inner="<description>" + "&lt;img " * 100_000 + "</description>")),
    "spaces": rss("<item><title>" + " " * 1_000_000 + "<"),
    "deep json": '{"items":' + "[" * 200_000,
}


@pytest.mark.parametrize("half", ["&#xD800;", "&#57343;", "&#x00dfff;"])
def test_half_characters_by_their_number_do_no_harm(half):
    body = rss(item().replace("Story 1", f"Story {half} 1"))

    assert read(body).entries[0].title == "Story 1"


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_feeds_neither_hang_nor_crash(body):
    started = time.monotonic()
    with contextlib.suppress(ListingError):
        read(body)
    assert time.monotonic() - started < 10


def test_entities_are_never_expanded_nor_fetched():
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE r [<!ENTITY a0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">{laughs}]>'
    body = f"{doctype}<rss><channel>" + item().replace("Story 1", "x&a11;&f;y") + "</channel></rss>"
    assert read(body).entries[0].title in {"x&a11;&f;y", "xy"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "is empty"),
        ("   \n", "is empty"),
        ("<!doctype html><html><body><p>Hi</p></body></html>", "is a web page, not a feed"),
        ("\n<HTML><head><title>403</title></head></HTML>", "is a web page, not a feed"),
        ("Access denied", "is no feed: it begins 'Access denied'"),
        ('{"error": "not found"}', "is JSON but no JSON Feed"),
        ("{broken", "is broken JSON"),
        ("<urlset><url><loc>https://a.b/c</loc></url></urlset>", "is a sitemap, not a feed"),
        ("<svg/>", "is no feed: it begins '<svg/>'"),
    ],
)
def test_what_is_no_feed_is_told_in_plain_words(body, said):
    with pytest.raises(ListingError) as error:
        read(body)
    assert str(error.value).startswith(URL)
    assert said in str(error.value)


def test_a_feed_that_went_silent_months_ago_says_so():
    body = rss(item(inner="<pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>"))
    assert read(body, now=NOW).problems == ()
    (problem,) = read(body, now=NOW + timedelta(days=100)).problems
    assert problem == "the newest entry is 103 days old: it may be given up"


def test_a_feed_without_items_says_so():
    assert read(rss("")).problems == ("the feed has no items",)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("desk@site.ng (Ada Obi)", "Ada Obi"),
        ("desk@site.ng(Ada Obi)", "Ada Obi"),
        ("Ada Obi &lt;ada@site.ng&gt;", "Ada Obi"),
        ("Ada Obi, ada@site.ng", "Ada Obi"),
        ("Ada @obi", "Ada @obi"),
        ("@ada.obi", "@ada.obi"),
        ("desk@site.ng (ada@site.ng)", None),
        ("desk@site.ng", None),
        ("@" * 200, "@" * 200),
    ],
)
def test_authors_are_names_without_their_addresses(written, name):
    (entry,) = read(rss(item(inner=f"<author>{written}</author>"))).entries

    assert entry.authors == ((name,) if name else ())
