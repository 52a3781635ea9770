"""Command lines that our documents, files and messages tell people to type."""

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from crawler.cli import main as cli

ROOT = Path(__file__).parent.parent
UsageError = typer.BadParameter.__mro__[1]  # typer brings its own copy of click's
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:techwire|scrapy crawl) [^`]+)`")
_OPTION = re.compile(r"--[a-z][a-z-]+")
_SHELL = {"sh", "console", "bash", "shell", ""}
_ENDS = ("&&", "||", "|", ";", ">", ">>", "2>&1", "&")


@dataclass(frozen=True)
class Told:
    """A command line. where: file and line. words: without the program's name.

    whole: as people may type it; else a mention in running text, which may leave arguments out.
    beside: options that the comment behind it tells of.
    """

    where: str
    words: tuple[str, ...]
    whole: bool
    beside: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.where}: {shlex.join(self.words)}"


def in_blocks(path: Path) -> Iterator[Told]:
    """Lines of a Markdown file's fenced blocks that start `techwire`, from cron too."""
    text = path.read_text(encoding="utf-8")
    for block in _FENCE.finditer(text):
        if block[1] in _SHELL:
            first = text[: block.start(2)].count("\n") + 1
            for number, line in enumerate(block[2].splitlines(), first):
                if words := techwire_words(line):
                    where = f"{path.relative_to(ROOT)}:{number}"
                    beside = tuple(_OPTION.findall(line.partition("  #")[2]))
                    yield Told(where, words, whole=True, beside=beside)


def in_text(path: Path) -> Iterator[Told]:
    """What running text or comments put into backquotes, over a line's end too."""
    text = path.read_text(encoding="utf-8")
    plain = _FENCE.sub(lambda block: "\n" * block[0].count("\n"), text)
    for found in _INLINE.finditer(plain):
        words = techwire_words(" ".join(found[1].split()))
        if words:
            number = plain[: found.start()].count("\n") + 1
            yield Told(f"{path.relative_to(ROOT)}:{number}", words, whole=False)


def in_messages(path: Path) -> Iterator[Told]:
    """What the strings of a module put into backquotes; NAME stands for what is filled in."""
    inner: set[ast.AST] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            inner |= set(node.values)
            parts = [
                part.value if isinstance(part, ast.Constant) else "NAME" for part in node.values
            ]
            text = "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inner:
            text = node.value
        else:
            continue
        for found in _INLINE.finditer(text):
            if words := techwire_words(" ".join(found[1].split())):
                yield Told(f"{path.relative_to(ROOT)}:{node.lineno}", words, whole=False)


def techwire_words(line: str) -> tuple[str, ...]:
    """What follows the program's name in a line of shell or cron, without comments; or nothing."""
    try:
        words = shlex.split(line.removeprefix("$ "), comments=True)
    except ValueError:
        return ()
    program = [
        n for n, word in enumerate(words) if word == "techwire" or word.endswith("bin/techwire")
    ]
    if not program:
        return ()
    start = program[0]
    end = next((n for n, word in enumerate(words) if n > start and word in _ENDS), len(words))
    return tuple(words[start + 1 : end])


def parsed(told: Told) -> tuple[str, dict[str, Any]]:
    """The command's name and the parameters that it reads there, without running anything.

    Raises: LookupError when there is no such command; typer's UsageError when it has no such
    option or argument.
    """
    command, named, words = _command(told)
    if hasattr(command, "commands"):
        return named, {}
    try:
        params: dict[str, Any] = command.make_context(named, words).params
    except UsageError as error:
        # a mention names an option without what it takes, a command without its arguments
        if told.whole or type(error).__name__ not in ("MissingParameter", "BadOptionUsage"):
            raise
        return named, {}
    return named, params


def unknown_beside(told: Told) -> set[str]:
    """Options that the comment tells of and the command has not."""
    command, _, _ = _command(told)
    return set(told.beside) - {option for param in command.params for option in param.opts}


def _command(told: Told) -> tuple[Any, str, list[str]]:
    """The command, its whole name, and the words behind that."""
    command: Any = typer.main.get_command(cli.app)
    words = [word for word in told.words if word not in ("-h", "--help", "COMMAND")]
    named: list[str] = []
    own = {option for param in command.params for option in param.opts}
    while hasattr(command, "commands") and words and not own.issuperset(words):
        named.append(words.pop(0))
        if named[-1] not in command.commands:
            raise LookupError(f"{told}: there is no command {' '.join(named)}")
        command = command.commands[named[-1]]
    return command, " ".join(named), words
