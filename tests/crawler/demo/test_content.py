import json
import re
from collections import Counter
from html import unescape

import httpx
import pytest
from lxml import html

from crawler.article import Precision
from crawler.demo import Newsroom
from crawler.demo.truth import NewsroomArticle

REGIONS = {
    "East Asia", "Southeast Asia", "South Asia", "Middle East", "Africa", "Europe",
    "North America", "Latin America",
}  # fmt: skip


def articles(newsroom: Newsroom) -> list[NewsroomArticle]:
    return [article for article in newsroom.articles if article.kind == "article"]


def test_there_are_enough_sites_articles_and_languages(newsroom: Newsroom) -> None:
    by_language = Counter(article.language for article in articles(newsroom))

    assert len(newsroom.sites) >= 8
    assert len(articles(newsroom)) >= 72
    assert all(by_language[language] >= 5 for language in ("en", "zh", "ja", "es", "pt", "de"))
    assert {"fr", "id", "ar"} <= set(by_language)


def test_stories_come_from_all_regions_and_most_topics(newsroom: Newsroom) -> None:
    assert {region for a in articles(newsroom) for region in a.regions} == REGIONS
    assert {site.region for site in newsroom.sites} == REGIONS
    assert len({topic.split(".")[0] for a in articles(newsroom) for topic in a.topics}) >= 15


def test_every_article_says_what_it_should_be_found_by(newsroom: Newsroom) -> None:
    for article in articles(newsroom):
        assert article.topics, article.url
        assert article.countries, article.url
        assert article.title
        size = len(article.text)
        if article.access != "teaser" and article.robots_allowed:
            dense = article.language in ("zh", "ja")
            words = size if dense else len(article.text.split())
            assert (300 if dense else 150) <= words <= (900 if dense else 450), article.url


def test_some_stories_are_no_tech_and_some_pages_are_no_articles(newsroom: Newsroom) -> None:
    kinds = Counter(article.kind for article in newsroom.articles)
    reasons = {a.reason for a in newsroom.articles if a.kind == "not-article"}

    assert kinds["off-topic"] >= 6
    assert reasons == {"consent-wall", "login", "error-page", "list-page", "empty", "not-html"}


def test_the_pages_that_are_no_articles_are_what_they_claim(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    pages = {a.reason: client.get(a.url) for a in newsroom.articles if a.kind == "not-article"}

    assert pages["empty"].content == b""
    assert pages["not-html"].headers["content-type"] == "application/pdf"
    assert 'type="password"' in pages["login"].text
    assert "Cookies" in pages["consent-wall"].text
    assert pages["list-page"].text.count("<h3>") + pages["list-page"].text.count("<li") >= 3
    assert pages["error-page"].status_code == 200
    assert "no existe" in pages["error-page"].text


def test_each_syndicated_story_stands_on_three_sites_under_different_headlines(
    newsroom: Newsroom,
) -> None:
    groups: dict[str, list[NewsroomArticle]] = {}
    for article in newsroom.articles:
        if article.group:
            groups.setdefault(article.group, []).append(article)

    assert len(groups) >= 3
    for copies in groups.values():
        assert len({copy.site_id for copy in copies}) >= 3
        assert len({copy.title for copy in copies}) == len(copies)
        assert len({copy.text for copy in copies}) == len(copies)
        assert {copy.agency for copy in copies} & {"Meridian Wire", "Savanna News Service"}


def test_every_page_shows_its_title_text_and_furniture(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    for article in newsroom.articles:
        if article.kind == "not-article":
            continue
        page = client.get(article.url).text
        shown = unescape(page).replace("\\u003c", "<")
        shown = re.sub(r"</?(?:strong|a|em)\b[^>]*>", "", json_free(shown))
        for line in article.text.split("\n"):
            for cell in line.split(" | "):
                assert cell in shown, (article.url, cell)
        assert page.count(article.url) >= 1


def json_free(page: str) -> str:
    """The page with the escapes of JSON strings undone."""
    return page.replace('\\"', '"')


def test_a_headline_with_markup_is_shown_and_never_run(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    article = next(a for a in newsroom.articles if "<script>" in a.title)
    assert "onerror=" in article.title
    site = next(site for site in newsroom.sites if site.id == article.site_id)

    for url in (article.url, site.homepage, *site.feeds):
        body = client.get(url).text
        assert "<script>alert" not in body, url
    page = html.fromstring(client.get(article.url).text)
    state = json.loads(page.get_element_by_id("__NEXT_DATA__").text)
    assert state["props"]["pageProps"]["article"]["headline"] == article.title
    assert page.findtext(".//title").startswith(article.title)


def test_a_page_built_by_script_has_its_text_only_in_its_data(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    article = next(a for a in newsroom.articles if a.site_id == "strait")
    page = html.fromstring(client.get(article.url).text)
    line = article.text.split("\n")[1]

    state = page.get_element_by_id("__NEXT_DATA__")
    assert line in state.text
    state.getparent().remove(state)
    assert line not in html.tostring(page, encoding="unicode")


@pytest.mark.parametrize(
    ("access", "marked_free", "says"),
    [
        ("free", "true", ""),
        ("metered", "false", "2 free stories left"),
        ("teaser", "false", "Keep reading with a subscription"),
    ],
)
def test_a_page_marks_what_is_paid_for(
    newsroom: Newsroom, client: httpx.Client, access: str, marked_free: str, says: str
) -> None:
    article = next(a for a in newsroom.articles if a.site_id == "bay" and a.access == access)
    page = client.get(article.url).text

    assert f'"isAccessibleForFree": {marked_free}' in page
    assert says in page
    assert ("hasPart" in page) is (access == "teaser")
    assert (len(article.text.split()) < 100) is (access == "teaser")


def test_desks_sign_stories_but_are_no_authors(newsroom: Newsroom, client: httpx.Client) -> None:
    article = next(a for a in newsroom.articles if a.url.endswith("/kilimopay-harvest-loans/"))

    assert article.authors == ()
    assert '"@type": "Organization", "name": "Agencies"' in client.get(article.url).text


def test_a_changed_story_shows_both_of_its_dates(newsroom: Newsroom, client: httpx.Client) -> None:
    changed = {a.site_id: a for a in newsroom.articles if a.modified}
    assert {"qiantang-wire", "werkbank", "pauta", "bay"} <= set(changed)

    page = client.get(changed["werkbank"].url).text
    assert "22. November 2026, 12:00 Uhr" in page
    assert "Aktualisiert am 22. November 2026, 17:00 Uhr" in page


def test_one_site_tells_only_how_long_ago(newsroom: Newsroom, client: httpx.Client) -> None:
    article = next(a for a in newsroom.articles if a.url.endswith("tianguis-serie-b-65-millones"))
    page = client.get(article.url).text

    assert article.precision is Precision.HOUR
    assert article.offset_minutes is None
    assert "hace 3 horas" in page
    assert "2026-11" not in page


def test_one_page_tells_no_date_at_all(newsroom: Newsroom, client: httpx.Client) -> None:
    undated = [a for a in articles(newsroom) if a.published is None]

    assert len(undated) == 1
    assert not re.search(r"\b(Nov|2026-)", client.get(undated[0].url).text)


@pytest.mark.parametrize(
    ("site_id", "offset", "written"),
    [
        ("qiantang-wire", 480, r"November \d+, 2026 at \d\d:\d\d"),
        ("chaoxin", 480, r"2026-11-\d\d \d\d:\d\d"),
        ("minato", 540, r"2026年11月\d+日 \d+時\d\d分"),
        ("werkbank", 60, r"\d+\. November 2026, \d\d:\d\d Uhr"),
        ("pauta", -180, r"\d\d/11/2026 às \d\dh\d\d"),
        ("bay", -480, r"Nov \d+, 2026, \d+:\d\d\s[AP]M"),
        ("deccan", 330, r"November \d+, 2026 \d+:\d\d\s[AP]M"),
        ("manara", 240, r"\d+ نوفمبر 2026 \d\d:\d\d"),
    ],
)
def test_dates_are_written_as_the_country_does(
    newsroom: Newsroom, client: httpx.Client, site_id: str, offset: int, written: str
) -> None:
    article = next(a for a in newsroom.articles if a.site_id == site_id and a.kind == "article")

    assert article.offset_minutes == offset
    assert re.search(written, client.get(article.url).text)


def test_pictures_and_logos_are_served(newsroom: Newsroom, client: httpx.Client) -> None:
    for site in newsroom.sites:
        assert client.get(f"{site.homepage}logo.svg").headers["content-type"] == "image/svg+xml"
    page = client.get(newsroom.articles[0].url).text
    picture = client.get(re.findall(r'property="og:image" content="([^"]+)"', page)[0])

    assert picture.content.startswith(b"\x89PNG")
    assert len(picture.content) < 5_000


def test_no_page_loads_or_links_anything_off_the_machine(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    for article in newsroom.articles:
        page = client.get(article.url)
        if page.headers["content-type"].startswith("text/html"):
            for url in re.findall(r'(?:href|src)="([^"]*)"', page.text):
                assert url.startswith(("/", "#", "mailto:", "http://127.0.0.1:")), url


def test_links_within_texts_lead_to_stories(newsroom: Newsroom, client: httpx.Client) -> None:
    followed = 0
    for article in newsroom.articles:
        page = client.get(article.url).content.decode(errors="replace")
        for path in re.findall(r'href=\\?"(/r/\d+)', page):
            answer = client.get(httpx.URL(article.url).join(path), follow_redirects=True)
            assert answer.status_code == 200, (article.url, path)
            followed += 1

    assert followed >= 4


def test_one_article_is_closed_to_crawlers_by_robots_txt(newsroom: Newsroom) -> None:
    closed = [a for a in newsroom.articles if not a.robots_allowed]

    assert [a.url.split("/", 3)[3] for a in closed] == ["members/memo-fund-of-funds/"]
