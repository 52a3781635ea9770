"""Runs `techwire` as its users do: a process with an environment, words and an exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TextIO

from crawler.demo import Newsroom
from crawler.demo.command import source_of

TIME_LIMIT_S = 240
_OURS = ("MEILI_", "TECHWIRE_")


@dataclass(frozen=True)
class Program:
    """One deployment: a data folder and settings, nothing inherited from the developer's own.

    ahead: of the machine's clock; below zero when it is behind. module: what stands in for
    techwire's own, to look at it from within. prefix: a program that runs techwire. cwd: the
    folder it runs in, else the data folder: there is no .env of the checkout. limit_s: for a run.
    """

    home: Path
    settings: Mapping[str, str]
    ahead: timedelta = timedelta(0)
    module: str = "crawler"
    prefix: tuple[str, ...] = ()
    cwd: Path | None = None
    limit_s: float = TIME_LIMIT_S

    def with_clock(self, ahead: timedelta) -> "Program":
        """The same deployment while the machine's clock is wrong."""
        return replace(self, ahead=ahead, module="tests.journeys.clocked")

    def env(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
        clock = {"CLOCK_AHEAD_S": str(self.ahead.total_seconds())}
        return {**inherited, **clock, "TECHWIRE_HOME": str(self.home), **self.settings}

    def start(self, *words: str, output: TextIO | None = None) -> "subprocess.Popen[str]":
        """Start a command without waiting for it. output: for all it says, else pipes."""
        if self.cwd is None:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return subprocess.Popen(
            [*self.prefix, sys.executable, "-m", self.module, *words],
            cwd=self.cwd or self.home,
            env={**self.env(), "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
            stdin=subprocess.DEVNULL,
            stdout=output or subprocess.PIPE,
            stderr=output or subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end, bounded in time."""
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=self.limit_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def json(self, *words: str) -> Any:
        """Run a command with --json and read what it says."""
        done = self.run(*words, "--json")
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def documents(self) -> dict[str, dict[str, Any]]:
        """Every document the index holds, by URL; two of one URL fail."""
        answer = self.json("search", "", "--limit", "1000", "--copies")
        documents = {hit["url"]: hit for hit in answer["hits"]}
        assert len(documents) == len(answer["hits"])
        return documents

    def stop_engine(self, *, within_s: float = 0.0) -> None:
        """End the embedded engine of this data folder, if one runs. within_s: to wait for it."""
        until_s = time.monotonic() + within_s
        try:
            pid = json.loads((self.home / "engine" / "server.json").read_text())["pid"]
            os.kill(pid, signal.SIGTERM)
            while time.monotonic() < until_s:
                os.kill(pid, 0)  # fails once it is gone
                time.sleep(0.05)
        except (OSError, ValueError, KeyError):
            pass


def sources_toml(newsroom: Newsroom, *only: str) -> str:
    """The newsroom's sites as a file for `--sources`."""
    tables = []
    for source in map(source_of, newsroom.sites):
        if only and source.id not in only:
            continue
        values = {name: value for name, value in asdict(source).items() if value is not None}
        lines = (
            f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()
        )
        tables.append("\n".join(("[[source]]", *lines)))
    return "\n\n".join(tables) + "\n"
