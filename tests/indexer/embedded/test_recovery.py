"""Index folders with leftovers, damaged or gone: the engine puts them right and goes on."""

import fcntl
import json
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import tantivy

from indexer.embedded.http import routes_system as system
from indexer.embedded.http.reader_process import OpenIndexes
from indexer.embedded.index.checksums import first_damaged
from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.leftovers import remove_leftovers
from indexer.embedded.index.words import CUTTING
from indexer.embedded.index.writing import DocumentWriter
from indexer.embedded.tasks import recovery, worker
from tests.indexer.embedded.engines import Document, Server, Working, running, working

TEN = [{"id": number, "title": f"deep {number}"} for number in range(10)]


def ten_documents(folder: Path) -> Path:
    """Make a data folder whose index `n` holds ten documents. Returns: the folder of that index."""
    with working(folder) as before:
        assert before.ended(before.add("n", *TEN)) == ["succeeded"]
    return index_folder(folder)


def index_folder(folder: Path) -> Path:
    (found,) = (folder / "indexes").iterdir()
    return found


def first_segment(index: Path) -> tuple[str, int]:
    """The name that its files begin with, and the number of the last operation."""
    meta = json.loads((index / "meta.json").read_text())
    return meta["segments"][0]["segment_id"].replace("-", ""), meta["opstamp"]


def deletions(index: Path) -> list[str]:
    name, opstamp = first_segment(index)
    return [f"{name}.{opstamp + at}.del" for at in range(1, 60)]


def new_segment(index: Path) -> list[str]:
    endings = ("idx", "pos", "term", "store", "fast", "fieldnorm", "1.del", "store.temp")
    return [f"{'0' * 32}.{ending}" for ending in endings]


def unfinished(index: Path) -> list[str]:
    return [".tmpAbCdEf", ".tmp012345"]


def note_intents(folder: Path) -> None:
    """As if a kill had come between the writing of the index and of the store."""
    with sqlite3.connect(folder / "engine.db") as store:
        store.execute("INSERT INTO intents VALUES (1, '[1, 2, 3]')")
    store.close()


def put_one(again: Working) -> None:
    """Upsert one of the ten, and look whether all is as it should be."""
    assert again.ended(again.add("n", {"id": 3, "title": "new"})) == ["succeeded"]
    assert again.ids("n", "new") == [3]
    assert sorted(again.ids("n", "deep ")) == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert len(again.ids("n")) == 10


@pytest.mark.parametrize("noted", [False, True], ids=["before a write", "before a repair"])
@pytest.mark.parametrize("names", [deletions, new_segment, unfinished])
def test_what_a_killed_writer_left_is_removed_before_the_next_writes(
    names: Callable[[Path], list[str]], noted: bool, tmp_path: Path
) -> None:
    index = ten_documents(tmp_path)
    left = names(index)
    for name in left:
        (index / name).touch()
    if noted:
        note_intents(tmp_path)

    with working(tmp_path) as again:
        put_one(again)

        assert index_folder(tmp_path) == index
        empty = {path.name for path in index.iterdir() if path.stat().st_size == 0}
        assert not empty.intersection(left)


def test_names_in_tantivys_own_list_that_are_not_there_do_no_harm(tmp_path: Path) -> None:
    index = ten_documents(tmp_path)
    listed = json.loads((index / ".managed.json").read_text())
    (index / ".managed.json").write_text(json.dumps([*listed, *deletions(index)]))

    with working(tmp_path) as again:
        put_one(again)
        assert index_folder(tmp_path) == index


def test_no_file_that_meta_json_names_is_removed(tmp_path: Path) -> None:
    index = ten_documents(tmp_path)
    with working(tmp_path) as again:
        put_one(again)  # now there are deletions, and a second segment
    before = sorted(path.name for path in index.iterdir())
    assert any(name.endswith(".del") for name in before)

    assert remove_leftovers(index) == []

    assert sorted(path.name for path in index.iterdir()) == before


def test_a_reader_keeps_what_it_has_open_and_what_it_is_about_to_open(tmp_path: Path) -> None:
    index = ten_documents(tmp_path)
    searcher = tantivy.Index.open(str(index)).searcher()
    (index / deletions(index)[0]).touch()
    with (index / ".tantivy-meta.lock").open("a") as reader:
        fcntl.flock(reader, fcntl.LOCK_EX)  # as tantivy does while it opens what meta.json names
        removal = threading.Thread(target=remove_leftovers, args=(index,))
        removal.start()
        removal.join(0.2)
        assert removal.is_alive()
        assert (index / deletions(index)[0]).exists()
    removal.join(5)

    assert not (index / deletions(index)[0]).exists()
    assert searcher.search(tantivy.Query.all_query(), 10).count == 10
    assert tantivy.Index.open(str(index)).searcher().num_docs == 10


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


@pytest.mark.parametrize(
    ("pattern", "damage"),
    [
        ("meta.json", lambda path: path.write_text("")),
        ("meta.json", cut),
        ("meta.json", lambda path: path.write_text("[]")),
        ("meta.json", lambda path: path.write_bytes(b"\0" * 300)),
        ("meta.json", Path.unlink),
        (".managed.json", cut),
        ("*.store", Path.unlink),
        ("*.idx", cut),
        ("*.fast", lambda path: path.write_bytes(b"")),
    ],
)
def test_a_damaged_index_folder_is_built_anew_from_the_documents(
    pattern: str,
    damage: Callable[[Path], None],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    index = ten_documents(tmp_path)
    damage(next(index.glob(pattern)))

    with working(tmp_path) as again:
        put_one(again)

    assert caplog.text.count("rebuilding the index folder of n from its documents") == 1
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text("{")])
def test_a_folder_damaged_while_the_engine_runs_is_built_anew_too(
    damage: Callable[[Path], None], tmp_path: Path
) -> None:
    ten_documents(tmp_path)
    with working(tmp_path) as again:
        put_one(again)
        again.engine.writer.discard()  # as after a while without work
        damage(index_folder(tmp_path) / "meta.json")

        put_one(again)


def test_a_repair_that_fails_becomes_a_rebuild_and_says_so_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = ten_documents(tmp_path)
    for name in deletions(index):
        (index / name).mkdir()  # no file, so it is left alone, and in the writer's way
    note_intents(tmp_path)

    with working(tmp_path) as again:
        put_one(again)
        assert index_folder(tmp_path) != index

    (line,) = caplog.messages
    assert line.startswith("rebuilding the index folder of n from its documents: ValueError: ")
    assert "FileAlreadyExists" in line


def test_an_index_that_cannot_be_rebuilt_does_not_hold_up_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    index = ten_documents(tmp_path)
    (index / "meta.json").write_text("")
    monkeypatch.setattr(worker, "FIRST_PAUSE_S", 0.01)
    build = DocumentWriter.build

    def refuse(writer: DocumentWriter, n: int, document: Document) -> tantivy.Document:
        if str(document["title"]).startswith("deep"):
            raise RuntimeError("too deep")
        return build(writer, n, document)

    monkeypatch.setattr(DocumentWriter, "build", refuse)

    with working(tmp_path) as again:
        assert again.ended(again.add("other", {"id": 1, "title": "flat"})) == ["succeeded"]
        assert again.engine.condition.stall() is None
        told = system._amiss(again.engine)["n"]
        assert "cannot be rebuilt (RuntimeError: too deep)" in told

    gave_up = "it cannot be rebuilt (RuntimeError: too deep): its searches miss documents"
    assert caplog.text.count(gave_up) == 1


def test_searches_go_on_over_http_while_leftovers_are_removed(tmp_path: Path) -> None:
    index = ten_documents(tmp_path)
    for name in (*deletions(index), *new_segment(index)):
        (index / name).touch()

    with running(tmp_path, "--readers", "2") as server:
        for number in range(8):
            document = {"id": number % 10, "title": f"round{number}"}
            task = server.done(server.http.post("/indexes/n/documents", json=[document]))
            assert task["status"] == "succeeded"
            assert server.ids("n", q=f'"round{number}"') == [number % 10]
            assert len(server.ids("n", q="")) == 10


def test_what_is_repaired_is_nothing_where_all_is_well(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = ten_documents(tmp_path)

    with working(tmp_path) as again:
        recovery.repair(again.engine)

    assert index_folder(tmp_path) == index
    assert caplog.messages == []


GARBAGE = b"garbage" * 1_000


def test_an_index_that_is_being_rebuilt_says_so_instead_of_finding_nothing(tmp_path: Path) -> None:
    index = ten_documents(tmp_path)
    for path in index.iterdir():
        path.write_bytes(GARBAGE)
    found = Working(tmp_path)
    try:
        with pytest.raises(ApiError) as refused:
            found.engine.searchable.get("n")
        assert (refused.value.status, refused.value.code) == (503, "index_rebuilding")
        assert refused.value.message == (
            "Index `n` is being rebuilt from its documents, 0 of 10: search again in a while."
        )
        with closing(OpenIndexes(tmp_path)) as reader:
            reader.learn(found.engine.published()[1])
            with pytest.raises(ApiError, match="0 of 10"):
                reader.get("n")
        assert system._amiss(found.engine) == {"n": refused.value.message}

        recovery.repair(found.engine)

        assert sorted(found.ids("n")) == list(range(10))
        assert found.engine.searchable.get("n").uid == "n"
        assert system._amiss(found.engine) == {}
    finally:
        found.engine.close()


def test_the_first_search_after_a_damage_finds_all_or_says_that_the_index_is_rebuilt(
    tmp_path: Path,
) -> None:
    with working(tmp_path) as before:
        many = [{"id": number, "title": f"deep {number}"} for number in range(3_000)]
        assert before.ended(before.add("n", *many)) == ["succeeded"]
    for path in index_folder(tmp_path).iterdir():
        path.write_bytes(GARBAGE)

    with running(tmp_path, "--readers", "1") as server:
        answers = answers_until(server, lambda answer: answer.status_code == 200)

    assert {answer.json()["code"] for answer in answers[:-1]} <= {"index_rebuilding"}
    assert answers[-1].json()["estimatedTotalHits"] == 1_000  # as many as are ever counted


def answers_until(server: Server, enough: Callable[[httpx.Response], bool]) -> list[httpx.Response]:
    """The answers to one search after another, the last of which is enough."""
    answers: list[httpx.Response] = []
    deadline = time.monotonic() + 20
    while not answers or not enough(answers[-1]):
        assert time.monotonic() < deadline, answers[-1].text
        answers.append(server.http.post("/indexes/n/search", json={"q": "deep"}))
        time.sleep(0.02)
    return answers


@pytest.mark.parametrize("ending", ["idx", "term", "fast"])
def test_damage_that_only_a_search_meets_is_put_right_too(ending: str, tmp_path: Path) -> None:
    with running(tmp_path, "--readers", "1") as server:
        server.done(server.http.post("/indexes/n/documents", json=TEN))
        index = index_folder(tmp_path)
        for path in index.glob(f"*.{ending}"):
            with path.open("r+b") as file:
                file.truncate(0)

        answers = answers_until(
            server, lambda answer: answer.status_code == 200 and has_moved(tmp_path, index)
        )

    assert answers[-1].json()["estimatedTotalHits"] == 10


def has_moved(folder: Path, old: Path) -> bool:
    """Whether the index stands in another folder now."""
    return [path for path in (folder / "indexes").iterdir() if path != old] != []


def test_files_are_whole_until_a_byte_of_theirs_is_another(tmp_path: Path) -> None:
    index = ten_documents(tmp_path)
    assert first_damaged(index) is None

    for path in sorted(index.glob("*.*")):
        if path.suffix in (".json", ".lock") or not path.stem[0].isalnum():
            continue
        whole = path.read_bytes()
        for at in (0, len(whole) // 3, len(whole) - 1):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert first_damaged(index) == f"{path.name} is damaged"
        path.write_bytes(whole[:5])
        assert first_damaged(index) == f"{path.name} is damaged"
        path.write_bytes(whole)
    assert first_damaged(index) is None


def test_a_search_that_breaks_over_whole_files_rebuilds_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = ten_documents(tmp_path)
    with working(tmp_path) as again:
        again.engine.doubt()
        put_one(again)
        assert again.ended(again.add("n", {"id": 11})) == ["succeeded"]

    assert index_folder(tmp_path) == index
    assert caplog.messages == ["a search broke off, and every file of the indexes is whole"]


def test_a_rebuild_that_ends_the_process_is_given_up_for_one_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = ten_documents(tmp_path)
    (index / "meta.json").write_text("")
    with sqlite3.connect(tmp_path / "engine.db") as store:
        store.execute("INSERT INTO attempts VALUES ('rebuild 1', 3)")
    store.close()

    with working(tmp_path) as again:
        assert again.ended(again.add("m", {"id": 1})) == ["succeeded"]
        assert "the process ended 3 times at that" in system._amiss(again.engine)["n"]
        assert again.ids("n") == []
    with working(tmp_path) as again:
        put_one(again)
        assert system._amiss(again.engine) == {}


def test_an_index_whose_words_were_cut_by_an_older_engine_is_built_anew_once(
    tmp_path: Path,
) -> None:
    ten_documents(tmp_path)
    old = index_folder(tmp_path)
    with closing(sqlite3.connect(tmp_path / "engine.db")) as store, store:
        (layout,) = store.execute("SELECT layout FROM indexes").fetchone()
        older = {name: value for name, value in json.loads(layout).items() if name != "cutting"}
        store.execute("UPDATE indexes SET layout=?", (json.dumps(older),))
        store.execute("UPDATE meta SET value='2' WHERE name='format'")

    with working(tmp_path) as again:
        put_one(again)
        assert again.engine.get("n").layout.cutting == CUTTING
    built = index_folder(tmp_path)
    assert built != old

    with working(tmp_path) as again:
        put_one(again)
    assert index_folder(tmp_path) == built


def test_searches_go_on_while_an_index_is_cut_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ten_documents(tmp_path)
    with closing(sqlite3.connect(tmp_path / "engine.db")) as store, store:
        (layout,) = store.execute("SELECT layout FROM indexes").fetchone()
        older = {**json.loads(layout), "cutting": 1}
        store.execute("UPDATE indexes SET layout=?", (json.dumps(older),))
    build, found = DocumentWriter.build, []

    def searched(*asked: Any) -> Any:
        found.append(len(again.ids("n", "deep ")))
        assert again.engine.unready(again.engine.get("n")) is None
        return build(*asked)

    monkeypatch.setattr(DocumentWriter, "build", searched)
    again = Working(tmp_path)
    recovery.repair(again.engine)
    again.engine.close()

    assert found == [10] * 10
