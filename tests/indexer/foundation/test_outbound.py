"""The one way out to the web: verified, bounded, guarded, by the proxy that is named."""

import asyncio
import base64
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import certifi
import pytest

from indexer.foundation import trust
from indexer.foundation.errors import BrokenCertificate, ClosedHost, WebError
from indexer.foundation.outbound import WebAnswer, WebClient, WebRequest
from tests.loopback import Answer, Asked, closed_port, serving
from tests.tls import BROKEN, Authority

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    trusted = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.file))
    return trusted


def asked(
    url: str,
    *,
    allow: tuple[str, ...] = ("127.0.0.0/8",),
    within_s: float = 10.0,
    verify_tls: bool = True,
) -> WebAnswer:
    async def ask() -> WebAnswer:
        async with WebClient(agent="tests", allow=allow) as client:
            request = WebRequest(within_s=within_s, most_bytes=1_000, verify_tls=verify_tls)
            return await client.ask(url, request)

    return asyncio.run(ask())


def greeting(_asked: Asked) -> Answer:
    return Answer(body=b"hello")


def test_a_host_that_proves_who_it_is_is_asked(authority: Authority) -> None:
    with serving(greeting, tls=authority.context("good")) as site:
        answer = asked(site.url)

    assert (answer.status, answer.body) == (200, b"hello")
    assert site.asked[0].headers["user-agent"] == "tests"


@pytest.mark.parametrize(("kind", "words"), BROKEN.items())
def test_a_broken_certificate_is_told_with_what_is_wrong_and_nothing_is_sent(
    authority: Authority, kind: str, words: str
) -> None:
    with serving(greeting, tls=authority.context(kind)) as site:
        with pytest.raises(BrokenCertificate, match=words):
            asked(site.url)

        assert site.asked == []
        assert asked(site.url, verify_tls=False).body == b"hello"


def test_a_connection_let_through_is_not_used_where_the_host_must_prove_itself(
    authority: Authority,
) -> None:
    async def ask_twice(url: str) -> None:
        async with WebClient(agent="tests", allow=("127.0.0.1",)) as client:
            await client.ask(url, WebRequest(within_s=10, verify_tls=False))
            await client.ask(url, WebRequest(within_s=10))

    with (
        serving(greeting, tls=authority.context("expired")) as site,
        pytest.raises(BrokenCertificate),
    ):
        asyncio.run(ask_twice(site.url))


def test_a_machine_without_certificates_of_its_own_trusts_certifis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "empty"))

    assert trust.roots() == (certifi.where(), None)


def test_a_closed_address_is_not_asked_by_any_of_its_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(greeting) as site:
        port = site.url.rpartition(":")[2]
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"):
            with pytest.raises(ClosedHost, match="TECHWIRE_ALLOW_HOSTS"):
                asked(f"http://{host}:{port}/", allow=())
        monkeypatch.setattr(socket, "getaddrinfo", resolving_to("127.0.0.1"))
        with pytest.raises(ClosedHost, match=r"leads to the private address 127\.0\.0\.1"):
            asked(f"http://harmless.example:{port}/", allow=())

    assert site.asked == []


def test_a_name_that_answers_otherwise_the_second_time_leads_nowhere_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The connection goes to the address that was checked: the name is resolved once."""
    answers = iter(["127.0.0.1", "127.0.0.2"])
    with serving(greeting) as site, serving(greeting, host="127.0.0.2") as other:
        port = int(site.url.rpartition(":")[2])
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda *a, **k: resolving_to(next(answers))(*a, **k)
        )
        asked(f"http://turning.example:{port}/", allow=("127.0.0.1",))

    assert (len(site.asked), other.asked) == (1, [])


def test_localhost_is_asked_where_one_of_its_addresses_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("::1", "127.0.0.1"))
    with serving(greeting) as site:
        url = site.url.replace("127.0.0.1", "localhost")

        assert asked(url, allow=("127.0.0.1",)).status == 200


def test_an_address_that_refuses_is_passed_over_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("127.0.0.9", "127.0.0.1"))
    with serving(greeting) as site:
        port = site.url.rpartition(":")[2]

        assert asked(f"http://two.example:{port}/").status == 200


def test_a_name_server_that_never_answers_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: never.wait(30) and [])

    with pytest.raises(WebError, match=r"slow\.example took longer than 0\.2 s"):
        asked("http://slow.example/", within_s=0.2)
    assert not never.is_set(), "the question itself still waits, in a thread nobody waits for"
    never.set()


def test_an_answer_is_bounded_in_size_and_what_is_no_success_is_left_unread() -> None:
    def answer(request: Asked) -> Answer:
        return Answer(status=404 if request.path == "/no" else 200, body=b"x" * 1_001)

    with serving(answer) as site:
        assert asked(f"{site.url}/no").body == b""
        with pytest.raises(WebError, match="is larger than 1000 bytes"):
            asked(f"{site.url}/yes")


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/mañana?x=1", "/ma%C3%B1ana?x=1"),
        ("/mañana".encode().decode("latin-1"), "/ma%C3%B1ana"),  # UTF-8 in the header
        ("b", "/b"),
    ],
)
def test_a_redirect_is_returned_as_one(location: str, leads_to: str) -> None:
    with serving(lambda _: Answer(status=302, headers={"Location": location})) as site:
        answer = asked(f"{site.url}/a")

    assert answer.leads_to == f"{site.url}{leads_to}"
    assert site.paths() == ["/a"]


def test_a_redirect_to_what_nobody_can_read_is_none() -> None:
    with serving(lambda _: Answer(status=302, headers={"Location": "http://[::1"})) as site:
        assert asked(site.url).leads_to is None


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://", "http://[::1", "ftp://x.example"])
def test_what_is_no_address_of_the_web_is_told(url: str) -> None:
    with pytest.raises(WebError, match="write an http:// or https:// address"):
        asked(url)


def test_nobody_there_is_told() -> None:
    with pytest.raises(WebError):
        asked(f"http://127.0.0.1:{closed_port()}/")


def test_a_name_and_password_in_an_address_are_sent_and_not_shown() -> None:
    with serving(greeting) as site:
        asked(site.url.replace("//", "//ant:s%40cret@"))

    (request,) = site.asked
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"ant:s@cret").decode()
    assert "@" not in request.headers["host"]


def test_a_proxy_of_the_environment_is_asked_but_never_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(lambda _: Answer(body=b"by proxy")) as proxy, serving(greeting) as site:
        monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//me:pass@"))
        assert asked(site.url).body == b"hello"
        assert asked(site.url.replace("127.0.0.1", "localhost")).body == b"hello"
        assert proxy.asked == []

        assert asked("http://unresolvable.example/page").body == b"by proxy"
        assert proxy.asked[0].path == "http://unresolvable.example/page"
        assert proxy.asked[0].headers["proxy-authorization"].startswith("Basic ")

        monkeypatch.setenv("no_proxy", "unresolvable.example")
        with pytest.raises(WebError):
            asked("http://unresolvable.example/page")
    assert len(proxy.asked) == 1


def test_a_private_address_stays_closed_behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    for url in ("http://169.254.169.254/", "http://10.0.0.1/"):
        with pytest.raises(ClosedHost):
            asked(url)
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("10.0.0.1"))
    with pytest.raises(ClosedHost):
        asked("http://harmless.example/")


def test_a_proxy_that_is_not_spoken_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", "socks5://me:secret@127.0.0.1:1")

    with pytest.raises(WebError, match="socks5:// is not spoken") as caught:
        asked("http://unresolvable.example/")
    assert "secret" not in str(caught.value)


def resolving_to(*addresses: str) -> Callable[..., list[object]]:
    """A resolver for which every name leads to these addresses."""

    def getaddrinfo(_host: object, port: object, *_: object, **__: object) -> list[object]:
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(family[":" in one], socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    return getaddrinfo
