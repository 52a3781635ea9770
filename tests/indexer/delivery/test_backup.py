"""A backup is whole or none, holds one moment, and restores nothing that it should not."""

import gzip
import io
import json
import stat
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.delivery import backup, ledger
from indexer.delivery.backup import Backup, back_up, restore, sqlite_snapshot
from indexer.delivery.outbox import put
from indexer.foundation.config import Config
from indexer.foundation.database import STATE_VERSION, begin, reading, state_database
from indexer.foundation.errors import BackupError
from tests.factories import NOW, a_document

Members = list[tuple[tarfile.TarInfo, bytes]]


def filled(config: Config, documents: int = 3) -> Config:
    with state_database(config.database_url) as engine, begin(engine) as connection:
        for number in range(documents):
            put(connection, a_document(f"n{number}"), now=NOW)
    (config.home / "pages").mkdir()
    (config.home / "pages" / "2026-11-01-ant.7ab.warc.gz").write_bytes(b"page" * 1000)
    (config.home / "alerts.toml").write_text('[a]\nwords = "x"\nfeed = true\n')
    (config.home / "sources.toml").write_text("")
    return config


def saved(config: Config, target: Path) -> Backup:
    with state_database(config.database_url) as engine:
        return back_up(config, target, lambda path: sqlite_snapshot(engine, path), now=NOW)


def elsewhere(tmp_path: Path) -> Config:
    home = tmp_path / "elsewhere"
    return Config(home=home, database_url=f"sqlite:///{home / 'techwire.db'}")


def restored(config: Config, source: Path) -> Backup:
    return restore(config, source, lambda path: path.rename(config.home / "techwire.db"))


def everything(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def documents(config: Config) -> int:
    with state_database(config.database_url) as engine, reading(engine) as connection:
        return ledger.count(connection)


def test_a_restored_folder_holds_what_the_first_one_did(config: Config, tmp_path: Path) -> None:
    filled(config)
    other = elsewhere(tmp_path)

    written = saved(config, tmp_path / "a.techwire")
    read = restored(other, tmp_path / "a.techwire")

    assert written == read
    assert (read.documents, read.files, read.made_at) == (3, 4, NOW)
    assert documents(other) == 3
    before, after = everything(config.home), everything(other.home)
    assert {n: c for n, c in before.items() if n[:8] != "techwire"} == {
        n: c for n, c in after.items() if n[:8] != "techwire"
    }
    assert set(after) == {"techwire.db", "alerts.toml", "sources.toml", *before} - {
        name for name in before if name.startswith("techwire.db-")
    }


def test_a_backup_is_its_owners_alone_and_leaves_nothing_beside_it(
    config: Config, tmp_path: Path
) -> None:
    filled(config)
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "a.techwire").write_text("yesterday's")

    saved(config, folder / "a.techwire")

    assert [path.name for path in folder.iterdir()] == ["a.techwire"]
    assert stat.S_IMODE((folder / "a.techwire").stat().st_mode) == 0o600
    assert stat.S_IMODE((elsewhere(tmp_path).home.parent).stat().st_mode) == 0o700


def test_a_backup_that_cannot_be_written_leaves_the_one_before(
    config: Config, tmp_path: Path
) -> None:
    filled(config)
    target = tmp_path / "a.techwire"
    target.write_text("yesterday's")

    def no_room(path: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(BackupError, match="No space left on device"):
        back_up(config, target, no_room, now=NOW)

    assert target.read_text() == "yesterday's"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("target", ["missing/a.techwire", "home"])
def test_a_place_where_no_file_can_be_is_said(config: Config, tmp_path: Path, target: str) -> None:
    with pytest.raises(BackupError, match=f"{tmp_path}/{target}"):
        saved(config, tmp_path / target)


def test_settings_go_along_without_their_secrets(config: Config, tmp_path: Path) -> None:
    secret = "geheim-9"
    rich = replace(
        config,
        meili_url=f"http://me:{secret}@search:7700",
        meili_key=secret,
        smtp_url=f"smtp://me:{secret}@mail",
        contact="me@example.org",
    )
    filled(rich)

    saved(rich, tmp_path / "a.techwire")
    told = restored(elsewhere(tmp_path), tmp_path / "a.techwire").settings

    assert told["TECHWIRE_CONTACT"] == "me@example.org"
    assert told["MEILI_URL"] == "http://***@search:7700"
    assert "TECHWIRE_DATABASE_URL" not in told
    assert secret.encode() not in gzip.decompress((tmp_path / "a.techwire").read_bytes())


def test_a_writer_neither_disturbs_the_copy_nor_waits_for_it(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_PAGES_AT_ONCE", 20)
    filled(config, documents=100)
    asked: list[int] = []

    def write(what: str, done: int, total: int) -> None:
        """Another process's document after each part of the copy."""
        another = state_database(config.database_url, busy_timeout_s=0)
        with another as other, begin(other) as connection:
            put(connection, a_document(f"late{len(asked)}"), now=NOW)
        asked.append(done)

    with state_database(config.database_url) as engine:
        sqlite_snapshot(engine, tmp_path / "copy.db", on_progress=write)

    with state_database(f"sqlite:///{tmp_path / 'copy.db'}") as copy, reading(copy) as connection:
        assert ledger.count(connection) == 100
    assert documents(config) == 100 + len(asked)
    assert len(asked) > 3


def test_a_page_that_is_being_written_goes_along_as_far_as_it_is(
    config: Config, tmp_path: Path
) -> None:
    filled(config)
    page = config.home / "pages" / "2026-11-01-ant.7ab.warc.gz"

    def grow(what: str, done: int, total: int) -> None:
        with page.open("ab") as file:
            file.write(b"more")

    with state_database(config.database_url) as engine:
        back_up(
            config,
            tmp_path / "a.techwire",
            lambda path: sqlite_snapshot(engine, path),
            now=NOW,
            on_progress=grow,
        )
    restored(elsewhere(tmp_path), tmp_path / "a.techwire")

    assert page.read_bytes().startswith((tmp_path / "elsewhere" / "pages" / page.name).read_bytes())


def test_a_folder_with_something_in_it_is_left_alone(config: Config, tmp_path: Path) -> None:
    filled(config)
    saved(config, tmp_path / "a.techwire")
    other = elsewhere(tmp_path)
    other.home.mkdir()
    (other.home / "thesis.txt").write_text("mine")

    with pytest.raises(BackupError, match=r"is not empty \(it holds thesis.txt\)"):
        restored(other, tmp_path / "a.techwire")

    assert everything(other.home) == {"thesis.txt": b"mine"}


def test_what_a_killed_restore_left_is_cleared_away(config: Config, tmp_path: Path) -> None:
    filled(config)
    saved(config, tmp_path / "a.techwire")
    other = elsewhere(tmp_path)
    (other.home / ".restoring").mkdir(parents=True)
    (other.home / ".restoring" / "techwire.db").write_text("half")

    restored(other, tmp_path / "a.techwire")

    assert documents(other) == 3
    assert not (other.home / ".restoring").exists()


def refused(config: Config, source: Path, words: str) -> None:
    with pytest.raises(BackupError, match=words):
        restored(config, source)
    assert list(config.home.iterdir()) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:-4],
        lambda content: content[:200] + bytes([content[200] ^ 1]) + content[201:],
        lambda content: b"",
        lambda content: b"not a backup at all",
        lambda content: gzip.compress(b"nor this"),
        lambda content: gzip.compress(b""),
    ],
    ids=["half", "no checksum", "one bit", "empty", "text", "gzip", "empty gzip"],
)
def test_a_damaged_file_restores_nothing(
    config: Config, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    filled(config)
    saved(config, tmp_path / "a.techwire")
    broken = tmp_path / "broken"
    broken.write_bytes(spoil((tmp_path / "a.techwire").read_bytes()))

    refused(elsewhere(tmp_path), broken, "is damaged or no backup of techwire")


@pytest.fixture
def remade(config: Config, tmp_path: Path) -> Callable[[Callable[[Members], Members]], Path]:
    """A backup whose members somebody changed."""

    def remake(change: Callable[[Members], Members]) -> Path:
        filled(config)
        saved(config, tmp_path / "a.techwire")
        with tarfile.open(tmp_path / "a.techwire") as tar:
            members = [(one, (tar.extractfile(one) or io.BytesIO()).read()) for one in tar]
        with tarfile.open(tmp_path / "changed", "w:gz") as tar:
            for header, content in change(members):
                header.size = len(content) if header.isreg() else 0
                tar.addfile(header, io.BytesIO(content))
        return tmp_path / "changed"

    return remake


def a_member(name: str, kind: bytes = tarfile.REGTYPE, to: str = "") -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.type, header.linkname = kind, to
    return header


@pytest.mark.parametrize(
    "header",
    [
        a_member("../out"),
        a_member("/tmp/out"),
        a_member("pages/../../out"),
        a_member("pages/..", tarfile.DIRTYPE),
        a_member("pages/.hidden"),
        a_member("engine/engine.db"),
        a_member(".env"),
        a_member("techwire.db"),  # a second one
        a_member("pages", tarfile.SYMTYPE, "/tmp"),
        a_member("pages/link.warc.gz", tarfile.SYMTYPE, "/etc/passwd"),
        a_member("pages/hard.warc.gz", tarfile.LNKTYPE, "/etc/passwd"),
        a_member("feeds/pipe.xml", tarfile.FIFOTYPE),
        a_member("feeds/disk.xml", tarfile.BLKTYPE),
        a_member("feeds/\x1b[2J.xml"),
    ],
    ids=lambda header: f"{header.name!r} {header.type!r}",
)
def test_no_strange_name_and_no_link_leads_out_of_the_folder(
    remade: Callable[[Callable[[Members], Members]], Path], tmp_path: Path, header: tarfile.TarInfo
) -> None:
    source = remade(lambda members: [*members[:-1], (header, b"owned"), members[-1]])

    refused(elsewhere(tmp_path), source, "which no backup has")

    assert not (tmp_path / "out").exists()


def changed_head(**values: object) -> Callable[[Members], Members]:
    def change(members: Members) -> Members:
        (header, content), *rest = members
        return [(header, json.dumps({**json.loads(content), **values}).encode()), *rest]

    return change


@pytest.mark.parametrize("name", ["format", "state_version"])
def test_a_newer_programs_backup_asks_for_an_update(
    remade: Callable[[Callable[[Members], Members]], Path], tmp_path: Path, name: str
) -> None:
    source = remade(changed_head(**{name: STATE_VERSION + 1}))

    refused(elsewhere(tmp_path), source, "newer techwire")


@pytest.mark.parametrize(
    "change",
    [
        changed_head(documents=4),
        changed_head(format="one"),
        changed_head(made_at="yesterday"),
        lambda members: members[1:],  # no head
        lambda members: members[:-1],  # no manifest
        lambda members: [members[0], *members[2:]],  # no database
        lambda members: [*members[:-2], (members[-2][0], b"other"), members[-1]],  # another file
        lambda members: [(members[0][0], b"[" * 100_000), *members[1:]],
        lambda members: [*members[:-1], (members[-1][0], b"[]")],
    ],
)
def test_what_is_not_as_its_manifest_says_is_not_restored(
    remade: Callable[[Callable[[Members], Members]], Path],
    tmp_path: Path,
    change: Callable[[Members], Members],
) -> None:
    refused(elsewhere(tmp_path), remade(change), "is damaged or no backup of techwire")


def test_a_database_that_cannot_be_placed_leaves_nothing(config: Config, tmp_path: Path) -> None:
    filled(config)
    saved(config, tmp_path / "a.techwire")
    other = elsewhere(tmp_path)

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(BackupError, match="make room"):
        restore(other, tmp_path / "a.techwire", full)

    assert list(other.home.iterdir()) == []


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    refused(elsewhere(tmp_path), tmp_path / "none", "cannot be read: No such file")
