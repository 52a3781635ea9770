"""What survives: kill -9, a lost index folder, a second server, the end of the last user."""

import fcntl
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.indexer.embedded.engines import ROOT, running, start, stop

KEY = "a-master-key-of-sixteen"


def test_tasks_accepted_before_kill_9_are_done_after_it(tmp_path: Path) -> None:
    server = start(tmp_path)
    uids = []
    for batch in range(20):
        documents = [{"id": batch * 50 + at, "title": f"deep {at}"} for at in range(50)]
        answer = server.http.post("/indexes/news/documents", json=documents)
        uids.append(answer.json()["taskUid"])
    server.process.send_signal(signal.SIGKILL)
    stop(server)

    with running(tmp_path) as again:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            statuses = {again.http.get(f"/tasks/{uid}").json()["status"] for uid in uids}
            if statuses == {"succeeded"}:
                break
            time.sleep(0.05)
        assert statuses == {"succeeded"}
        found = again.http.post("/indexes/news/search", json={"q": "", "page": 1}).json()
        assert found["totalHits"] == 1_000
        assert again.http.get("/indexes/news/stats").json()["numberOfDocuments"] == 1_000


@pytest.mark.parametrize("pause_s", [0.0, 0.03, 0.08, 0.2])
def test_after_kill_9_search_and_documents_tell_the_same(tmp_path: Path, pause_s: float) -> None:
    server = start(tmp_path)
    server.done(server.http.post("/indexes/n/documents", json=[{"id": 1, "title": "before"}]))
    new = [{"id": at, "title": "after"} for at in range(1, 500)]
    server.http.post("/indexes/n/documents", json=new)
    time.sleep(pause_s)
    server.process.send_signal(signal.SIGKILL)
    stop(server)

    with running(tmp_path) as again:
        again.done(again.http.post("/indexes/n/documents", json=[{"id": 1, "title": "before"}]))
        assert again.ids("n", q="before ") == [1]
        total = again.http.get("/indexes/n/documents").json()["total"]
        found = again.http.post("/indexes/n/search", json={"q": "", "page": 1}).json()
        assert found["totalHits"] == total == 499


def test_a_lost_index_folder_is_rebuilt_from_the_documents(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.done(server.http.post("/indexes/n/documents", json=[{"id": 1, "title": "deep"}]))
    shutil.rmtree(tmp_path / "indexes")

    with running(tmp_path) as again:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            answer = again.http.post("/indexes/n/search", json={"q": "deep"})
            if answer.status_code == 200:
                break
            assert answer.json()["code"] == "index_rebuilding"
            time.sleep(0.02)
        assert again.ids("n", q="deep") == [1]


def test_a_second_server_on_the_folder_ends_with_one_line(tmp_path: Path) -> None:
    with running(tmp_path):
        second = subprocess.run(
            [sys.executable, "-m", "indexer.embedded", "--data", str(tmp_path)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
            timeout=20,
        )

    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert "another search engine already works in" in second.stderr


def test_a_server_says_where_it_is_and_withdraws_it_at_its_end(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        found = json.loads((tmp_path / "server.json").read_text())
        assert found == {"pid": server.process.pid, "url": server.url}
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0
        assert time.monotonic() - began < 5

    assert not (tmp_path / "server.json").exists()


def test_a_server_ends_by_itself_after_its_last_user(tmp_path: Path) -> None:
    lock = tmp_path / "users"
    lock.touch()
    with lock.open() as user:
        fcntl.flock(user, fcntl.LOCK_SH)
        server = start(tmp_path / "data", "--while-locked", str(lock))
        time.sleep(2)
        assert server.process.poll() is None
    assert server.process.wait(20) == 0
    stop(server)


@pytest.mark.parametrize("days", [400, -20_000])
def test_an_engine_whose_clock_was_wrong_goes_on_with_the_right_one(
    tmp_path: Path, days: float
) -> None:
    with running(tmp_path, key=KEY, days_ahead=days) as wrong:
        document = {"id": 1, "title": "before"}
        first = wrong.done(wrong.http.post("/indexes/n/documents", json=[document]))
        keys = wrong.http.get("/keys").json()["results"]

    with running(tmp_path, key=KEY) as right:
        document = {"id": 2, "title": "after"}
        second = right.done(right.http.post("/indexes/n/documents", json=[document]))
        assert second["status"] == "succeeded"
        assert right.ids("n") == [1, 2]
        tasks = right.http.get("/tasks").json()["results"]
        assert [task["uid"] for task in tasks] == [second["uid"], first["uid"]]
        assert first["enqueuedAt"][:4] != second["enqueuedAt"][:4]
        for key in keys:  # made by that clock, and as good as ever
            bearer = {"Authorization": f"Bearer {key['key']}"}
            found = right.http.post("/indexes/n/search", json={"q": ""}, headers=bearer)
            assert (found.status_code == 200) == bool({"search", "*"} & set(key["actions"]))
        gone = right.http.delete("/tasks", params={"statuses": "succeeded"})
        assert right.done(gone)["details"]["deletedTasks"] == 2
