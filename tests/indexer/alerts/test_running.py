"""A run tells each new story once, whatever happens in between."""

import json
import multiprocessing
import threading
from dataclasses import replace

import pytest

from indexer.alerts import matching
from indexer.alerts.running import RoundReport, follow_alerts, run_alerts
from indexer.alerts.store import LEASE
from indexer.foundation.config import Config
from indexer.foundation.database import state_database
from indexer.foundation.errors import ConfigError
from indexer.vocabulary.sources import KnownSource
from tests.factories import NOW
from tests.indexer.alerts.desk import SECRET, Desk
from tests.loopback import Answer, Site, closed_port, serving


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

    assert desk.run() == RoundReport(found=1, sent=1)
    assert desk.run() == RoundReport()

    assert titles(receiver) == ["New chips"]


def test_a_later_copy_of_a_story_is_no_news(desk: Desk, receiver: Site) -> None:
    desk.add(webhook=receiver.url)
    desk.publish("first", title="First chips", story_id="s")
    desk.run()
    desk.wait(hours=2)
    desk.publish("copy", title="Copied chips", story_id="s", outlets=2)

    assert desk.run() == RoundReport()
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
    publish_in(desk, "East Asia > China", "East Asia > Japan", "Africa > Kenya")

    assert desk.run().found == 2


def publish_in(desk: Desk, *countries: str) -> None:
    """A story on chips of each of these countries."""
    chips = {"lvl0": ["Semiconductors & chips"], "lvl1": []}
    for path in countries:
        places = {"lvl0": [path.partition(" > ")[0]], "lvl1": [path], "lvl2": []}
        desk.publish(path.rpartition(" > ")[2].casefold(), topics=chips, regions=places)


def test_a_name_not_yet_indexed_keeps_no_other_from_being_told(desk: Desk) -> None:
    desk.add(words="", region=["Tuvalu", "UK"])
    desk.add("firms", words="", company=["Quxolith", "Nvidia"])
    desk.add("papers", words="", source=["daily", "example"])
    publish_in(desk, "Europe > United Kingdom", "Europe > Ukraine")
    desk.publish("chips", companies=["Nvidia"])

    done = desk.run()

    assert done.errors == ()
    assert done.notes == ("alert firms: no article names Quxolith yet",)
    assert [len(desk.store.recent(name, most=9)) for name in ("mine", "firms")] == [1, 1]
    assert len(desk.store.recent("papers", most=9)) == 3
    publish_in(desk, "Oceania > Tuvalu")
    desk.publish("qux", companies=["Quxolith"])
    assert desk.run().found == 4  # one each, and both are of that paper


def test_a_registry_that_cannot_be_read_keeps_no_other_alert_from_running(desk: Desk) -> None:
    def broken() -> tuple[KnownSource, ...]:
        raise ConfigError("sources.toml is not TOML")

    desk.add("paper", source=["daily"])
    desk.add("plain")
    desk.publish("new", title="New chips")

    done = run_alerts(desk.config, desk.engine, sources=broken, now=lambda: desk.now)

    assert (done.found, done.errors) == (1, ("alert paper does not run: sources.toml is not TOML",))


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
        assert run_alerts(desk.config, again, now=lambda: desk.now) == RoundReport()


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
        assert desk.run() == RoundReport(), "the killed sender's message is still its own"
        desk.now += LEASE

        assert desk.run() == RoundReport(sent=1)
        desk.now += LEASE
        assert desk.run() == RoundReport()

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
        assert desk.run() == RoundReport(found=1)
    desk.wait(hours=24)

    assert desk.run() == RoundReport(sent=1)
    assert titles(receiver) == ["Chips one", "Chips two"]
    desk.wait(hours=24)
    assert desk.run() == RoundReport()


def test_an_alert_that_cannot_run_is_named_and_harms_no_other(desk: Desk) -> None:
    desk.add("odd", words="", topic=["chips", "alchemy"])
    desk.add("city", words="", region=["Birmingham"])
    desk.add("plain")
    desk.publish("new", title="New chips")

    done = desk.run()

    assert (done.found, done.notes, len(done.errors)) == (1, (), 2)
    assert "alert city does not run: region 'Birmingham' may be Europe > " in done.errors[0]
    assert "alert odd does not run: no topic like 'alchemy': write ai, " in done.errors[1]


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
    rounds: list[RoundReport] = []

    def on_progress(done: RoundReport) -> None:
        rounds.append(done)
        stop.set()

    follow_alerts(desk.config, desk.engine, stop, on_progress=on_progress, now=lambda: desk.now)

    assert rounds == [RoundReport(found=1, sent=1)]


def test_alerts_may_stand_in_a_file(desk: Desk, receiver: Site) -> None:
    written = f'[chips]\nwords = "chips"\nwebhook = "{receiver.url}"\nsecret = "{SECRET}"\n'
    (desk.config.home / "alerts.toml").write_text(written)
    desk.publish("old", title="Old chips")
    desk.wait(minutes=1)
    assert desk.run() == RoundReport(), "it begins when it is first seen"
    desk.publish("new", title="New chips")

    assert desk.run() == RoundReport(found=1, sent=1)
    assert titles(receiver) == ["New chips"]


def test_one_name_in_file_and_database_is_told(desk: Desk) -> None:
    desk.add("chips")
    (desk.config.home / "alerts.toml").write_text('[chips]\nwords = "x"\nfeed = true\n')
    desk.publish("new", title="New chips")

    done = desk.run()

    assert done.found == 1
    assert "techwire alerts remove chips" in done.errors[0]


def test_tables_of_the_file_that_are_no_alerts_are_named_and_the_others_run(desk: Desk) -> None:
    tables = ('[good]\nwords = "chips"\nfeed = true', '[odd]\nwords = "x"', "[new]\ncolour = 1")
    (desk.config.home / "alerts.toml").write_text("\n".join(tables))
    desk.add("kept")
    desk.run()
    desk.publish("new", title="New chips")

    done = desk.run()

    assert done.found == 2
    assert [error.partition("alerts.toml: ")[2][:10] for error in done.errors] == [
        "alert odd:",
        "alert new ",
    ]


def test_a_file_that_is_no_toml_stops_no_alert_of_the_database(desk: Desk) -> None:
    (desk.config.home / "alerts.toml").write_text("[a")
    desk.add()
    desk.publish("new", title="New chips")

    done = desk.run()

    assert (done.found, len(done.errors)) == (1, 1)
    assert "alerts.toml cannot be read" in done.errors[0]
