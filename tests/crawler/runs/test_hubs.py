"""A hub is asked, confirms and pings: real HTTP to it and from it, on loopback."""

import hashlib
import hmac
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest

from crawler.runs.receiving import receiver_of
from crawler.runs.subscribing import subscribe_due
from crawler.sources.source import Source
from crawler.state import polls, subscriptions
from crawler.state.intervals import Rules
from crawler.state.listings import ListingAnswer
from crawler.state.polls import PollResult
from indexer.foundation.clock import database_now
from indexer.foundation.config import Config
from indexer.foundation.database import begin, connect
from indexer.listening.patience import Patience
from indexer.listening.running import served
from indexer.listening.sockets import listen, url_of
from indexer.web.app import create_app
from indexer.web.hub_calls import MOST_BYTES, Hubs
from tests.loopback import Answer, Asked, serving

FEED = "https://paper.example/feed"
SOURCE = Source(id="paper", name="Paper", homepage="https://paper.example/", feeds=(FEED,))


def test_a_hub_is_asked_confirms_and_its_ping_makes_the_listing_due(tmp_path: Path) -> None:
    taken: list[dict[str, list[str]]] = []

    def hub(asked: Asked) -> Answer:
        taken.append(parse_qs(asked.body.decode()))
        return Answer(status=202)

    listener = listen("127.0.0.1", 0)
    config = Config(
        home=tmp_path,
        database_url=f"sqlite:///{tmp_path}/techwire.db",  # type: ignore[arg-type]
        allow_hosts=("127.0.0.1",),
        public_url=url_of(listener, "127.0.0.1"),
    )
    engine = connect(config.database_url)
    with serving(hub) as site, receiver_of(config) as receiver:
        with begin(engine) as connection:
            now = database_now(connection)
            said = ListingAnswer(url=FEED, source_id="paper", kind="feed", http_status=200)
            polls.note(connection, said, PollResult(), SOURCE, Rules(), now=now)
            subscriptions.announce(connection, FEED, "paper", site.url, FEED, now=now)
        app = create_app(
            meili_url="http://127.0.0.1:9", search_key=None, index="n", hubs=Hubs(receiver=receiver)
        )
        with served(app, listener, "page", Patience()):
            assert subscribe_due(config, engine, [SOURCE]) == 1
            asked = {name: values[0] for name, values in taken[0].items()}
            callback, body = asked["hub.callback"], b"<feed>anything</feed>"
            query = {
                "hub.mode": "subscribe",
                "hub.topic": FEED,
                "hub.challenge": "sesame",
                "hub.lease_seconds": "864000",
            }
            strange = httpx.get(callback, params=query | {"hub.topic": "https://x.example/"})
            echo = httpx.get(callback, params=query)
            signature = hmac.new(asked["hub.secret"].encode(), body, hashlib.sha256).hexdigest()
            sent = [
                httpx.post(callback, content=body, headers={"X-Hub-Signature": one}).status_code
                for one in ("sha256=00", f"sha256={signature}")
            ]
            large = httpx.post(callback, content=b"x" * (MOST_BYTES + 1)).status_code
            nobody = httpx.post(f"{callback}x", content=body).status_code

    with begin(engine) as connection:
        known = subscriptions.of_listing(connection, FEED)
        now = database_now(connection)
        due = connection.scalar(polls.POLLS.select().with_only_columns(polls.POLLS.c.due_at))
    engine.dispose()
    assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", FEED)
    assert strange.status_code == 404
    assert (echo.status_code, echo.text) == (200, "sesame")
    assert (sent, large, nobody) == ([202, 202], 413, 410)
    assert known is not None
    assert (known.pings, known.refused, known.is_live(now)) == (1, 1, True)
    assert due is not None
    assert due <= now.timestamp() + 31


def test_without_a_public_address_there_is_no_callback(tmp_path: Path) -> None:
    config = Config(home=tmp_path, database_url=f"sqlite:///{tmp_path}/t.db")  # type: ignore[arg-type]

    with receiver_of(config) as receiver:
        assert receiver is None


@pytest.mark.parametrize("name", ["TECHWIRE_PUBLIC_URL", "TECHWIRE_HUB"])
def test_an_address_others_cannot_reach_is_one_plain_line(name: str, tmp_path: Path) -> None:
    from indexer.foundation.errors import ConfigError

    with pytest.raises(ConfigError, match=f"{name} is 'news.example.org': write https://HOST"):
        Config.from_env({"TECHWIRE_HOME": str(tmp_path), name: "news.example.org"})
