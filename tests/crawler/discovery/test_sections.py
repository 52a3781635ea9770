"""Section pages without feeds: articles are told from everything else on the page."""

import time
from datetime import UTC, datetime

import pytest

from crawler.discovery.sections import parse_section
from crawler.discovery.shapes import url_score
from crawler.errors import ListingError

URL = "https://www.site.vn/tech/"
FURNITURE = """
<header><a href="/">Site</a>
<a href="/a-great-new-offer-for-all-readers-2026">A great new offer for you</a></header>
<nav><ul><li><a href="/tech/">Technology</a></li>
<li><a href="/business/">Business</a></li>
<li><a href="/startup-funding-news-asia/">Startup funding news of Asia</a></li></ul></nav>"""
FOOTER = """<div id="site-footer"><a href="/about-us/">About us and what we do here</a>
<a href="/privacy-policy/">Privacy policy</a><a href="/tag/artificial-intelligence/">Artificial
intelligence</a><a href="/author/ada-obi/">Ada Obi</a><a href="https://twitter.com/site">Follow</a>
<a href="mailto:desk@site.vn">Write to the desk of this newspaper</a><a href="#top">Back to top</a>
<a href="/media/brochure-of-our-company-2026.pdf">Brochure of our company for 2026</a></div>"""


def read(body, url=URL, **more):
    page = f'<html lang="en"><head><title>Tech</title></head><body>{FURNITURE}{body}{FOOTER}</body>'
    return parse_section(page.encode(), url=url, source_id="site", **more)


def urls(listing):
    return [entry.url for entry in listing.entries]


def card(n, when=""):
    return f"""<article><header class="entry-header"><h2><a href="/hanoi-chip-startup-raises-{n}m/">
    Hanoi chip startup raises {n} million dollars</a></h2></header>
    <a href="/hanoi-chip-startup-raises-{n}m/#comments">3 comments</a>
    <a href="/hanoi-chip-startup-raises-{n}m/"><img alt="" src="x.jpg"></a>{when}
    <p>By <a href="/author/ada-obi/">Ada Obi</a>
    <a href="/hanoi-chip-startup-raises-{n}m/">Read more</a>
    </p></article>"""


def test_headlines_in_cards_are_found_with_title_and_date_and_nothing_else():
    listing = read(
        card(10, '<time datetime="2026-11-19T08:00:00+07:00">Thu</time>')
        + card(20, "<time>2026-11-20 08:00</time>"),
        zone="Asia/Ho_Chi_Minh",
    )
    assert urls(listing) == [
        "https://www.site.vn/hanoi-chip-startup-raises-20m/",
        "https://www.site.vn/hanoi-chip-startup-raises-10m/",
    ]
    newest, oldest = listing.entries
    assert newest.title == "Hanoi chip startup raises 20 million dollars"
    assert newest.published == datetime(2026, 11, 20, 1, tzinfo=UTC)
    assert newest.published_raw == "2026-11-20 08:00"
    assert oldest.published == datetime(2026, 11, 19, 1, tzinfo=UTC)
    assert (newest.kind, newest.language, newest.found_in) == ("section", "en", URL)
    assert listing.problems == ()


@pytest.mark.parametrize(
    ("printed", "moment"),
    [
        ("<em>2026-11-20 08:05</em>", datetime(2026, 11, 20, 1, 5, tzinfo=UTC)),
        ("<p>（2026年11月20日 8:05）</p>", datetime(2026, 11, 20, 1, 5, tzinfo=UTC)),
        ("<i>2026.11.20</i>", datetime(2026, 11, 19, 17, tzinfo=UTC)),
        ("<i>2026. 11. 20.</i>", datetime(2026, 11, 19, 17, tzinfo=UTC)),
        ("<i>20/11/2026</i>", None),  # another order elsewhere
        ("<i>2026-99-20</i>", None),
        ("<i>Since 2026-11-20 at work</i>", None),
    ],
)
def test_a_date_printed_year_first_by_itself_in_a_card_counts(printed, moment):
    (entry,) = read(card(10, printed), zone="Asia/Ho_Chi_Minh").entries
    assert entry.published == moment


def test_a_date_is_never_taken_from_another_card():
    rows = "".join(
        f'<div class="row"><a href="/news/chip-maker-opens-plant-{n}">Chip maker opens plant {n}'
        f"</a>{'<time>2026-11-20</time>' if n == 2 else ''}</div>"
        for n in (1, 2, 3)
    )
    dates = {entry.url[-1]: entry.published_raw for entry in read(f"<div>{rows}</div>").entries}
    assert dates == {"1": None, "2": "2026-11-20", "3": None}


@pytest.mark.parametrize(
    "links",
    [
        [f"/news/articleView.html?idxno={n}" for n in (31041, 31042, 31043)],
        [f"/article/3104{n}.html" for n in range(3)],
        [f"/2026/11/2{n}/chips" for n in range(3)],
        [f"/20261120/story{n}" for n in range(3)],
        [f"/a/lon-cau-chuyen-ve-cong-nghe-{n}" for n in range(3)],
        [f"/?p=3104{n}" for n in range(3)],
        [f"/technology/3104{n}/story" for n in range(3)],
        [f"story-about-a-new-chip-plant-{n}/index.html" for n in range(3)],
    ],
)
def test_many_shapes_of_addresses_are_articles(links):
    items = "".join(
        f'<li><a href="{link}">An honest headline of the day, number {n}</a></li>'
        for n, link in enumerate(links)
    )
    assert len(urls(read(f"<main><ul>{items}</ul></main>"))) == 3


def test_headlines_without_spaces_count_by_their_characters():
    items = "".join(
        f'<div><h3><a href="/p/31041{n}">杭州机器人公司完成新一轮融资{n}</a></h3></div>'
        for n in range(3)
    )
    assert len(read(items).entries) == 3


def test_the_headline_is_taken_even_when_picture_and_read_more_link_there_too():
    body = """<div><a href="/n/310411"><img src=a alt="A robot in Hangzhou walks"></a>
      <h3><a href="/n/310411"><span>Robots learn to walk</span> in Hangzhou</a></h3>
      <a href="/n/310411">Read more</a></div>
      <div><h3><a href="/n/310412" title="Full headline of the second story"><img></a></h3></div>
      <div><a href="/n/310413"><div>Tech</div><h2>Third story is told here at length</h2>
      <p>And a long teaser, longer than any headline would ever be, is below.</p></a></div>"""
    assert [entry.title for entry in read(body).entries] == [
        "Robots learn to walk in Hangzhou",
        "Full headline of the second story",
        "Third story is told here at length",
    ]


def test_one_article_under_two_addresses_is_one_entry():
    body = """<h2><a href="/n/310411-robots-walk?utm_source=home">Robots learn to walk here</a></h2>
      <h2><a href="http://site.vn/n/310411-robots-walk/">Robots learn to walk here</a></h2>"""
    assert len(read(body).entries) == 1


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ('<link rel="next" href="/tech/page/2/">', "https://www.site.vn/tech/page/2/"),
        ('<a rel="nofollow next" href="?page=2">2</a>', "https://www.site.vn/tech/?page=2"),
        ('<a href="/tech/page/2/">Older posts &raquo;</a>', "https://www.site.vn/tech/page/2/"),
        ('<a href="/tech/page/2/">下一页</a>', "https://www.site.vn/tech/page/2/"),
        ('<a class="page-numbers next" href="?p2">→</a>', "https://www.site.vn/tech/?p2"),
        ('<a href="?page=2" aria-label="Next page">›</a>', "https://www.site.vn/tech/?page=2"),
        ('<a rel="next" href="https://other.example/2">next</a>', None),
        ('<a rel="next" href="/tech/">next</a>', None),
        ('<a rel="next" href="/2026/11/20/the-next-article-in-line">next</a>', None),
        ('<a href="/n/1">Next generation chips</a>', None),
    ],
)
def test_the_next_page_is_found_by_rel_words_or_class(markup, found):
    assert read(card(1) + markup).next_url == found


def test_a_page_drawn_by_scripts_is_read_by_its_linked_data():
    body = """<script type="application/ld+json">{"@type": "CollectionPage", "mainEntity":
      {"@type": "ItemList", "itemListElement": [
        {"@type": "ListItem", "position": 1, "url": "/2026/11/20/one-story"},
        {"@type": "ListItem", "item": {"@type": "NewsArticle", "headline": "Two &amp; three",
         "url": "https://www.site.vn/n/310412", "datePublished": "2026-11-20T10:00:00Z"}},
        {"@type": "ListItem", "url": "https://other.example/n/310413"},
        {"@type": "ListItem", "url": "/category/startups"}, 3, null]}}</script>"""
    undated, dated = read(body).entries
    assert (dated.url, dated.title) == ("https://www.site.vn/n/310412", "Two & three")
    assert dated.published == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert undated.url == "https://www.site.vn/2026/11/20/one-story"


def test_a_section_that_yields_nothing_says_so():
    listing = read("<p>Nothing here</p>")
    assert listing.entries == ()
    (problem,) = [p for p in listing.problems if "no article" in p]
    assert problem.startswith("no article links found among 9 links: the page may be")


def test_what_is_no_page_is_told():
    with pytest.raises(ListingError, match="is an empty page"):
        parse_section(b"", url=URL, source_id="site")
    with pytest.raises(ListingError, match="is a feed or sitemap, not a page"):
        parse_section(b'<?xml version="1.0"?><rss></rss>', url=URL, source_id="site")


def test_base_and_broken_links_are_respected():
    body = """<base href="https://www.site.vn/base/"><h2><a href="one-story-about-chips-310411">
      One story about chips and more</a></h2><h2><a href="http://[bad">Broken address</a></h2>
      <h2><a>No address at all for this one</a></h2>"""
    assert urls(read(body)) == ["https://www.site.vn/base/one-story-about-chips-310411"]


def test_hostile_pages_neither_hang_nor_crash():
    started = time.monotonic()
    read("<div>" * 20_000 + card(1))
    read("<a href='/story-of-the-day-310411'>" * 5_000)
    read("".join(card(n) for n in range(500)))
    read("<a href='/n/310411'>" + "x " * 500_000)
    assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    ("url", "article"),
    [
        ("https://a.com/2026/11/20/slug-of-story/", True),
        ("https://a.com/news/a-slug-of-five-words-here", True),
        ("https://a.com/story/104412", True),
        ("https://a.com/x/index.php?newsId=4431", True),
        ("https://a.com/tag/a-tag-of-many-words-here/", False),
        ("https://a.com/category/startups", False),
        ("https://a.com/author/ada-obi", False),
        ("https://a.com/about-us", False),
        ("https://a.com/startups/", False),
        ("https://a.com/", False),
        ("https://a.com/privacy-policy", False),
        ("https://a.com/tech/page/2", False),
    ],
)
def test_the_shape_of_an_address_tells_article_from_part(url, article):
    assert (url_score(url) >= 2) is article
