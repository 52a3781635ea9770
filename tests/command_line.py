"""`techwire` as a person runs it, in this process."""

from collections.abc import Callable

import pytest

from crawler.cli import main as cli

Run = Callable[..., tuple[int, str, str]]  # words of a command line -> exit code, stdout, stderr


def command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line. Returns: exit code, stdout, stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["techwire", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run
