"""The plain markup the articles are written in, as HTML, as plain text and as JSON blocks.

Blocks are parted by empty lines: `## subhead`, `- list item`, `> quote`, `| table | row |`, else a
paragraph. Within a line only `**strong**` and `[text](address)` mean something.
"""

import re
from dataclasses import dataclass
from html import escape

_STRONG = re.compile(r"\*\*([^*]+)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class StoryBlock:
    """kind: "paragraph", "heading", "list", "quote" or "table"; lines: its items, rows or text."""

    kind: str
    lines: tuple[str, ...]


def parse(body: str) -> tuple[StoryBlock, ...]:
    """Cut a body into blocks."""
    return tuple(_block(chunk) for chunk in re.split(r"\n\s*\n", body.strip()) if chunk.strip())


def _block(chunk: str) -> StoryBlock:
    lines = [line.strip() for line in chunk.strip().splitlines()]
    if lines[0].startswith("## "):
        return StoryBlock("heading", (lines[0][3:],))
    for mark, kind in (("- ", "list"), ("> ", "quote")):
        if lines[0].startswith(mark):
            return StoryBlock(kind, tuple(line.removeprefix(mark) for line in lines))
    if lines[0].startswith("|"):
        return StoryBlock("table", tuple(line.strip("| ") for line in lines))
    return StoryBlock("paragraph", (" ".join(lines),))


def inline_html(line: str) -> str:
    """One line's marks as HTML, everything else escaped."""
    strong = _STRONG.sub(r"<strong>\1</strong>", escape(line, quote=False))
    return _LINK.sub(r'<a href="\2">\1</a>', strong)


def inline_text(line: str) -> str:
    """One line without its marks."""
    return _LINK.sub(r"\1", _STRONG.sub(r"\1", line))


def block_html(block: StoryBlock) -> str:
    """One block as an HTML element."""
    lines = [inline_html(line) for line in block.lines]
    if block.kind == "heading":
        return f"<h2>{lines[0]}</h2>"
    if block.kind == "list":
        return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
    if block.kind == "quote":
        return "<blockquote>" + "".join(f"<p>{line}</p>" for line in lines) + "</blockquote>"
    if block.kind == "table":
        rows = [line.split(" | ") for line in lines]
        head = "".join(f"<th>{cell}</th>" for cell in rows[0])
        cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows[1:])
        body = "".join(f"<tr>{row}</tr>" for row in cells)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<p>{lines[0]}</p>"


def to_html(blocks: tuple[StoryBlock, ...]) -> str:
    """Blocks as HTML, one element a line."""
    return "\n".join(block_html(block) for block in blocks)


def to_text(blocks: tuple[StoryBlock, ...]) -> str:
    """Blocks as plain text, one line each for paragraphs, items and rows."""
    return "\n".join(inline_text(line) for block in blocks for line in block.lines)


def to_json(blocks: tuple[StoryBlock, ...]) -> list[dict[str, object]]:
    """Blocks as a page built by script carries them."""
    return [
        {"type": block.kind, "items": [inline_html(line) for line in block.lines]}
        if block.kind in ("list", "table")
        else {"type": block.kind, "html": " ".join(inline_html(line) for line in block.lines)}
        for block in blocks
    ]
