"""A dead process of this machine is known to be dead; of others nothing is assumed."""

import os
import socket
import subprocess
import sys

import pytest

from indexer.foundation.owners import is_gone, new_owner, words_of

NAME = "import indexer.foundation.owners as o; print(o.new_owner())"


@pytest.fixture
def ended() -> str:
    """The name of a process of this machine that ended."""
    done = subprocess.run([sys.executable, "-c", NAME], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_living_process_is_not_gone() -> None:
    assert not is_gone(new_owner())
    assert new_owner() != new_owner()


def test_a_name_tells_the_machine_its_start_the_process_and_what_nobody_else_bears() -> None:
    machine, place, process, own = new_owner().rsplit(":", 3)

    assert machine == socket.gethostname()[:64]
    assert (len(place), len(own)) == (12, 8)
    assert int(process) == os.getpid()


def test_a_machine_with_a_long_name_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "ant" * 40)

    assert new_owner().startswith(("ant" * 40)[:64] + ":")


def test_a_process_of_this_machine_that_ended_is_gone(ended: str) -> None:
    assert is_gone(ended)


def test_a_process_whose_machine_bears_colons_in_its_name_is_judged_alike(ended: str) -> None:
    machine, rest = ended.split(":", 1)

    assert is_gone(f"{machine}:2:{rest}")
    assert words_of(f"ant:2:{rest}").endswith(" on ant:2")


def test_a_process_of_another_user_lives(ended: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(process: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)

    assert not is_gone(ended)


def test_of_another_machine_or_container_nothing_is_assumed(ended: str) -> None:
    place, process = ended.rsplit(":", 3)[1:3]
    assert not is_gone("ant:0123456789ab:999999999:cafe")
    assert not is_gone("ant:999999999:cafe")
    assert not is_gone(f"ant::{process}:cafe")
    assert not is_gone(f"ant:{place}:many:cafe")
    assert not is_gone(f"{place}:{process}:cafe")


def test_people_are_told_the_process_and_its_machine() -> None:
    assert words_of("ant:0123456789ab:17:cafe") == "process 17 on ant"
    assert words_of("ant:0123456789ab:17") == "ant:0123456789ab:17"
    assert words_of("by hand") == "by hand"
