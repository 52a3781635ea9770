import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import feedparser
import httpx
import pytest

from tests.newsroom.hostile import HOPS, HUGE_BYTES, HostileSites, open_hostile_sites
from tests.newsroom.hostile_bodies import BOMB_BYTES


@pytest.fixture(scope="module")
def hostile() -> Iterator[HostileSites]:
    with open_hostile_sites() as opened:
        yield opened


@contextmanager
def plain_get(url: str) -> Iterator[HTTPResponse]:
    """The answer as it stands on the wire: nothing followed, nothing unpacked."""
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), int(parts.port or 80), timeout=5)
    try:
        connection.request("GET", parts.path)
        with connection.getresponse() as answer:
            yield answer
    finally:
        connection.close()


def raw_size(url: str, most: int) -> int:
    """Bytes of a body on the wire, up to `most`."""
    with plain_get(url) as answer:
        return len(answer.read(most))


def test_a_drip_goes_on_until_the_reader_gives_up(
    hostile: HostileSites, client: httpx.Client
) -> None:
    started = time.monotonic()
    with client.stream("GET", hostile["slow_drip"]) as answer:
        for _ in answer.iter_raw():
            if time.monotonic() - started > 0.3:
                break

    assert 0.3 < time.monotonic() - started < 2


def test_a_silent_server_makes_a_reader_time_out(
    hostile: HostileSites, client: httpx.Client
) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.get(hostile["never_answers"], timeout=0.2)


@pytest.mark.parametrize("name", ["huge_body", "huge_chunked"])
def test_a_huge_body_is_huge(hostile: HostileSites, client: httpx.Client, name: str) -> None:
    assert raw_size(hostile[name], 3_000_000) >= 3_000_000
    with client.stream("GET", hostile["huge_body"]) as answer:
        assert int(answer.headers["content-length"]) > 0.99 * HUGE_BYTES


@pytest.mark.parametrize("name", ["gzip_bomb", "brotli_bomb"])
def test_a_bomb_is_small_on_the_wire_and_large_in_memory(
    hostile: HostileSites, client: httpx.Client, name: str
) -> None:
    assert raw_size(hostile[name], BOMB_BYTES) < 200_000
    inflated = 0
    with client.stream("GET", hostile[name]) as answer:
        for chunk in answer.iter_bytes(1_000_000):
            inflated += len(chunk)
            if inflated > 5_000_000:
                break
    assert inflated > 5_000_000


def test_a_cut_body_breaks_off(hostile: HostileSites, client: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(hostile["cut_body"])


def test_redirects_lead_in_circles_and_to_places_no_crawler_may_go(
    hostile: HostileSites, client: httpx.Client
) -> None:
    with pytest.raises(httpx.TooManyRedirects):
        client.get(hostile["redirect_loop"], follow_redirects=True)
    with pytest.raises(httpx.TooManyRedirects):
        client.get(hostile["redirect_chain"], follow_redirects=True)
    assert client.max_redirects < HOPS
    targets = {}
    for name in hostile.urls:
        if name.startswith("redirect_to"):
            with plain_get(hostile[name]) as answer:
                targets[name] = answer.headers["location"]
    assert targets["redirect_to_metadata"].startswith("http://169.254.169.254/")
    assert targets["redirect_to_file"] == "file:///etc/passwd"
    assert targets["redirect_to_private"] == "http://10.0.0.1/"


def test_refusals_say_when_to_come_back(hostile: HostileSites, client: httpx.Client) -> None:
    limited, down = client.get(hostile["too_many_requests"]), client.get(hostile["unavailable"])

    assert (limited.status_code, limited.headers["retry-after"]) == (429, "7")
    assert (down.status_code, down.headers["retry-after"]) == (503, "7")
    assert hostile.requests.statuses(hostile["too_many_requests"]) == [429]


def test_one_host_has_a_broken_robots_txt_and_the_other_an_open_one(
    hostile: HostileSites, client: httpx.Client
) -> None:
    broken = httpx.URL(hostile["robots_500"])

    assert client.get(broken.copy_with(path="/robots.txt")).status_code == 500
    assert client.get(broken).status_code == 200
    assert client.get(f"{hostile.base}/robots.txt").text.startswith("User-agent: *")


def test_broken_feeds_are_broken_and_the_long_one_is_long(
    hostile: HostileSites, client: httpx.Client
) -> None:
    def parsed(name: str) -> feedparser.FeedParserDict:
        return feedparser.parse(client.get(hostile[name]).content)

    assert not parsed("feed_is_html").entries
    assert parsed("feed_malformed").bozo
    assert len(parsed("feed_2000").entries) == 2000
    assert "root:" not in str(parsed("feed_entity_file"))
    assert len(client.get(hostile["feed_entity_bomb"]).content) < 2_000


def test_charsets_are_lied_about(hostile: HostileSites, client: httpx.Client) -> None:
    assert "München" not in client.get(hostile["wrong_charset"]).text
    assert "München" in client.get(hostile["wrong_charset"]).content.decode()
    assert "半導体" in client.get(hostile["meta_charset"]).content.decode("shift_jis")
    with pytest.raises(UnicodeDecodeError):
        client.get(hostile["invalid_utf8"]).content.decode()


def test_every_other_address_answers_within_bounds(hostile: HostileSites) -> None:
    endless = {"slow_drip", "never_answers", "huge_body", "huge_chunked", "cut_body"}
    for name, url in hostile.urls.items():
        if name not in endless:
            assert raw_size(url, 5_000_000) < 5_000_000, name


def test_the_sites_close_while_readers_still_hang_on() -> None:
    async def hang_on(url: str) -> None:
        async with httpx.AsyncClient() as client, client.stream("GET", url) as answer:
            await anext(answer.aiter_raw())

    with open_hostile_sites() as hostile:
        asyncio.run(hang_on(hostile["slow_drip"]))
        slow = httpx.Client()
        stream = slow.stream("GET", hostile["slow_drip"])
        stream.__enter__()
        started = time.monotonic()
    took_s = time.monotonic() - started
    stream.__exit__(None, None, None)
    slow.close()

    assert took_s < 3
