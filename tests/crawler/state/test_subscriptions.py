"""Hubs: asked, verified, renewed; what they send makes a listing due and no more."""

import hashlib
import hmac
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from crawler.sources.source import Source
from crawler.state import pings, polls, schedule, subscriptions
from crawler.state.intervals import Rules
from crawler.state.listings import ListingAnswer
from crawler.state.polls import PollResult
from crawler.state.subscriptions import Subscription
from indexer.foundation.database import begin
from tests.factories import NOW, an_entry

FEED, TOPIC, HUB = "https://example.example/feed", "https://example.example/", "https://hub.example"
SOURCE = Source(id="example", name="E", homepage="https://example.example/", feeds=(FEED,))
RULES = Rules()
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def announce(database: Engine, hub: str | None = HUB, *, now: datetime = NOW) -> None:
    with begin(database) as connection:
        subscriptions.announce(connection, FEED, "example", hub, TOPIC, now=now)


def known(database: Engine) -> Subscription:
    with begin(database) as connection:
        found = subscriptions.of_listing(connection, FEED)
    assert found is not None
    return found


def take(database: Engine, now: datetime = NOW) -> int:
    with begin(database) as connection:
        return len(subscriptions.take_due(connection, among=["example"], now=now, limit=9))


def confirm(database: Engine, now: datetime = NOW, **changes: str) -> str | None:
    query = {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.challenge": "sesame",
        "hub.lease_seconds": "86400",
    }
    query |= {f"hub.{name}": value for name, value in changes.items()}
    with begin(database) as connection:
        name = subscriptions.of_listing(connection, FEED)
        return pings.confirmed(connection, name.name if name else "", query, now=now)


def ping(database: Engine, now: datetime, *, secret: str | None = None) -> bool | None:
    own, body = known(database), b"<feed/>"
    key = (secret or own.secret).encode()
    signature = f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}"
    with begin(database) as connection:
        return pings.pinged(connection, own.name, signature, body, now=now)


def poll(database: Engine, now: datetime, *new: str) -> timedelta:
    """The listing answers, with these new articles. Returns: the wait until it is due again."""
    entries = tuple(an_entry(one, published=now) for one in new)
    said = ListingAnswer(url=FEED, source_id="example", kind="feed", http_status=200)
    result = PollResult(new=entries, entries=entries)
    with begin(database) as connection:
        return polls.note(connection, said, result, SOURCE, RULES, now=now) - now


@pytest.fixture
def subscribed(database: Engine) -> Engine:
    with begin(database) as connection:
        schedule.enroll(connection, {"example": NOW + DAY}, now=NOW)
    poll(database, NOW, *"abcdefgh")
    announce(database)
    take(database)
    confirm(database, lease_seconds="8640000")
    return database


def test_a_hub_is_asked_once_and_only_for_what_is_crawled(database: Engine) -> None:
    announce(database)
    with begin(database) as connection:
        assert subscriptions.take_due(connection, among=["other"], now=NOW, limit=9) == []

    assert take(database) == 1
    assert take(database) == 0
    assert take(database, NOW + timedelta(hours=1)) == 1  # it never confirmed
    assert take(database, NOW + timedelta(hours=2)) == 0  # and is asked later each time


def test_only_what_we_asked_for_is_confirmed(database: Engine) -> None:
    announce(database)

    assert confirm(database) is None  # not asked yet
    take(database)
    assert confirm(database, topic="https://other.example/") is None
    assert confirm(database, mode="unsubscribe") is None
    assert confirm(database, challenge="") is None
    assert confirm(database) == "sesame"
    assert known(database).is_live(NOW + DAY / 2)
    assert not known(database).is_live(NOW + DAY)


def test_a_lease_is_renewed_at_two_thirds_and_counts_since_its_first(database: Engine) -> None:
    announce(database)
    take(database)
    confirm(database)

    assert take(database, NOW + timedelta(hours=15.9)) == 0
    assert take(database, NOW + timedelta(hours=16)) == 1
    confirm(database, NOW + timedelta(hours=16))
    assert known(database).since == NOW.replace(microsecond=0)


def test_a_denial_is_told_with_its_reason(database: Engine) -> None:
    announce(database)
    take(database)

    assert confirm(database, mode="denied", reason="no  such\ntopic") == ""
    assert known(database).words(NOW) == f"not subscribed: {HUB} denied it: no such topic"


def test_a_hub_no_longer_named_is_forgotten_and_another_begins_anew(subscribed: Engine) -> None:
    before = known(subscribed)
    announce(subscribed, "https://other.example/")
    after = known(subscribed)
    announce(subscribed, None)

    assert after.name != before.name
    assert not after.is_live(NOW)
    with begin(subscribed) as connection:
        assert subscriptions.of_listing(connection, FEED) is None


def test_a_ping_makes_its_listing_and_source_due_now(subscribed: Engine) -> None:
    assert ping(subscribed, NOW + MINUTE)

    with begin(subscribed) as connection:
        at = NOW + MINUTE
        assert polls.listings_due(connection, SOURCE, now=at) == [("feed", FEED)]
        assert schedule.lease(connection, "us", ["example"], now=at, limit=1)


def test_many_pings_are_one_poll_in_half_a_minute(subscribed: Engine) -> None:
    poll(subscribed, NOW + MINUTE, "i")
    ping(subscribed, NOW + MINUTE + timedelta(seconds=1))

    with begin(subscribed) as connection:
        soon, later = (NOW + MINUTE + timedelta(seconds=s) for s in (20, 31))
        assert not polls.is_due(connection, FEED, now=soon)
        assert polls.is_due(connection, FEED, now=later)


def test_a_wrong_signature_makes_nothing_due_and_is_counted(subscribed: Engine) -> None:
    assert ping(subscribed, NOW + MINUTE, secret="guessed") is False

    assert (known(subscribed).pings, known(subscribed).refused) == (0, 1)
    with begin(subscribed) as connection:
        assert not polls.is_due(connection, FEED, now=NOW + MINUTE)
        assert pings.pinged(connection, "nobody", "sha256=00", b"", now=NOW) is None


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_every_method_of_the_standard_is_checked(method: str) -> None:
    digest = hmac.new(b"key", b"body", method).hexdigest()

    assert pings.is_signed(b"body", f"{method}={digest.upper()}", "key")
    assert not pings.is_signed(b"other", f"{method}={digest}", "key")


@pytest.mark.parametrize(
    "signature", ["", "md5=00", "sha256", "sha256=é", "=", "sha256=" + "0" * 64]
)
def test_what_is_no_signature_signs_nothing(signature: str) -> None:
    assert not pings.is_signed(b"body", signature, "key")


def test_polling_slows_while_pings_come_and_returns_when_they_leave_something_out(
    subscribed: Engine,
) -> None:
    as_usual = poll(subscribed, NOW + MINUTE, "i")
    ping(subscribed, NOW + 5 * MINUTE)
    pushed = poll(subscribed, NOW + 5 * MINUTE, "j")
    poll(subscribed, NOW + 90 * MINUTE, "k")  # which no ping had told
    trusted = known(subscribed).is_trusted(NOW + 91 * MINUTE)
    ping(subscribed, NOW + 95 * MINUTE)

    assert pushed > 3 * as_usual
    assert not trusted
    assert known(subscribed).is_trusted(NOW + 96 * MINUTE)


def test_a_ping_quicker_than_the_publishers_cache_is_looked_after_once(subscribed: Engine) -> None:
    ping(subscribed, NOW + 5 * MINUTE)
    wait = poll(subscribed, NOW + 5 * MINUTE)
    then = poll(subscribed, NOW + 5 * MINUTE + wait)

    assert wait < timedelta(seconds=40)
    assert then > timedelta(minutes=5)


def test_a_lease_that_ended_lets_polling_return(subscribed: Engine) -> None:
    ping(subscribed, NOW + MINUTE)
    later = NOW + timedelta(days=120)

    assert known(subscribed).is_trusted(NOW + 2 * MINUTE)
    assert not known(subscribed).is_trusted(later)
