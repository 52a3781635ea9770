"""Alerts by webhook: signed, retried, bounded, and to open addresses alone."""

import hashlib
import hmac
import json
import socket
import time

import pytest

from indexer.alerts import webhook
from indexer.alerts.alert import Alert, read_alert
from indexer.alerts.running import RoundReport
from indexer.alerts.store import GIVE_UP, LEAST_TRIES, Message
from indexer.alerts.story import AlertStory
from indexer.foundation.errors import DeliveryError
from tests.factories import NOW
from tests.indexer.alerts.desk import SECRET, Desk
from tests.loopback import Answer, Site, closed_port, serving


def an_alert(url: str) -> Alert:
    return read_alert("mine", {"words": "chips", "webhook": url, "secret": SECRET})


def a_message(title: str = "New chips") -> Message:
    story = AlertStory(
        id="s",
        document_id="d",
        url="https://news.example/new",
        title=title,
        summary="",
        source="example",
        source_name="Example News",
        crawled_at=int(NOW.timestamp()),
    )
    return Message(id="m1", alert="mine", made_at=NOW, tries=1, stories=(story,))


def trouble_with(url: str, *, allow: tuple[str, ...] = ()) -> str:
    with pytest.raises(DeliveryError) as caught:
        webhook.post(an_alert(url), a_message(), now=NOW, allow=allow)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_message_is_signed_and_named(receiver: Site) -> None:
    webhook.post(an_alert(f"{receiver.url}/hook?x=1"), a_message(), now=NOW, allow=())

    (asked,) = receiver.asked
    assert (asked.method, asked.path) == ("POST", "/hook?x=1")
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["idempotency-key"] == "m1"
    stamp = asked.headers["techwire-timestamp"]
    assert stamp == str(int(NOW.timestamp()))
    signed = hmac.new(SECRET.encode(), stamp.encode() + b"." + asked.body, hashlib.sha256)
    assert asked.headers["techwire-signature"] == f"sha256={signed.hexdigest()}"
    content = json.loads(asked.body)
    assert (content["id"], content["alert"]) == ("m1", "mine")
    assert content["stories"][0]["title"] == "New chips"


def test_a_failing_webhook_is_asked_again_ever_later(desk: Desk) -> None:
    status = [500]
    with serving(lambda _: Answer(status=status[0])) as site:
        desk.add(webhook=site.url)
        desk.publish("new", title="New chips")
        asked_after = []
        for _minute in range(20):
            before = len(site.asked)
            desk.run()
            if len(site.asked) > before:
                asked_after.append(_minute)
            desk.wait(minutes=1)
        assert asked_after == [0, 1, 3, 7, 15]
        standing = desk.store.standing("mine")
        assert (standing.told, standing.waiting) == (0, 1)
        assert "answered 500" in (standing.error or "")

        status[0] = 200
        desk.wait(hours=6)
        assert desk.run() == RoundReport(sent=1)
        assert len({asked.headers["idempotency-key"] for asked in site.asked}) == 1
        stamps = {asked.headers["techwire-timestamp"] for asked in site.asked}
        assert len(stamps) == len(site.asked), "each try is signed anew"


def test_a_webhook_that_fails_for_days_is_given_up(desk: Desk) -> None:
    desk.add(webhook=f"http://127.0.0.1:{closed_port()}")
    desk.publish("new", title="New chips")
    for _ in range(LEAST_TRIES):
        assert desk.run().errors
        desk.now += GIVE_UP / (LEAST_TRIES - 2)

    assert desk.run() == RoundReport()
    standing = desk.store.standing("mine")
    assert (standing.waiting, standing.lost) == (0, 1)


def test_a_clock_that_jumps_ahead_and_back_gives_no_message_up_and_delays_none(
    desk: Desk, receiver: Site
) -> None:
    desk.add(webhook=f"http://127.0.0.1:{closed_port()}")
    desk.publish("new", title="New chips")
    desk.run()
    for days in (45, -45):
        desk.wait(days=days)
        assert desk.run().errors

    assert desk.store.standing("mine").waiting == 1
    desk.wait(minutes=10)
    assert desk.run().errors, "it is tried again as if nothing had been"


def test_one_failing_receiver_is_asked_once_a_round_and_holds_up_no_other(
    desk: Desk, receiver: Site
) -> None:
    with serving(lambda _: Answer(status=503)) as broken:
        desk.add("a-broken", webhook=broken.url)
        desk.add("b-fine", webhook=receiver.url)
        desk.publish("one", "two", "three", title="Chips")

        assert desk.run().sent == 3
        assert len(broken.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.1/hook",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/hook",
        "https://2130706433/hook",
    ],
)
def test_private_addresses_stay_closed(url: str) -> None:
    assert "TECHWIRE_ALLOW_HOSTS" in trouble_with(url)


def test_a_public_address_is_asked_by_tls_alone() -> None:
    assert "write https://" in trouble_with("http://hooks.example.org/x")
    assert "write https://" in trouble_with("http://8.8.8.8/x", allow=("8.8.0.0/16",))


def test_a_name_that_leads_to_a_private_address_stays_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [answer])

    assert "private address 10.1.2.3" in trouble_with("https://hooks.example.org/x")


def test_an_opened_private_host_may_do_without_tls() -> None:
    with serving(lambda _: Answer(), host="127.0.0.3") as site:
        assert "private address" in trouble_with(site.url)
        webhook.post(an_alert(site.url), a_message(), now=NOW, allow=("127.0.0.3",))
        assert len(site.asked) == 1


def test_a_redirect_is_not_followed(receiver: Site) -> None:
    with serving(lambda _: Answer(status=307, headers={"Location": receiver.url})) as site:
        assert "answered 307: redirects are not followed" in trouble_with(site.url)
    assert receiver.asked == []


def test_a_slow_receiver_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT_S", 0.3)

    def answer(_asked: object) -> Answer:
        time.sleep(4)
        return Answer()

    with serving(answer) as site:
        started = time.monotonic()
        assert "took longer than 0.3 s" in trouble_with(site.url)
        assert time.monotonic() - started < 3
