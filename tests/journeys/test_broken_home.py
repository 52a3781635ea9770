"""A data folder that cannot be used is told in one line with what to do, by every command."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.foundation.database import connect
from indexer.foundation.rights import tighten
from tests.command_line import Run, command_line

COMMANDS = [
    "status",
    "why https://a.example/",
    "audit",
    "index",
    "alerts list",
    "alerts run",
    "prune",
    "backup x.techwire",
    "replay",
]
NOBODY = 65534


@pytest.fixture
def techwire(
    own_settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    return command_line(monkeypatch, capsys)


def garbage(home: Path) -> None:
    (home / "techwire.db").write_bytes(b"\x00garbage" * 4_000)


def cut(home: Path) -> None:
    connect(f"sqlite:///{home / 'techwire.db'}").dispose()
    with (home / "techwire.db").open("r+b") as file:
        file.truncate(8_192)


def overwritten(home: Path) -> None:
    connect(f"sqlite:///{home / 'techwire.db'}").dispose()
    with (home / "techwire.db").open("r+b") as file:
        file.seek(4_096)
        file.write(b"\xff" * 60_000)


def a_folder(home: Path) -> None:
    (home / "techwire.db").mkdir()


def a_file(home: Path) -> None:
    home.rmdir()
    home.write_text("mine")


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("breaks", [garbage, cut, overwritten, a_folder, a_file])
def test_a_broken_folder_is_one_line(
    techwire: Run, own_settings: Path, breaks: Callable[[Path], None], words: str
) -> None:
    home = own_settings / "home"
    home.mkdir(mode=0o700)
    breaks(home)
    tighten(home)

    code, out, err = techwire(*words.split())

    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert str(home) in err
    assert "techwire: " in err


def test_a_damaged_database_tells_of_its_backup(techwire: Run, own_settings: Path) -> None:
    home = own_settings / "home"
    home.mkdir()
    garbage(home)

    _, out, _ = techwire("doctor")

    assert "FAIL database: " in out
    assert "is damaged (file is not a database): restore a backup" in out


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A grown data folder that its user may read and not write; root may write everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "home"
        home.mkdir()
        connect(f"sqlite:///{home / 'techwire.db'}").dispose()
        (home / "engine").mkdir()
        ours = os.geteuid()
        if ours == 0:
            for path in (folder, home, *home.iterdir()):
                os.chown(path, NOBODY, NOBODY)
        (home / "techwire.db").chmod(0o400)
        for path in (home / "engine", home):
            path.chmod(0o500)
        monkeypatch.setenv("TECHWIRE_HOME", str(home))
        monkeypatch.chdir(folder)
        if ours == 0:
            os.seteuid(NOBODY)
        try:
            yield home
        finally:
            if ours == 0:
                os.seteuid(ours)
            home.chmod(0o700)


@pytest.mark.parametrize("words", [*COMMANDS, "search chips", "digest", "keys list"])
def test_a_folder_that_may_only_be_read_is_one_line(
    techwire: Run, read_only: Path, words: str
) -> None:
    code, out, err = techwire(*words.split())

    assert code in (1, 2)
    assert (out, err.count("\n")) == ("", 1), err
    assert str(read_only) in err


def test_the_doctor_names_all_that_may_not_be_written(techwire: Run, read_only: Path) -> None:
    code, out, err = techwire("doctor")

    assert (code, err) == (1, "")
    for check in ("data folder", "database", "search server"):
        assert f"FAIL {check}: " in out
