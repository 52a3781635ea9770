"""Alerts by feed: a file that feed readers read."""

import feedparser

from indexer.alerts.feed_file import feed_path
from indexer.alerts.running import RoundReport
from tests.indexer.alerts.desk import Desk


def test_a_feed_holds_all_that_was_told(desk: Desk) -> None:
    desk.add()
    for name in ("one", "two"):
        desk.publish(name, title=f"Chips & <b>{name}\x00", summary="What happened.")
        assert desk.run() == RoundReport(found=1, sent=1)
        desk.wait(minutes=10)

    feed = feedparser.parse(feed_path(desk.config, "mine").read_bytes())

    assert (feed.version, feed.bozo) == ("rss20", False)
    assert feed.feed.title == "techwire: mine"
    two, one = feed.entries
    assert (one.link, two.link) == ("https://news.example/one", "https://news.example/two")
    assert one.id == f"urn:techwire:{desk.documents['one'].story_id}"
    assert one.author == "Example News"


def test_a_feed_that_cannot_be_written_is_told_and_tried_again(desk: Desk) -> None:
    blocker = desk.config.home / "feeds"
    blocker.write_text("")
    desk.add()
    desk.publish("new", title="New chips")

    assert "cannot be written" in desk.run().errors[0]
    blocker.unlink()
    desk.wait(minutes=2)

    assert desk.run() == RoundReport(sent=1)
