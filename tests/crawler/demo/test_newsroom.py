from datetime import UTC, datetime, timedelta

import httpx
import pytest

from crawler.demo import Newsroom, open_newsroom
from crawler.demo.loopback import bind

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_every_page_behind_a_listing_answers(newsroom: Newsroom, client: httpx.Client) -> None:
    for article in newsroom.articles:
        for url in (article.url, *article.other_urls):
            answer = client.get(url, follow_redirects=True)

            assert answer.status_code == 200, url
            if article.kind != "not-article":
                assert article.url in answer.text


def test_every_site_has_a_front_page_robots_txt_and_a_404(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    for site in newsroom.sites:
        assert site.name in client.get(site.homepage).text
        assert "Disallow: /members/" in client.get(f"{site.homepage}robots.txt").text
        assert client.get(f"{site.homepage}no/such/page").status_code == 404


def test_a_missing_slash_leads_to_the_page(newsroom: Newsroom, client: httpx.Client) -> None:
    article = next(a for a in newsroom.articles if a.url.endswith("/"))

    answer = client.get(article.url.rstrip("/"))

    assert answer.status_code == 301
    assert answer.headers["location"] == article.url


def test_an_unchanged_page_is_answered_304_by_either_validator(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    site = newsroom.sites[0]
    for url in (site.feeds[0], newsroom.articles[0].url):
        first = client.get(url)
        by_etag = client.get(url, headers={"If-None-Match": first.headers["etag"]})
        by_date = client.get(url, headers={"If-Modified-Since": first.headers["last-modified"]})

        assert (first.status_code, by_etag.status_code, by_date.status_code) == (200, 304, 304)
        assert by_etag.content == b""
        assert by_etag.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("date", ["never", "", "Mon, 23 Nov 1970 08:00:00 -0000", "99999999999"])
def test_a_strange_or_old_date_gets_the_whole_page(
    newsroom: Newsroom, client: httpx.Client, date: str
) -> None:
    url = newsroom.articles[0].url

    assert client.get(url, headers={"If-Modified-Since": date}).status_code == 200


def test_head_is_get_without_the_page(newsroom: Newsroom, client: httpx.Client) -> None:
    url = newsroom.articles[0].url
    head, get = client.head(url), client.get(url)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == get.headers["etag"]


def test_gzip_is_used_only_when_asked_for(newsroom: Newsroom, client: httpx.Client) -> None:
    url = newsroom.articles[0].url
    plain = client.get(url, headers={"Accept-Encoding": "identity"})
    zipped = client.get(url, headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"])
    assert zipped.text == plain.text


def test_a_site_that_is_down_answers_503_until_it_is_up_again(
    own_newsroom: Newsroom, client: httpx.Client
) -> None:
    site = own_newsroom.sites[0]

    own_newsroom.set_down(site.id)
    assert client.get(site.homepage).status_code == 503
    assert client.get(own_newsroom.sites[1].homepage).status_code == 200

    own_newsroom.set_down(site.id, False)
    assert client.get(site.homepage).status_code == 200


def test_a_new_article_stands_first_in_the_feed(
    own_newsroom: Newsroom, client: httpx.Client
) -> None:
    site = own_newsroom.sites[0]
    before = client.get(site.feeds[0])

    article = own_newsroom.publish(
        site.id, title="A late <b>headline</b>", text="First paragraph.\n\nSecond."
    )

    after = client.get(site.feeds[0], headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.text.index("A late &lt;b&gt;headline&lt;/b&gt;") < after.text.index("<guid")
    assert article in own_newsroom.articles
    assert article.text == "First paragraph.\nSecond."
    assert "<p>Second.</p>" in client.get(article.url).text


def test_an_edited_article_keeps_its_address_and_tells_its_new_date(
    own_newsroom: Newsroom, client: httpx.Client
) -> None:
    article = own_newsroom.articles[0]
    before = client.get(article.url)

    edited = own_newsroom.edit(article.url, title="A corrected headline")

    after = client.get(article.url, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert "A corrected headline" in after.text
    assert (edited.url, edited.text, edited.modified) == (article.url, article.text, NOW)


def test_requests_are_counted_by_address_and_status(
    own_newsroom: Newsroom, client: httpx.Client
) -> None:
    url = own_newsroom.articles[0].url
    etag = client.get(f"{url}?utm_source=x", headers={"User-Agent": "tester"}).headers["etag"]
    client.get(url, headers={"If-None-Match": etag})

    log = own_newsroom.requests
    assert log.statuses(url) == [200, 304]
    assert (log.count(url), log.count(url, 304)) == (2, 1)
    first, second = log.under(own_newsroom.sites[0].homepage)
    assert (first.user_agent, first.query, first.conditional) == ("tester", "utm_source=x", False)
    assert second.conditional


def test_the_same_now_gives_the_same_pages(newsroom: Newsroom, client: httpx.Client) -> None:
    def without_ports(room: Newsroom, text: str) -> str:
        for site in room.sites:
            text = text.replace(site.homepage.rstrip("/"), f"http://{site.id}")
        return text

    with open_newsroom(NOW) as again:
        for one, other in zip(newsroom.articles, again.articles, strict=True):
            assert without_ports(newsroom, one.url) == without_ports(again, other.url)
            assert without_ports(newsroom, client.get(one.url).text) == without_ports(
                again, client.get(other.url).text
            )


def test_another_now_moves_every_date(newsroom: Newsroom, client: httpx.Client) -> None:
    with open_newsroom(NOW + timedelta(days=30)) as later:
        for one, other in zip(newsroom.articles, later.articles, strict=True):
            if one.published is None:
                assert other.published is None
            else:
                assert other.published == one.published + timedelta(days=30)


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), open_newsroom(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


def test_an_unknown_site_is_named_with_the_known_ones(
    newsroom: Newsroom, client: httpx.Client
) -> None:
    with pytest.raises(KeyError, match="no site 'nobody'; it has qiantang-wire"):
        newsroom.set_down("nobody")


def test_ports_can_be_fixed_and_a_taken_one_is_an_error(client: httpx.Client) -> None:
    first = free_ports()
    with open_newsroom(NOW, first_port=first) as newsroom:
        assert newsroom.sites[0].homepage == f"http://127.0.0.1:{first}/"
        assert client.get(newsroom.sites[-1].homepage).status_code == 200
        with pytest.raises(OSError, match="in use"), open_newsroom(NOW, first_port=first):
            pass


def free_ports() -> int:
    """The first of twenty ports in a row that are free now."""
    for first in range(21_000, 32_000, 20):
        try:
            sockets = bind("127.0.0.1", 20, first)
        except OSError:
            continue
        for one in sockets:
            one.close()
        return first
    raise RuntimeError("no free ports")
