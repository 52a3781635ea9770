"""Commands under bad circumstances: one line that says what to do, no traceback, no secret."""

import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from indexer.delivery.outbox import put
from indexer.foundation.database import begin, state_database
from tests.attack.outcome import Outcome
from tests.factories import NOW, a_document
from tests.journeys.program import Program
from tests.newsroom import hostile_bodies as bodies

SECRET = "s3cr3t-w0rd"
MOST_LINES = 3
TEMPLATE = "template"
# root may do what other people may not: without capabilities it is one of them
AS_ANYBODY = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()
LITTLE_MEMORY = ("bash", "-c", 'ulimit -v 2500000; exec "$@"', "bash")

Prepare = Callable[[Path], None]


def _nothing(home: Path) -> None:
    pass


def _indexed(home: Path) -> None:
    """A deployment with a state database and an engine's files."""
    home.mkdir()
    with state_database(f"sqlite:///{home / 'techwire.db'}") as engine, begin(engine) as connection:
        put(connection, a_document(), now=NOW)
    program = Program(home, {})
    done = program.run("index")
    assert done.returncode == 0, done.stderr
    program.stop_engine(within_s=20)


def _copied(home: Path) -> None:
    """The same, made once for all that ask for it."""
    shutil.copytree(home.parent / TEMPLATE, home)


def _cut_engine(home: Path) -> None:
    _copied(home)
    (file,) = home.rglob("engine.db")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])


def _cut_state(home: Path) -> None:
    _copied(home)
    (home / "techwire.db").write_bytes(b"no database" * 1000)


def _half_state(home: Path) -> None:
    _copied(home)
    file = home / "techwire.db"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])


def _read_only(home: Path) -> None:
    _copied(home)
    for path in [*home.rglob("*"), home]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def _a_file(home: Path) -> None:
    home.write_text("no folder")


def _odd_page(home: Path) -> None:
    home.mkdir()
    author = '{"@type": "NewsArticle", "author": {"name": "A \\udc00 B \\u001b[31m \\u202e C"}}'
    (home / "page.html").write_bytes(bodies.json_ld(author))


def _pages(home: Path) -> None:
    home.mkdir()
    (home / "page.html").write_bytes(bodies.long_article().encode())


def _alert(home: Path) -> None:
    hook = f"https://user:{SECRET}@127.0.0.1:1/"
    Program(home, {}).run("alerts", "add", "a", "chips", "--webhook", hook)


@dataclass(frozen=True, slots=True)
class Command:
    """One command. codes: right ends. says: a pattern that its words must hold, or None.

    lines: most lines on stderr, of what is no success.
    """

    name: str
    words: tuple[str, ...]
    codes: tuple[int, ...] = (1, 2)
    settings: Mapping[str, str] = field(default_factory=dict)
    prepare: Prepare = _nothing
    says: str | None = None
    prefix: tuple[str, ...] = ()
    full: bool = False


PROXY = dict.fromkeys(("http_proxy", "https_proxy"), f"http://user:{SECRET}@127.0.0.1:1")
MEILI = {"MEILI_URL": f"http://user:{SECRET}@127.0.0.1:1"}
DATABASE = {"TECHWIRE_DATABASE_URL": f"postgresql+psycopg://user:{SECRET}@127.0.0.1:1/x"}
METADATA = "http://169.254.169.254/"
ADD = ("alerts", "add", "x", "chips", "--webhook")

COMMANDS = [
    Command("search, engine's file cut", ("search", "chips"), prepare=_cut_engine, codes=(0, 1, 2)),
    Command(
        "doctor, engine's file cut", ("doctor",), prepare=_cut_engine, codes=(0, 1, 2), full=True
    ),
    Command("status, no database", ("status",), prepare=_cut_state),
    Command("doctor, half a database", ("doctor",), prepare=_half_state, codes=(0, 1, 2)),
    Command("index, half a database", ("index",), prepare=_half_state, codes=(0, 1, 2), full=True),
    Command(
        "search, home may not be written", ("search", "x"), prepare=_read_only, codes=(0, 1, 2)
    ),
    Command("doctor, home may not be written", ("doctor",), prepare=_read_only, full=True),
    Command("crawl, home is a file", ("crawl", "techcrunch"), prepare=_a_file),
    Command("doctor, home is a file", ("doctor",), prepare=_a_file, full=True),
    Command(
        "extract, odd author", ("extract", "page.html"), prepare=_odd_page, codes=(0,), says="A"
    ),
    Command(
        "extract with little memory",
        ("extract", "page.html"),
        prepare=_pages,
        codes=(0,),
        says="semiconductor",
        prefix=LITTLE_MEMORY,
    ),
    Command("search behind a proxy", ("search", "x"), settings=PROXY, says="techwire crawl"),
    Command("doctor, password of the server", ("doctor",), settings=MEILI, says="127.0.0.1:1"),
    Command("index, password of the server", ("index",), settings=MEILI, full=True),
    Command("search, password of the server", ("search", "x"), settings=MEILI, full=True),
    Command(
        "status, password of the server", ("status",), codes=(0, 1, 2), settings=MEILI, full=True
    ),
    Command("doctor, password of the database", ("doctor",), settings=DATABASE),
    Command("status, password of the database", ("status",), settings=DATABASE, full=True),
    Command(
        "migrate, password of the database",
        ("migrate", DATABASE["TECHWIRE_DATABASE_URL"], "sqlite:///x.db"),
    ),
    Command(
        "alerts list, password of a hook",
        ("alerts", "list"),
        prepare=_alert,
        codes=(0,),
        says="127",
    ),
    Command(
        "doctor behind a proxy with a password",
        ("doctor",),
        codes=(0, 1),
        settings=PROXY,
        full=True,
    ),
    Command("hook to a metadata address", (*ADD, METADATA), codes=(2,), says="169.254.169.254"),
    Command("hook to decimals", (*ADD, "https://2852039166/"), codes=(2,), full=True),
    Command(
        "hook to a mapped address", (*ADD, "https://[::ffff:10.0.0.1]/"), codes=(2,), full=True
    ),
    Command("hook to a file", (*ADD, "file:///etc/passwd"), codes=(2,), full=True),
    Command("extract a metadata address", ("extract", METADATA)),
    Command("extract a file by its address", ("extract", "file:///etc/passwd"), full=True),
    Command("discover a private address", ("sources", "discover", "http://10.0.0.1/"), full=True),
    Command("a query of escapes", ("search", "\x1b[31m\u202e"), codes=(0, 1, 2), full=True),
    Command(
        "since 10 ** 30 days",
        ("search", "x", "--since", "1" + "0" * 30 + "d"),
        codes=(2,),
        full=True,
    ),
    Command("a source of escapes", ("crawl", "\x1b]0;x\x07"), codes=(2,), says="x"),
    Command("the limit of 10 ** 30", ("search", "x", "--limit", "1" + "0" * 30), full=True),
]

_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def attack(folder: Path, *, full: bool) -> Iterator[Outcome]:
    """Every command in a data folder of its own, two at a time."""
    chosen = [command for command in COMMANDS if full or not command.full]
    yield from _rights(folder / TEMPLATE)
    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(_outcome, command, folder / str(number))
            for number, command in enumerate(chosen)
        ]
        for job in jobs:
            yield job.result()


def _outcome(command: Command, home: Path) -> Outcome:
    command.prepare(home)
    program = Program(home, command.settings, prefix=(*AS_ANYBODY, *command.prefix))
    if home.is_file():  # nowhere to stand in: its parent will do
        program = Program(home / "below", command.settings, prefix=AS_ANYBODY, cwd=home.parent)
    done = program.run(*command.words)
    program.stop_engine()
    if home.is_dir():
        home.chmod(0o755)
    wrong = _wrong(command, done.returncode, done.stdout, done.stderr)
    return Outcome(kind="commands", name=command.name, wrong=wrong)


def _wrong(command: Command, code: int, out: str, err: str) -> str | None:
    lines = [line for line in err.splitlines() if line.strip()]
    told = f"{err[-250:]!r}"
    if "Traceback" in out + err:
        return f"a traceback: {told}"
    if SECRET in out + err:
        return f"a secret: {[line for line in (out + err).splitlines() if SECRET in line][:2]}"
    if code not in command.codes:
        return f"exit code {code}: {told}"
    if code and len(lines) > MOST_LINES:
        return f"{len(lines)} lines: {told}"
    if found := _HARMFUL.search(out + err):
        return f"{found[0]!r} on the terminal"
    if command.says is not None and not re.search(command.says, out + err):
        return f"{command.says!r} is not said: {(out + err)[:250]!r}"
    return None


def _rights(home: Path) -> Iterator[Outcome]:
    """Files of a fresh deployment, whatever the shell's umask."""
    before = os.umask(0o022)
    try:
        _indexed(home)
    finally:
        os.umask(before)
    for path in [home, *sorted(home.rglob("*.db"))]:
        mode = stat.S_IMODE(path.stat().st_mode)
        wrong = f"rights {mode:o}" if mode & 0o077 else None
        yield Outcome(kind="commands", name=f"rights of {path.name}", wrong=wrong)
