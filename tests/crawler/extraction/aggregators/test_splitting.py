"""Aggregator pages come apart into their stories; other pages stay whole."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from crawler.article import Entry, Page, Precision
from crawler.extraction.aggregators.headers import read_stamp
from crawler.workers.pool import harvest
from tests.crawler.extraction.aggregators.stories import (
    CABLES,
    CABLES_TEXT,
    CHIPS,
    CHIPS_TEXT,
    ROBOTS,
    ROBOTS_TEXT,
    stories_of,
)

URL = "https://hub.example/story/8812"
NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)

FLAT = f"""<html><head><title>{CHIPS} - Hub</title></head><body>
<div class="logo"><a href="/">Hub</a></div>
<div>{CHIPS}</div><h1>{CHIPS}</h1>
<div><span>Bloomberg</span><span>17 hours ago</span></div>
<p>{CHIPS_TEXT[0]}</p><p>Sign up now: Get ST's newsletters delivered to your inbox</p>
<p>{CHIPS_TEXT[1]}</p><div>Advertisement</div>
<p>Top stories</p><p>Swipe. Select. Stay informed.</p>
<ul><li><a href="/x1">Minister visits a school</a></li>
<li><a href="/x2">Rain in the north</a></li></ul>
<p>{CHIPS_TEXT[2]}</p><p>REUTERS, AFP</p>
<div>#chips #lagos</div>
<div>Try Our AI Features</div><div>Explore what an AI summary can do for this story today</div>
<div>Comments</div><div>No comments yet</div>
<div>Related Articles</div>
<div><a href="/story/8813">{ROBOTS}</a></div><div><a href="/story/8813">{ROBOTS}</a></div>
<div>Straits Times</div><div><i>time</i><span>12 minutes ago</span></div><div>• Robotics</div>
<div>Straits Times</div><div>{ROBOTS}</div>
<p>{ROBOTS_TEXT[0]}</p><p>BT in your inbox</p><p>Start and end each day with what you need to know.
</p><div>Sign Up</div><div>Sign Up</div>
<p>{ROBOTS_TEXT[1]}</p><p>FILE PHOTO: A robot stands in a kitchen.</p><p>{ROBOTS_TEXT[2]}</p>
<div><a href="/story/8814">{CABLES}</a></div><div><a href="/story/8814">{CABLES}</a></div>
<div>Business Times</div><div><i>time</i><span>an hour ago</span></div><div>• Telecom</div>
<div>Business Times</div><div>{CABLES}</div>
<p>{CABLES_TEXT[0]}</p><p>{CABLES_TEXT[1]}</p><p>Sign Up Sign Up</p><p>{CABLES_TEXT[2]}</p>
<div>© 2026 Hub. All rights reserved.</div><div><a href="/terms">Terms</a></div>
</body></html>"""


def nested_card(title, text, source, ago, href):
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in text)
    return f"""<article class="card"><header><h3><a href="{href}">{title}</a></h3>
      <a href="{href}"><img alt=""><span>{title}</span></a>
      <div class="meta"><span class="src">{source}</span>
      <i class="material-icons">schedule</i>{ago}</div></header>
      <section><ul><li>• Tech</li></ul><strong>{source}</strong><h4>{title}</h4>
      <div class="text">{paragraphs}</div></section>
      <div class="tools"><button>Share</button><div>Save</div></div></article>"""


NESTED = f"""<html><head><title>Hub | {CHIPS}</title></head><body><nav><a href="/">Hub</a></nav>
<main>{nested_card(CHIPS, CHIPS_TEXT, "Bloomberg", "17 hours ago", "https://bloom.example/chips-1")}
<aside><h2>Related stories</h2>
{nested_card(ROBOTS, ROBOTS_TEXT, "Straits Times", "12 minutes ago", "/s/2")}
<article class="card"><div>A card without any stamp at all</div>
<div>A card without any stamp at all</div>
<p>{"Its text belongs to nobody the page names, and to no neighbour. " * 4}</p>
</article>
{nested_card(CABLES, CABLES_TEXT, "Business Times", "an hour ago", "/s/3")}</aside></main>
<footer><p>Hub gathers the stories of many publishers for people who read them.</p></footer>
</body></html>"""


def table_row(title, text, source, moment, ago):
    return f"""<tr><td><a href="https://src.example/{len(title)}">{title}</a><br>
      <b>{source} · Tech · <time datetime="{moment}">{ago}</time></b><br>{title}<br>
      {"<br><br>".join(text)}</td></tr>"""


TABLE = f"""<html><head><title>{CHIPS}</title></head><body><table>
{table_row(CHIPS, CHIPS_TEXT, "Bloomberg", "2026-11-22T19:30:00Z", "17 hours ago")}
{table_row(ROBOTS, ROBOTS_TEXT, "Straits Times", "2026-11-23T12:18:00Z", "12 min ago")}
{table_row(CABLES, CABLES_TEXT, "Business Times", "2026-11-23T11:30:00Z", "1 hr ago")}
</table></body></html>"""


def stamp_first(title, text, source, ago):
    return f"""<div class="s"><p class="k">{source}<span>{ago}</span></p><h2>{title}</h2>
      <h5>{title}</h5>{"".join(f"<div>{paragraph}</div>" for paragraph in text)}</div>"""


STAMP_FIRST = f"""<html><head><title>{CHIPS}</title></head><body><div>
{stamp_first(CHIPS, CHIPS_TEXT, "Bloomberg", "17 hours ago")}
<div><b>Ada Obi</b><span>3 hours ago</span><div>What a story!</div></div>
{stamp_first(ROBOTS, ROBOTS_TEXT, "Straits Times", "12 minutes ago")}
{stamp_first(CABLES, CABLES_TEXT, "Business Times", "an hour ago")}</div></body></html>"""

PAGES = {"flat": FLAT, "nested": NESTED, "table": TABLE, "stamp first": STAMP_FIRST}
EXPECTED = [
    (CHIPS, CHIPS_TEXT, "Bloomberg", timedelta(hours=17)),
    (ROBOTS, ROBOTS_TEXT, "Straits Times", timedelta(minutes=12)),
    (CABLES, CABLES_TEXT, "Business Times", timedelta(hours=1)),
]


def split(page, url=URL):
    return stories_of(page.encode(), url=url, fetched_at=NOW)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_each_story_has_its_own_title_text_publisher_and_date(page):
    stories = split(page)
    assert [s.title for s in stories] == [CHIPS, ROBOTS, CABLES]
    assert [s.publisher for s in stories] == ["Bloomberg", "Straits Times", "Business Times"]
    for story, (_, text, _, age) in zip(stories, EXPECTED, strict=True):
        assert story.text == "\n".join(text)
        assert story.published is not None
        assert story.published.instant == NOW - age
    assert [s.main for s in stories] == [True, False, False]


def test_dates_carry_their_evidence():
    main, robots, _ = split(FLAT)
    assert (main.published.raw, main.published.precision) == ("17 hours ago", Precision.HOUR)
    assert (robots.published.raw, robots.published.precision) == (
        "12 minutes ago",
        Precision.MINUTE,
    )
    assert robots.published.source == "aggregator:relative"
    assert split(TABLE)[0].published.source == "aggregator:time"
    assert split(TABLE)[0].published.precision is Precision.SECOND


def test_the_page_is_kept_as_seen_at_and_the_publishers_own_address_as_url():
    main, robots, cables = split(FLAT)
    assert (main.url, main.seen_at) == (None, URL)
    assert (robots.url, robots.seen_at) == (None, "https://hub.example/story/8813")
    assert (cables.url, cables.seen_at) == (None, "https://hub.example/story/8814")
    assert split(NESTED)[0].url == "https://bloom.example/chips-1"


def test_an_agency_that_serves_several_stories_is_named_in_each():
    body = FLAT.replace(f"<p>{ROBOTS_TEXT[2]}</p>", f"<p>{ROBOTS_TEXT[2]}</p><p>REUTERS, AFP</p>")
    main, robots, cables = stories_of(body.encode(), url=URL, fetched_at=NOW)
    assert main.agencies == robots.agencies == ("REUTERS", "AFP")
    assert cables.agencies == ()


def test_agencies_credited_on_their_own_line_are_named_and_not_text():
    main, robots, _ = split(FLAT)
    assert main.agencies == ("REUTERS", "AFP")
    assert robots.agencies == ()


def test_the_main_story_is_the_one_the_page_is_named_after():
    page = FLAT.replace(f"<title>{CHIPS}", f"<title>{CABLES}").replace("h1>", "h6>")
    assert [s.title for s in split(page) if s.main] == [CABLES]
    assert split(page)[0].title == CABLES


def test_teaser_cards_are_no_stories_and_leak_nowhere():
    card = (
        "<div>A teaser of another day</div><div>A teaser of another day</div><div>Daily Paper</div>"
        "<div>time3 days ago</div><p>Only a few words stand on this card, as on all cards.</p>"
    )
    stories = split(FLAT.replace("<div>© 2026", card + "<div>© 2026"))
    assert [s.title for s in stories] == [CHIPS, ROBOTS, CABLES]
    assert stories[2].text == "\n".join(CABLES_TEXT)


def test_a_header_without_a_stamp_ends_the_story_above_it():
    nameless = (
        "<div>A story that tells no time of its own</div>" * 2
        + f"<div>Daily Paper</div><p>{'Its text belongs to nobody the page names. ' * 9}</p>"
    )
    stories = split(FLAT.replace("<div>© 2026", nameless + "<div>© 2026"))
    assert [s.text for s in stories] == ["\n".join(t) for _, t, _, _ in EXPECTED]


def test_a_story_printed_on_a_card_and_in_full_is_one_story():
    card = f"<div>{ROBOTS}</div>" * 2 + "<div>Straits Times</div><div>time12 minutes ago</div>"
    stories = split(
        FLAT.replace("<div>Related Articles</div>", f"<div>Related Articles</div>{card}")
    )
    assert [s.text for s in stories if s.title == ROBOTS] == ["\n".join(ROBOTS_TEXT)]
    assert len(stories) == 3


def test_comments_with_times_are_no_stories_and_no_text():
    comments = (
        "<div>Ada Obi2 hours ago</div><div>Great news!</div><div>Ben3 hours ago</div>"
        f"<p>{'I have waited for such a plant for years and am happy now. ' * 5}</p>"
    )
    stories = split(FLAT.replace("<div>No comments yet</div>", comments))
    assert [s.title for s in stories] == [CHIPS, ROBOTS, CABLES]
    assert stories[0].text == "\n".join(CHIPS_TEXT)


def test_what_stands_in_several_stories_alike_is_the_publishers_frame():
    frame = (
        "<p>This paper is part of a trust that is committed to honest and careful reporting.</p>"
    )
    page = FLAT
    for text in (CHIPS_TEXT, ROBOTS_TEXT):
        page = page.replace(f"<p>{text[1]}</p>", f"{frame}<p>{text[1]}</p>")
    assert [s.text for s in split(page)] == ["\n".join(t) for _, t, _, _ in EXPECTED]


def test_a_title_printed_twice_without_a_break_is_one_title():
    link = f'<a href="/story/8813">{ROBOTS}</a>'
    page = FLAT.replace(f"<div>{link}</div><div>{link}</div>", f"<div>{link}{link}</div>")
    assert page != FLAT
    assert split(page)[1].title == ROBOTS


ORDINARY = f"""<html><head><title>{CHIPS}</title></head><body><h1>{CHIPS}</h1>
<div>By Ada Obi</div><div>17 hours ago</div>{"".join(f"<p>{t}</p>" for t in CHIPS_TEXT * 3)}
<h2>Related Articles</h2><div><h3>{ROBOTS}</h3><div>Straits Times</div><div>2 hours ago</div>
<p>{ROBOTS_TEXT[0]}</p></div><div><h3>{CABLES}</h3><div>Business Times</div><div>2 hours ago</div>
<p>{CABLES_TEXT[0]}</p></div></body></html>"""
LIVE = "<html><body><h1>Live: the budget speech</h1>" + "".join(
    f"<div><h3>Update number {n} of the day</h3><span>{n} minutes ago</span>"
    f"{''.join(f'<p>{t}</p>' for t in ROBOTS_TEXT)}</div>"
    for n in range(2, 9)
)
BLOG = "<html><body><h1>Our blog</h1>" + "".join(
    f"<article><h2><a href='/{n}'>Post number {n} of this blog</a></h2>"
    f"<div>Ada Obi {n} days ago</div>"
    f"{''.join(f'<p>{t} {n}</p>' for t in ROBOTS_TEXT)}</article>"
    for n in range(2, 9)
)


@pytest.mark.parametrize(
    "page",
    [ORDINARY, LIVE, BLOG, "<p>", f"<h1>{CHIPS}</h1><p>{CHIPS_TEXT[0]}</p>"],
    ids=["teasers", "live blog", "blog", "bare tag", "short"],
)
def test_other_pages_are_not_split(page):
    assert split(page) == ()


def test_a_site_that_shows_its_own_stories_is_no_aggregator():
    page = FLAT.replace("Straits Times", "Bloomberg").replace("Business Times", "Bloomberg")
    assert split(page, url="https://www.bloomberg.com/news/1") == ()
    assert len(split(page)) == 3


def card(title, text, source, ago):
    return (
        f"<div><h3><a href='/n'>{title}</a></h3><div>{source}</div><div>{ago}</div>"
        f"<div>{source}</div><h4>{title}</h4>{''.join(f'<p>{t}</p>' for t in text)}</div>"
    )


CARDS = card(ROBOTS, ROBOTS_TEXT, "Straits Times", "49 min ago")
CARDS += card(CABLES, CABLES_TEXT, "Business Times", "2 hours ago")
PROSE = "".join(f"<p>{text}</p>" for text in CHIPS_TEXT * 3)
OWN = f"<html><head><title>{CHIPS}</title></head><body><h1>{CHIPS}</h1>{PROSE}{CARDS}</body></html>"
NODE = json.dumps({"@type": "NewsArticle", "headline": CHIPS})
MARKED = f'<script type="application/ld+json">{NODE}</script>'


@pytest.mark.parametrize(
    "page",
    [
        OWN,
        OWN.replace(f"<h1>{CHIPS}</h1>", f"<h1>{CHIPS}</h1><div>Hub</div><div>4 hours ago</div>"),
        f"<html><head>{MARKED}</head><body><h1>{CHIPS}</h1>{CARDS}{PROSE}</body></html>",
        f"<html><body>{CARDS}<article><h1>{CHIPS}</h1>{PROSE}</article></body></html>",
        f"<html><body><h1>{CHIPS}</h1><p>{CHIPS_TEXT[0]}</p>{CARDS}</body></html>",
    ],
    ids=[
        "prose over the cards",
        "its own name over its prose",
        "said to be an article",
        "cards over its headline",
        "one paragraph over the cards",
    ],
)
def test_an_article_with_cards_of_other_stories_stays_that_article(page):
    assert split(page) == ()
    [(article, _)] = harvest(Page(url=URL, body=page.encode(), fetched_at=NOW))
    assert article.title == CHIPS


def test_a_round_up_that_credits_others_keeps_all_that_it_says():
    entries = "".join(
        f"<div><span>Straits Times</span> <span>{n} days ago</span>"
        f"<h3><a href='https://paper{n}.example/s/{n}'>{n}. {title}</a></h3><p><b>{title}</b></p>"
        f"<p>{' '.join(text)}</p></div>"
        for n, (title, text) in enumerate([(ROBOTS, ROBOTS_TEXT), (CABLES, CABLES_TEXT)], 1)
    )
    page = f"<h1>What mattered by the sea this week</h1><p>{CHIPS_TEXT[0]}</p>{entries}"
    [(article, _)] = harvest(Page(url=URL, body=page.encode(), fetched_at=NOW))

    assert article.title == "What mattered by the sea this week"
    assert all(said in article.text for said in (*ROBOTS_TEXT, *CABLES_TEXT))


def test_a_list_of_others_stories_under_its_own_name_is_split():
    page = f"<html><body><h1>Top stories</h1>{CARDS}</body></html>"
    assert {story.title for story in split(page)} == {ROBOTS, CABLES}


def test_a_page_of_a_known_aggregator_is_split_whatever_it_says_of_itself():
    entry = Entry(url=URL, source_id="hub", found_in=URL, kind="aggregator")
    page = Page(url=URL, body=OWN.encode(), fetched_at=NOW, entry=entry)

    assert {article.title for article, _ in harvest(page)} >= {ROBOTS, CABLES}


@pytest.mark.parametrize(
    ("line", "name", "raw"),
    [
        ("Straits Times19 hours ago", "Straits Times", "19 hours ago"),
        ("Bloomberg17 hours ago", "Bloomberg", "17 hours ago"),
        ("time2 hours ago", "", "2 hours ago"),
        ("timean hour ago", "", "an hour ago"),
        ("Financial Timesan hour ago", "Financial Times", "an hour ago"),
        ("CNAa day ago", "CNA", "a day ago"),
        ("36Kr3 minutes ago", "36Kr", "3 minutes ago"),
        ("Channel 912 hours ago", "Channel 9", "12 hours ago"),
        ("Reuters · 5h ago", "Reuters", "5h ago"),
        ("Tech in Asia | just now", "Tech in Asia", "just now"),
        ("Nikkei Asiaschedule45 mins ago", "Nikkei Asia", "45 mins ago"),
        ("e27 • Startups • yesterday", "e27", "yesterday"),
        ("The Edge 3 days ago · 4 min read", "The Edge", "3 days ago"),
    ],
)
def test_glued_credits_are_told_from_their_times(line, name, raw):
    stamp = read_stamp(line)
    assert stamp is not None
    assert (stamp.name, stamp.raw) == (name, raw)


@pytest.mark.parametrize(
    "line",
    [
        "The company was founded three years ago in a garage.",
        "It all began 20 years ago.",
        "Chicago",
        "By Ada Obi 2 hours ago",
        "Yesterday the minister said that the plant would open within the month of March",
        "",
    ],
)
def test_running_text_is_no_credit(line):
    assert read_stamp(line) is None


def test_a_name_that_stands_elsewhere_on_the_page_settles_where_it_ends():
    assert read_stamp("Studio 54 minutes ago", {"Studio 5"}).name == "Studio 5"
    assert read_stamp("Airtime2 hours ago", {"Airtime"}).name == "Airtime"


def test_paragraphs_laid_out_by_line_breaks_are_told_apart():
    page = FLAT
    for text in (CHIPS_TEXT, ROBOTS_TEXT):
        joined = "\n\n".join([*text, "Advertisement"])
        start, end = page.index(f"<p>{text[0]}"), page.index(text[2]) + len(text[2]) + 4
        page = f'{page[:start]}<div class="whitespace-pre-line">{joined}</div>{page[end:]}'
    assert [s.text for s in split(page)] == ["\n".join(t) for _, t, _, _ in EXPECTED]


def test_times_vaguer_than_a_day_are_no_date():
    page = FLAT.replace("17 hours ago", "2 months ago").replace("12 minutes ago", "3 days ago")
    main, robots, _ = split(page)
    assert main.published is None
    assert robots.published.instant == datetime(2026, 11, 20, tzinfo=UTC)
    assert robots.published.precision is Precision.DAY


def test_hostile_pages_neither_hang_nor_crash():
    started = time.monotonic()
    split("<div>" * 20_000 + FLAT)
    split("<div>Bloomberg17 hours ago</div>" * 5_000)
    split(f"<div>{'1 hour ago ' * 50_000}</div>")
    split("".join(FLAT for _ in range(20)))
    split("<p>" + "#a " * 200_000)
    assert time.monotonic() - started < 20
