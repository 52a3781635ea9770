"""The digest of a span, from the real engine."""

from datetime import timedelta
from pathlib import Path

import pytest

from indexer.alerts.digest import Digest, digest_of, write_digest
from indexer.foundation.errors import ConfigError
from indexer.search.search_server import SearchServer
from tests.factories import NOW
from tests.indexer.alerts.desk import Desk

CHIPS = {"lvl0": ["Chips"], "lvl1": ["Chips > Fabs"]}
ASIA = {"lvl0": ["Asia"], "lvl1": ["Asia > China"], "lvl2": []}


def made(desk: Desk, search: SearchServer) -> Digest:
    index = desk.config.meili_index
    return digest_of(search, index, since=desk.now - timedelta(days=1), until=desk.now)


def by_heading(digest: Digest) -> dict[str, list[str]]:
    return {s.heading: [story.title for story in s.stories] for s in digest.sections}


def test_the_stories_of_most_outlets_lead(desk: Desk, search: SearchServer) -> None:
    desk.publish("small", title="Small", outlets=1)
    desk.publish("large", title="Large", outlets=9, story_id="s")
    desk.publish("copy", title="Large", outlets=9, story_id="s")
    desk.publish("past", title="Past", outlets=99, published_at=int(NOW.timestamp()) - 200_000)

    digest = made(desk, search)

    assert by_heading(digest) == {"Top stories": ["Large", "Small"]}
    assert digest.articles == 3


def test_topics_and_regions_tell_what_the_top_left_out(desk: Desk, search: SearchServer) -> None:
    for number in range(10):
        desk.publish(f"top{number}", title="Top", outlets=50)
    desk.publish("chips", title="A fab", topics=CHIPS, regions=ASIA)
    desk.publish("asia", title="A port", regions=ASIA)

    found = by_heading(made(desk, search))

    assert len(found["Top stories"]) == 10
    assert (found["Chips"], found["Asia"]) == (["A fab"], ["A port"])


def test_both_files_are_written(desk: Desk, search: SearchServer, tmp_path: Path) -> None:
    desk.publish("one", title="Chips <b>& more", outlets=3)

    page, text = write_digest(made(desk, search), tmp_path / "out")

    assert page == tmp_path / "out" / "digest-2026-11-23.html"
    assert "Chips &lt;b&gt;&amp; more" in page.read_text()
    assert "# Tech news of 23 November 2026" in text.read_text()


def test_a_folder_that_cannot_be_is_told(desk: Desk, search: SearchServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    desk.publish("one")

    with pytest.raises(ConfigError, match="--out is"):
        write_digest(made(desk, search), tmp_path / "file")
