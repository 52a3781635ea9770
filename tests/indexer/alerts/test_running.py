"""A run tells each new story once, whatever happens in between."""

import json
import multiprocessing
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from indexer.alerts import matching
from indexer.alerts.running import Round, follow_alerts, run_alerts
from indexer.alerts.store import LEASE
from indexer.foundation.config import Config
from indexer.foundation.database import state_database
from indexer.foundation.errors import ConfigError
from tests.factories import NOW
from tests.indexer.alerts.desk import SECRET, Desk
from tests.loopback import Answer, Site, closed_port, serving


@pytest.fixture
def receiver() -> Iterator[Site]:
    with serving(lambda _: Answer(status=204)) as site:
        yield site


def titles(site: Site) -> list[str]:
    return [story["title"] for asked in site.asked for story in json.loads(asked.body)["stories"]]


def keys(site: Site) -> list[str]:
    return [asked.headers["idempotency-key"] for asked in site.asked]


def test_a_new_story_is_told_once(desk: Desk, receiver: Site) -> None:
    desk.publish("old", title="Old chips")
    desk.wait(minutes=1)
    desk.add(webhook=receiver.url)
    desk.publish("new", title="New chips")
    desk.publish("other", title="Something else")

    assert desk.run() == Round(found=1, sent=1)
    assert desk.run() == Round()

    assert titles(receiver) == ["New chips"]


def test_a_later_copy_of_a_story_is_no_news(desk: Desk, receiver: Site) -> None:
    desk.add(webhook=receiver.url)
    desk.publish("first", title="First chips", story_id="s")
    desk.run()
    desk.wait(hours=2)
    desk.publish("copy", title="Copied chips", story_id="s", outlets=2)

    assert desk.run() == Round()
    assert titles(receiver) == ["First chips"]


def test_a_later_copy_of_a_story_from_before_the_alert_is_no_news(desk: Desk) -> None:
    desk.publish("old", title="Old chips")
    desk.wait(minutes=1)
    desk.add()
    desk.wait(hours=2)
    desk.publish("copy", title="Copied chips", story_id=desk.documents["old"].story_id)

    assert desk.run().found == 0


def test_two_told_stories_that_turn_out_to_be_one_are_no_news(desk: Desk) -> None:
    desk.add()
    desk.publish("one", title="One chips", story_id="s1")
    assert desk.run().found == 1
    crawled_at = int(desk.now.timestamp())
    desk.wait(hours=1)
    desk.publish("one", title="One chips", story_id="s2", crawled_at=crawled_at)
    desk.publish("two", title="Two chips", story_id="s2")

    assert desk.run().found == 0


def test_old_stories_crawled_today_are_no_news(desk: Desk) -> None:
    desk.add()
    desk.publish("archive", title="Chips of 2024", published_at=1_710_000_000)
    desk.publish("undated", title="Chips without a date", published_at=None)

    desk.run()

    assert [story.title for story in desk.store.recent("mine", most=9)] == ["Chips without a date"]


def test_a_document_that_reached_the_index_late_is_told(desk: Desk) -> None:
    desk.add()
    crawled_at = int(desk.now.timestamp())
    desk.wait(hours=5)
    desk.publish("other")
    desk.run()
    desk.publish("late", title="Late chips", crawled_at=crawled_at)

    assert desk.run().found == 1


def test_all_words_must_be_found(desk: Desk) -> None:
    desk.add(words="chips hangzhou")
    desk.publish("one", title="Chips of Lagos")
    desk.publish("two", title="Chips of Hangzhou")

    assert desk.run().found == 1


def test_facets_narrow_as_in_a_search(desk: Desk) -> None:
    desk.add(words="", topic=["semiconductors"], region=["china", "japan"])
    chips = {"lvl0": ["Chips"], "lvl1": ["Chips > Semiconductors"]}
    for name, place in (("one", "China"), ("two", "Japan"), ("three", "Kenya")):
        places = {"lvl0": ["World"], "lvl1": [f"World > {place}"], "lvl2": []}
        desk.publish(name, topics=chips, regions=places)

    assert desk.run().found == 2


def test_more_stories_than_one_answer_holds_are_all_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "PAGE", 2)
    desk.add()
    stamp = int(desk.now.timestamp())
    for second in range(5):
        desk.publish(f"s{second}", title=f"Chips {second}", crawled_at=stamp + second)
    desk.wait(seconds=20)

    assert desk.run().found == 5


def test_a_new_process_knows_what_was_told(desk: Desk) -> None:
    desk.add()
    desk.publish("new", title="New chips")
    desk.run()

    with state_database(desk.config.database_url) as again:
        assert run_alerts(desk.config, again, now=lambda: desk.now) == Round()


def test_a_kill_while_the_webhook_answers_tells_again_under_the_same_key(desk: Desk) -> None:
    arrived, held = threading.Event(), threading.Event()

    def answer(_asked: object) -> Answer:
        arrived.set()
        held.wait(20)
        return Answer(status=204)

    with serving(answer) as site:
        desk.add(webhook=site.url)
        desk.publish("new", title="New chips")
        process = multiprocessing.get_context("spawn").Process(
            target=run_in_a_process, args=[desk.config, desk.now.timestamp()]
        )
        process.start()
        try:
            assert arrived.wait(20)
        finally:
            process.kill()
            process.join()
            held.set()
        assert desk.run() == Round(), "the killed sender's message is still its own"
        desk.now += LEASE

        assert desk.run() == Round(sent=1)
        desk.now += LEASE
        assert desk.run() == Round()

        assert titles(site) == ["New chips", "New chips"]
        assert len(set(keys(site))) == 1
        assert site.asked[0].body == site.asked[1].body


def run_in_a_process(config: Config, now: float) -> None:
    moment = NOW.fromtimestamp(now, NOW.tzinfo)
    with state_database(config.database_url) as engine:
        run_alerts(config, engine, now=lambda: moment)


def test_several_runs_at_once_share_the_messages(desk: Desk, receiver: Site) -> None:
    desk.add(webhook=receiver.url)
    desk.publish(*(f"s{number}" for number in range(12)), title="Chips")
    threads = [threading.Thread(target=desk.run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys(receiver)) == len(set(keys(receiver))) == 12


def test_a_daily_digest_gathers_until_the_morning(desk: Desk, receiver: Site) -> None:
    desk.add(webhook=receiver.url, digest="daily")
    for name in ("one", "two"):
        desk.wait(hours=1)
        desk.publish(name, title=f"Chips {name}")
        assert desk.run() == Round(found=1)
    desk.wait(hours=24)

    assert desk.run() == Round(sent=1)
    assert titles(receiver) == ["Chips one", "Chips two"]
    desk.wait(hours=24)
    assert desk.run() == Round()


def test_an_unknown_topic_is_noted_and_harms_no_other_alert(desk: Desk) -> None:
    desk.add("odd", words="", topic=["alchemy"])
    desk.add("plain")
    desk.publish("new", title="New chips")

    done = desk.run()

    assert (done.found, done.errors) == (1, ())
    assert "alert odd: the index has no topic like 'alchemy'" in done.notes[0]


def test_messages_go_out_while_the_search_server_is_down(desk: Desk, receiver: Site) -> None:
    desk.add(webhook=receiver.url, digest="hourly")
    desk.publish("new", title="New chips")
    desk.run()
    desk.wait(hours=1)
    up = desk.config
    desk.config = replace(up, meili_url=f"http://127.0.0.1:{closed_port()}")

    done = desk.run()

    assert (done.sent, titles(receiver)) == (1, ["New chips"])
    assert "does not answer" in done.errors[0]
    desk.config = up
    desk.publish("next", title="Next chips")
    assert desk.run().found == 1


def test_following_tells_until_it_is_stopped(desk: Desk) -> None:
    desk.add()
    desk.publish("new", title="New chips")
    stop = threading.Event()
    rounds: list[Round] = []

    def told(done: Round) -> None:
        rounds.append(done)
        stop.set()

    follow_alerts(desk.config, desk.engine, stop, told=told, now=lambda: desk.now)

    assert rounds == [Round(found=1, sent=1)]


def test_alerts_may_stand_in_a_file(desk: Desk, receiver: Site) -> None:
    written = f'[chips]\nwords = "chips"\nwebhook = "{receiver.url}"\nsecret = "{SECRET}"\n'
    (desk.config.home / "alerts.toml").write_text(written)
    desk.publish("old", title="Old chips")
    desk.wait(minutes=1)
    assert desk.run() == Round(), "it begins when it is first seen"
    desk.publish("new", title="New chips")

    assert desk.run() == Round(found=1, sent=1)
    assert titles(receiver) == ["New chips"]


def test_one_name_in_file_and_database_is_told(desk: Desk) -> None:
    desk.add("chips")
    (desk.config.home / "alerts.toml").write_text('[chips]\nwords = "x"\nfeed = true\n')

    with pytest.raises(ConfigError, match="techwire alerts remove chips"):
        desk.run()
