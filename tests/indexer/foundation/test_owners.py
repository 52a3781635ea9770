"""A dead process of this machine is known to be dead; of others nothing is assumed."""

import os
import subprocess
import sys

from indexer.foundation.owners import is_gone, new_owner

NAME = "import indexer.foundation.owners as o; print(o.new_owner())"


def test_a_living_process_is_not_gone() -> None:
    assert not is_gone(new_owner())
    assert new_owner() != new_owner()


def test_a_process_of_this_machine_that_ended_is_gone() -> None:
    ended = subprocess.run([sys.executable, "-c", NAME], capture_output=True, text=True, check=True)

    assert is_gone(ended.stdout.strip())


def test_of_another_machine_or_container_nothing_is_assumed() -> None:
    assert not is_gone("ant:0123456789ab:999999999:cafe")
    assert not is_gone("ant:999999999:cafe")
    assert not is_gone(f"ant::{os.getpid()}:cafe")
