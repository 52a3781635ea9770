import gzip
import json
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin

import feedparser
import httpx
import pytest
from lxml import etree

from crawler.demo import Newsroom, NewsroomSite

SITEMAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def site(newsroom: Newsroom, site_id: str) -> NewsroomSite:
    return next(site for site in newsroom.sites if site.id == site_id)


def feed_urls(newsroom: Newsroom, client: httpx.Client) -> Iterator[tuple[NewsroomSite, str]]:
    """Every feed a site's front page names, whether a registry knows it or not."""
    for one in newsroom.sites:
        page = client.get(one.homepage).text
        for url in re.findall(r'<link rel="alternate"[^>]*href="([^"]+)"', page):
            yield one, url


def locations(body: bytes) -> list[str]:
    root = etree.fromstring(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
    return [element.text for element in root.iter(f"{SITEMAPS}loc")]


def test_feeds_come_in_four_formats_and_every_one_parses(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    versions = set()
    for one, url in feed_urls(newsroom, client):
        answer = client.get(url)
        if url.endswith(".json"):
            versions.add("json")
            assert answer.json()["items"]
            continue
        feed = feedparser.parse(answer.content)
        versions.add(feed.version)
        assert not feed.bozo, (url, feed.get("bozo_exception"))
        assert feed.entries
        assert feed.feed.title == one.name

    assert versions == {"rss20", "atom10", "rss10", "json"}


def test_the_feeds_a_registry_knows_are_among_those_the_front_page_names(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    named = {url for _, url in feed_urls(newsroom, client)}
    told = {url for one in newsroom.sites for url in one.feeds}

    assert told < named


def test_feed_dates_are_the_true_ones(newsroom: Newsroom, client: httpx.Client) -> None:
    truth = {(a.site_id, a.title): a for a in newsroom.articles}
    compared = 0
    for one in newsroom.sites:
        for url in one.feeds:
            if url.endswith(".json"):
                continue
            for entry in feedparser.parse(client.get(url).content).entries:
                article = truth[one.id, unescape(entry.title)]
                stamp = entry.get("published_parsed") or entry.get("updated_parsed")
                if stamp is None:
                    assert one.id == "faro"
                    continue
                assert article.published is not None
                assert stamp[:6] == article.published.timetuple()[:6]
                compared += 1

    assert compared > 50


def test_sitemaps_lead_from_robots_txt_to_every_story(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    for one in newsroom.sites:
        robots = client.get(urljoin(one.homepage, "/robots.txt")).text
        named = re.findall(r"Sitemap: (\S+)", robots)
        assert set(one.sitemaps) <= set(named)
        if not named:
            continue
        news, archive = locations(client.get(named[0]).content)
        stories = {
            a.url for a in newsroom.articles if a.site_id == one.id and a.kind != "not-article"
        }
        assert set(locations(client.get(archive).content)) == stories
        assert set(locations(client.get(news).content)) < stories


def test_the_news_sitemap_holds_two_days_with_titles_and_dates(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    deccan = site(newsroom, "deccan")
    body = client.get(urljoin(deccan.homepage, "/sitemap-news.xml")).content

    root = etree.fromstring(body)
    listed = {
        (url.findtext(f"{SITEMAPS}loc"), url.findtext(f"{NEWS}news/{NEWS}title"))
        for url in root.iter(f"{SITEMAPS}url")
    }
    recent = {
        (a.url, a.title)
        for a in newsroom.articles
        if a.site_id == "deccan" and a.published and (newsroom.now - a.published).days < 2
    }
    assert listed == recent
    assert "+05:30" in body.decode()


def test_a_site_without_feed_is_walked_by_its_sections_and_their_next_pages(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    chaoxin = site(newsroom, "chaoxin")
    assert chaoxin.feeds == ()
    found: set[str] = set()
    todo, pages = [chaoxin.homepage, *chaoxin.sections], 0
    while todo:
        page = client.get(todo.pop()).text
        pages += 1
        found |= {a.url for a in newsroom.articles if f'href="{a.url}"' in page}
        todo += re.findall(r'<link rel="next" href="([^"]+)"', page)

    assert pages > 1 + len(chaoxin.sections)
    assert found == {a.url for a in newsroom.articles if a.site_id == "chaoxin"}


def test_every_article_is_behind_some_listing(newsroom: Newsroom, client: httpx.Client) -> None:
    listed = "".join(client.get(url).text for _, url in feed_urls(newsroom, client))
    for one in newsroom.sites:
        listed += client.get(one.homepage).text
        listed += "".join(client.get(f"{section}").text for section in one.sections)
    listed = unescape(listed)

    for article in newsroom.articles:
        assert any(url in listed for url in (article.url, *article.other_urls)), article.url


def test_one_article_is_linked_under_several_addresses(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    forms = {
        "utm_source=rss": 0,
        "#comments": 0,
        "/r/": 0,
        "/amp": 0,
    }
    for article in newsroom.articles:
        for url in article.other_urls:
            for form in forms:
                forms[form] += form in url

    assert all(count >= 5 for count in forms.values()), forms


def test_the_amp_printing_names_its_canonical_page_and_the_other_way_round(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    article = next(a for a in newsroom.articles if any(u.endswith("/amp") for u in a.other_urls))
    amp = next(url for url in article.other_urls if url.endswith("/amp"))

    assert f'<link rel="canonical" href="{article.url}">' in client.get(amp).text
    assert f'<link rel="amphtml" href="{amp}">' in client.get(article.url).text


def test_one_site_asks_crawlers_to_wait(newsroom: Newsroom, client: httpx.Client) -> None:
    delays = [
        float(delay)
        for one in newsroom.sites
        for delay in re.findall(
            r"Crawl-delay: (\S+)", client.get(urljoin(one.homepage, "/robots.txt")).text
        )
    ]

    assert delays
    assert all(0 < delay <= 0.2 for delay in delays)


@pytest.mark.parametrize("name", ["title", "url", "authors"])
def test_json_feed_items_carry(newsroom: Newsroom, client: httpx.Client, name: str) -> None:
    feed = json.loads(client.get(site(newsroom, "lagoon").feeds[0]).content)

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert all(name in item for item in feed["items"])
    assert sum("date_published" not in item for item in feed["items"]) == 1
