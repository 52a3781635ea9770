"""What techwire keeps is its owner's alone, also where an older version left it open."""

import os
import stat
from pathlib import Path

import pytest

from indexer.foundation import rights
from indexer.foundation.config import Config
from indexer.foundation.database import begin, state_database
from indexer.foundation.rights import tighten
from tests.command_line import Run, command_line


@pytest.fixture
def techwire(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr(rights, "_user_umask", [])
    return command_line(monkeypatch, capsys)


def open_to_others(folder: Path) -> list[str]:
    paths = [folder, *folder.rglob("*")]
    return [f"{p} {stat.S_IMODE(p.lstat().st_mode):o}" for p in paths if p.lstat().st_mode & 0o077]


def an_old_home(home: Path) -> None:
    for name in ("techwire.db", "techwire.db-wal", "alerts.toml", "pages/a.warc.gz", "engine/e.db"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("")
        (home / name).chmod(0o644)


def test_everything_a_command_keeps_is_its_owners_alone(techwire: Run, own_settings: Path) -> None:
    home = own_settings / "home"

    code, _, err = techwire("index")  # starts the engine as well
    techwire("digest")

    assert (code, err) == (0, "")
    assert {"techwire.db", "engine.db", "engine.log", "digests"} <= {
        p.name for p in home.rglob("*")
    }
    assert open_to_others(home) == []


def test_the_side_files_of_a_database_are_as_closed(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights, "_user_umask", [])
    rights.keep_private()
    with state_database(config.database_url) as engine, begin(engine):
        names = {path.name for path in config.home.iterdir()}
        closed = [p for p in config.home.iterdir() if not p.stat().st_mode & 0o077]

    assert names == {"techwire.db", "techwire.db-wal", "techwire.db-shm"}
    assert len(closed) == 3


def test_an_open_data_folder_is_closed_and_that_is_said_once(
    techwire: Run, own_settings: Path
) -> None:
    home = own_settings / "home"
    an_old_home(home)
    (home / "techwire.db-wal").unlink()
    (home / "alerts.toml").unlink()
    home.chmod(0o755)

    _, _, first = techwire("status")
    _, _, second = techwire("status")

    assert "others could read" in first
    assert str(home) in first
    assert first.count("\n") == 1
    assert second == ""
    assert open_to_others(home) == []


def test_what_lies_open_in_a_closed_folder_is_closed_too(tmp_path: Path) -> None:
    home = tmp_path / "home"
    an_old_home(home)
    home.chmod(0o700)

    assert len(tighten(home)) == 1
    assert open_to_others(home) == []
    assert tighten(home) == []


def test_nothing_is_ever_opened(tmp_path: Path) -> None:
    home = tmp_path / "home"
    an_old_home(home)
    (home / "techwire.db").chmod(0o400)
    home.chmod(0o500)
    (home / "pages").chmod(0o705)

    tighten(home)

    assert stat.S_IMODE((home / "techwire.db").stat().st_mode) == 0o400
    assert stat.S_IMODE(home.stat().st_mode) == 0o500
    home.chmod(0o700)


def test_what_is_not_techwires_stays_and_links_are_not_followed(tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    an_old_home(home)
    other.mkdir()
    (home / "thesis.txt").write_text("")
    (home / "pages" / "elsewhere").symlink_to(other)
    (home / "feeds").symlink_to(other)

    tighten(home)

    assert (home / "thesis.txt").stat().st_mode & 0o077
    assert other.stat().st_mode & 0o077


def test_a_folder_of_many_users_is_told_of_and_left(tmp_path: Path) -> None:
    home = tmp_path / "shared"
    an_old_home(home)
    home.chmod(0o1777)

    (said,) = tighten(home)

    assert "mode 1777" in said
    assert stat.S_IMODE(home.stat().st_mode) == 0o1777
    assert (home / "techwire.db").stat().st_mode & 0o077


def test_another_users_folder_is_told_of_and_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "theirs"
    an_old_home(home)
    monkeypatch.setattr(os, "geteuid", lambda: home.stat().st_uid + 1)

    (said,) = tighten(home)

    assert "mode 0755" in said
    assert home.stat().st_mode & 0o077


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_a_file_people_asked_for_has_the_rights_they_are_used_to(
    techwire: Run, own_settings: Path, umask: int, mode: int
) -> None:
    os.umask(umask)
    techwire("sources", "export", "mine.opml")

    assert stat.S_IMODE((own_settings / "mine.opml").stat().st_mode) == mode


def test_a_file_that_is_there_keeps_its_rights(techwire: Run, own_settings: Path) -> None:
    (own_settings / "mine.opml").touch(mode=0o600)

    techwire("sources", "export", "mine.opml")

    assert stat.S_IMODE((own_settings / "mine.opml").stat().st_mode) == 0o600
