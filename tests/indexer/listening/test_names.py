"""A server answers to its own names alone, so that no page of a stranger's can ask it."""

import logging
from pathlib import Path
from typing import Any

import httpx
import pytest

from indexer.listening.patience import Patience
from tests.indexer.listening.servers import SERVERS, connected, rest_of

ASKED = {"page": "/api/coverage", "probes": "/metrics", "engine": "/stats"}
OPEN = ["page", "probes"]
OURS = ["127.0.0.1", "127.0.0.1:1", "localhost", "LOCALHOST.:80", "[::1]:8710", "127.8.9.1",
        "news.localhost", "news.example.org", "News.Example.org.:443"]  # fmt: skip
STRANGE = ["evil.example", "news.example.org.evil.example", "localhost.evil.example", "10.0.0.7",
           "127.0.0.1.evil.example", "127.0.0.1@evil.example", "", "[", "a b", "2130706433",
           "127.1", "[::ffff:10.0.0.7]", "x" * 9_000]  # fmt: skip


@pytest.mark.parametrize("which", SERVERS)
def test_a_server_is_called_by_loopback_and_by_what_was_named(which: str, tmp_path: Path) -> None:
    opened: Any = SERVERS[which](tmp_path, Patience(), "news.example.org")
    with opened as url, httpx.Client(base_url=url, trust_env=False) as client:
        for host in OURS:
            assert client.get(ASKED[which], headers={"Host": host}).status_code == 200, host
        for host in STRANGE:
            answer = client.get(ASKED[which], headers={"Host": host})
            assert (answer.status_code, answer.json()["code"]) == (421, "misdirected_request"), host
            assert host[:50] in answer.json()["message"]
            assert "\n" not in answer.text


@pytest.mark.parametrize("which", OPEN)
def test_probes_may_call_a_server_anything(which: str, tmp_path: Path) -> None:
    opened: Any = SERVERS[which](tmp_path, Patience())
    with opened as url:
        answer = httpx.get(url + "/healthz", headers={"Host": "10.1.2.3:8710"}, trust_env=False)

    assert answer.status_code in (200, 503)
    assert "status" in answer.json()


@pytest.mark.parametrize("head", [
    b"GET %b HTTP/1.0\r\n",
    b"GET %b HTTP/1.1\r\nHost: a\r\nHost: localhost\r\n",
    b"GET http://evil.example%b HTTP/1.1\r\nHost: evil.example\r\n",
])  # fmt: skip
def test_no_name_two_names_or_a_whole_address_open_nothing(head: bytes, tmp_path: Path) -> None:
    opened: Any = SERVERS["probes"](tmp_path, Patience())
    with opened as url, connected(url) as connection:
        connection.sendall(head % b"/metrics" + b"Connection: close\r\n\r\n")

        assert rest_of(connection).startswith(b"HTTP/1.1 421 ")


@pytest.mark.parametrize("which", SERVERS)
def test_a_page_of_a_strangers_may_send_nothing(which: str, tmp_path: Path) -> None:
    opened: Any = SERVERS[which](tmp_path, Patience(), "news.example.org")
    paths = {"page": "/api/multi-search", "engine": "/indexes/news/documents"}
    with opened as url, httpx.Client(base_url=url, trust_env=False) as client:
        for origin in ("http://evil.example", "null", "https://news.example.org.evil"):
            answer = client.post(
                paths.get(which, ASKED[which]),
                content=b'{"queries": []}',
                headers={"Origin": origin, "Content-Type": "text/plain"},
            )
            assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
            assert "access-control-allow-origin" not in answer.headers


def test_the_page_itself_may_ask_behind_a_proxy_that_calls_us_otherwise(tmp_path: Path) -> None:
    opened: Any = SERVERS["page"](tmp_path, Patience(), "news.example.org")
    with opened as url:
        answer = httpx.post(
            url + "/api/multi-search",
            json={"queries": []},
            headers={"Origin": "https://news.example.org"},
            trust_env=False,
        )

    assert answer.json()["code"] == "search_server_down"


def test_a_refused_name_is_logged_once_with_the_setting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opened: Any = SERVERS["page"](tmp_path, Patience())
    with caplog.at_level(logging.WARNING), opened as url:
        for host in ("evil.example", "evil.example", "evil.example:99"):
            httpx.get(url, headers={"Host": host}, trust_env=False)
        for number in range(200):
            with connected(url) as connection:
                connection.sendall(b"GET / HTTP/1.0\r\nHost: a%d\r\n\r\n" % number)
                rest_of(connection)

    told = [record.getMessage() for record in caplog.records]
    assert told[0] == (
        "this server is not called 'evil.example': if it should be, add that to "
        "TECHWIRE_SERVE_HOSTS, in .env"
    )
    assert len([line for line in told if "evil.example" in line]) == 1
    assert len(told) <= 50
    assert told[-1].endswith("further names are refused without a word")


def test_every_address_of_the_machine_is_its_own(tmp_path: Path) -> None:
    """As where --host is 0.0.0.0: the address that a connection came to cannot be a stranger's."""
    from indexer.listening.names import OwnNames

    names = OwnNames(lambda *_: None, ["0.0.0.0"], "")  # type: ignore[arg-type, return-value]
    scope = {"type": "http", "server": ("10.1.2.3", 8710)}

    assert names._is_ours("10.1.2.3:8710", scope)
    assert not names._is_ours("10.1.2.4:8710", scope)
    assert names._is_ours("10.1.2.3", {**scope, "server": ("::ffff:10.1.2.3", 1)})
