"""What `techwire up` and `serve` keep an eye on: the page they serve, the search server's tasks."""

import gc
import threading
import time
from dataclasses import replace
from io import StringIO

import pytest
from structlog.testing import capture_logs

from crawler.runs.supervising import MISSES, ServedPage
from indexer.foundation.config import Config
from indexer.foundation.terminal import Terminal
from indexer.listening.running import QuietServer
from indexer.search import task_queue
from indexer.web.serving import PagePlace
from tests.search_fake import FakeSearch, open_search


def test_tasks_that_do_not_move_are_told_once_and_so_is_their_going_on(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_queue, "KEPT_S", 0.05)

    def look(page: ServedPage) -> None:
        for _ in range(20):
            page.look()
            time.sleep(0.02)

    with open_search(FakeSearch()) as search, capture_logs() as logs:
        remote = replace(config, meili_url=search.url)
        page = ServedPage(
            remote, dict, (), PagePlace(host="127.0.0.1", port=0), Terminal(file=StringIO())
        )
        look(page)
        assert logs == []

        full = {"reason": "no room on the disk", "stalledSince": "2026-11-23T09:00:00.000000Z"}
        search.amiss = {"tasks": full}
        look(page)
        search.amiss = {}
        look(page)

    assert [(line["log_level"], line["event"]) for line in logs] == [
        ("warning", "search server"),
        ("info", "tasks of the search server move again"),
    ]
    assert logs[0]["trouble"].endswith("no room on the disk")


def test_a_page_whose_server_has_ended_is_served_again(config: Config) -> None:
    console = Terminal(file=StringIO(), width=200)
    with open_search(FakeSearch()) as search, capture_logs() as logs:
        remote = replace(config, meili_url=search.url)
        page = ServedPage(remote, dict, (), PagePlace(host="127.0.0.1", port=0), console)
        page.open()
        try:
            page.look()
            end_servers("page")
            for _ in range(MISSES):
                page.look()
            page.look()
        finally:
            page.close()

    assert page.misses == 0
    assert [line["event"] for line in logs] == ["search engine or page stopped: opened anew"]


def end_servers(thread_name: str) -> None:
    """End uvicorn's servers as a fault in their threads would."""
    for server in [one for one in gc.get_objects() if isinstance(one, QuietServer)]:
        server.should_exit = True
    for thread in [one for one in threading.enumerate() if one.name == thread_name]:
        thread.join(10)
