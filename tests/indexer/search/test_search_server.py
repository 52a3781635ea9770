"""Which search server is spoken to, and what is said when it cannot be: one line each."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.embedded.index.store import Store
from indexer.foundation.config import Config
from indexer.foundation.errors import SearchError, ServerDown, ServerRefused
from indexer.search.search_server import MOST_WORDS, plain_errors, search_server
from tests.loopback import Answer, Asked, closed_port, html, serving
from tests.search_fake import FakeSearch, open_search

WAIT_S = 20.0

User = Callable[..., "subprocess.Popen[str]"]


def trouble_with(config: Config) -> SearchError:
    with pytest.raises(SearchError) as caught, search_server(config):
        pass
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_server_that_answers_is_used_with_its_key(config: Config) -> None:
    with (
        open_search(FakeSearch(key="geheim")) as fake,
        search_server(replace(config, meili_url=fake.url, meili_key="geheim")) as server,
    ):
        assert (str(server.url), server.version, server.embedded) == (fake.url, "1.22.0", False)
        assert server.client().get_version()["pkgVersion"] == "1.22.0"
        assert "geheim" not in repr(server)


def test_a_server_that_is_down_is_told_with_its_address(config: Config) -> None:
    url = f"http://127.0.0.1:{closed_port()}"

    error = trouble_with(replace(config, meili_url=url))

    assert isinstance(error, ServerDown)
    assert url in str(error)
    assert "start it, or correct MEILI_URL" in str(error)


def test_a_refused_key_is_told_with_the_setting(config: Config) -> None:
    with open_search(FakeSearch(key="right")) as fake:
        error = trouble_with(replace(config, meili_url=fake.url, meili_key="wrong-key"))

    assert isinstance(error, ServerRefused)
    assert "MEILI_MASTER_KEY or MEILI_API_KEY" in str(error)
    assert "wrong-key" not in str(error)


@pytest.mark.parametrize("version", ["1.13.3", "0.30.1", "1", "unknown"])
def test_too_old_a_server_is_told_with_both_versions(config: Config, version: str) -> None:
    with open_search(FakeSearch(version=version)) as fake:
        words = str(trouble_with(replace(config, meili_url=fake.url)))

    assert f"is Meilisearch {version}: techwire needs 1.14 or newer" in words


@pytest.mark.parametrize("version", ["1.14.0", "1.22.1", "2.0.0", "1.15.0-rc.1"])
def test_a_server_that_is_new_enough_is_taken(config: Config, version: str) -> None:
    with (
        open_search(FakeSearch(version=version)) as fake,
        search_server(replace(config, meili_url=fake.url)) as server,
    ):
        assert server.version == version


@pytest.mark.parametrize(
    "answer",
    [
        html("<h1>It works!</h1>"),
        Answer(body=b"[]"),
        Answer(body=b'"1.20.0"'),
        Answer(body=b"{}"),
        Answer(body=b'{"version": {"number": "8.1"}}'),
        Answer(body=b""),
    ],
    ids=["a page", "a list", "a string", "an object", "another engine", "nothing"],
)
def test_what_is_no_meilisearch_is_told_as_such(config: Config, answer: Answer) -> None:
    with serving(lambda _: answer) as site:
        words = str(trouble_with(replace(config, meili_url=site.url)))

    assert "does not answer as Meilisearch does: check MEILI_URL" in words


def test_a_proxys_error_page_is_cut_to_one_line(config: Config) -> None:
    page = "<html>\n" + "<p>bad gateway</p>\n" * 1000

    with serving(lambda _: replace(html(page), status=502)) as site:
        words = str(trouble_with(replace(config, meili_url=site.url)))

    assert "answered 502" in words
    assert len(words) < MOST_WORDS + 100


def test_a_server_that_hangs_up_is_down(config: Config) -> None:
    def hang_up(_asked: Asked) -> Answer:
        raise ConnectionAbortedError

    with serving(hang_up) as site:
        error = trouble_with(replace(config, meili_url=site.url))

    assert isinstance(error, ServerDown)


def test_an_index_that_is_not_there_yet_says_what_makes_it(config: Config) -> None:
    with (
        open_search(FakeSearch()) as fake,
        search_server(replace(config, meili_url=fake.url)) as server,
        pytest.raises(SearchError, match=r"not found\. `techwire crawl` makes and fills it"),
        plain_errors(server.url),
    ):
        server.client().index("news").get_settings()


ONE_USER = """
import sys
from pathlib import Path
from indexer.foundation.config import Config
from indexer.search.search_server import search_server

home = Path(sys.argv[1])
sys.executable = sys.argv[2]  # what the engine is started with
with search_server(Config(home=home, database_url="sqlite://")) as server:
    print(server.url, server.embedded, server.client().health()["status"], flush=True)
    sys.stdin.readline()
"""


IMPATIENT = """#!{python}
import os
import runpy
import sys

sys.path.insert(0, os.getcwd())
from indexer.embedded.http import lifetime

lifetime.NOBODY_S = lifetime.NOBODY_YET_S = 1.0
sys.argv = sys.argv[2:]  # less "-m"
runpy.run_module("indexer.embedded", run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def impatient(tmp_path: Path) -> Path:
    """A Python whose engines wait for a second only."""
    script = tmp_path / "python"
    script.write_text(IMPATIENT.format(python=sys.executable))
    script.chmod(0o755)
    return script


@pytest.fixture
def a_user(config: Config) -> Iterator[User]:
    """Starts commands that use the embedded engine until their stdin has a line."""
    users: list[subprocess.Popen[str]] = []

    def start(python: str | Path = sys.executable) -> "subprocess.Popen[str]":
        user = subprocess.Popen(
            [sys.executable, "-c", ONE_USER, str(config.home), str(python)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        users.append(user)
        return user

    yield start
    for user in users:
        user.kill()
        user.communicate()
    end_engine(config.engine_dir)


def end_engine(folder: Path) -> None:
    """Do not wait for the engine's own end."""
    try:
        os.kill(int(json.loads((folder / "server.json").read_text())["pid"]), signal.SIGTERM)
    except (OSError, ValueError):
        return


def first_line(user: "subprocess.Popen[str]") -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


def starts_in(folder: Path) -> int:
    """How many engines came up; each prints its address into the log."""
    return (folder / "engine.log").read_text().count("http://127.0.0.1:")


def test_two_commands_at_once_share_one_engine_that_outlives_the_first(
    config: Config, a_user: User
) -> None:
    first, second = a_user(), a_user()

    lines = {first_line(first), first_line(second)}

    assert len(lines) == 1, "both speak to the same engine"
    url, embedded, status = lines.pop().split()
    assert (embedded, status) == ("True", "available")
    assert starts_in(config.engine_dir) == 1
    key = config.engine_dir / "master-key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600

    first.communicate("\n")
    third = a_user()
    assert first_line(third).split()[0] == url
    assert starts_in(config.engine_dir) == 1


def test_the_engine_ends_itself_after_its_last_user_was_killed(
    config: Config, a_user: User, impatient: Path
) -> None:
    user = a_user(impatient)
    assert first_line(user)
    pid = int(json.loads((config.engine_dir / "server.json").read_text())["pid"])
    user.kill()

    deadline = time.monotonic() + WAIT_S
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.1)  # another process's end, which nobody here is told of

    assert not is_running(pid)
    assert not (config.engine_dir / "server.json").exists()


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_folder_of_the_engine_that_cannot_be_used_is_told(config: Config) -> None:
    config.engine_dir.write_text("a file")

    words = str(trouble_with(config))

    assert f"{config.engine_dir} cannot be used (File exists)" in words


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda folder: cut(folder / "engine.db", 2), "engine.db cannot be read (database disk"),
        (lambda folder: cut(folder / "engine.db", 80), "engine.db cannot be read (database disk"),
        (lambda folder: replaced(folder / "engine.db"), "engine.db cannot be used (unable to open"),
        (lambda folder: (folder / "indexes").write_text("x"), "File exists"),
    ],
)
def test_a_broken_folder_of_the_engine_is_told_in_a_line_with_its_path(
    config: Config, damage: Callable[[Path], object], words: str
) -> None:
    config.engine_dir.mkdir()
    with closing(Store(config.engine_dir / "engine.db")):
        pass
    damage(config.engine_dir)

    told = str(trouble_with(config))

    assert words in told
    assert str(config.engine_dir) in told
    assert "Traceback" not in (config.engine_dir / "engine.log").read_text()


def cut(store: Path, part: int) -> None:
    whole = store.read_bytes()
    store.write_bytes(whole[: len(whole) // part])


def replaced(store: Path) -> None:
    store.unlink()
    store.mkdir()


def test_an_engine_that_cannot_start_says_so_at_once(config: Config) -> None:
    config.engine_dir.mkdir()
    (config.engine_dir / "engine.db").write_text("no database")
    began = time.monotonic()

    words = str(trouble_with(config))

    assert "the embedded engine did not start" in words
    assert "engine.db cannot be read (file is not a database): put a snapshot in its place" in words
    assert "then run `techwire index --rebuild`" in words
    assert str(config.engine_dir / "engine.log") in words
    assert time.monotonic() - began < WAIT_S
