"""A web page as the lines a reader sees, each with what the markup says of it."""

from dataclasses import dataclass, replace

from lxml import etree

from crawler.formats.markup import Element

_MAX_LINES = 20_000
_HEADLINE_CHARS = 25
_SKIPPED = {
    "script", "style", "noscript", "template", "svg", "iframe", "button", "select", "textarea",
    "nav", "form", "figcaption", "head", "object", "audio", "video",
}  # fmt: skip
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "html", "li", "main", "ol", "p", "picture", "pre", "section", "summary",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """A run of text without a block boundary inside; words of neighbouring spans stand glued.

    block: the innermost block element around it. href: the last link in it, or None.
    linked: all of it is a link. when: the machine-readable time in it, as written, or None.
    """

    text: str
    block: Element
    heading: bool = False
    listed: bool = False
    linked: bool = False
    href: str | None = None
    when: str | None = None


class _LineReader:
    """Collects text between block boundaries; `depths` counts the open elements of each kind."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.blocks: list[Element] = []
        self.depths = {"heading": 0, "listed": 0, "link": 0}
        self.link_chars = 0
        self.after_link = False
        self._clear()

    def _clear(self) -> None:
        self.pieces: list[str] = []
        self.unlinked = False
        self.href: str | None = None
        self.when: str | None = None

    def add(self, text: str | None) -> None:
        if text:
            # A long link whose end is glued to the next word is a headline beside something else.
            if self.after_link and not text[0].isspace() and text[0].isalnum():
                self.flush()
            self.after_link = False
            if self.depths["link"]:
                self.link_chars += len(text.strip())
            self.pieces.append(text)
            if not self.depths["link"] and not text.isspace():
                self.unlinked = True

    def _parts(self, text: str) -> list[str]:
        """One line, or its two halves when they are one headline, or its lines as laid out."""
        block = self.blocks[-1]
        layout = f"{block.get('class') or ''} {block.get('style') or ''}"
        if block.tag == "pre" or "pre-line" in layout or "pre-wrap" in layout:
            laid_out = (" ".join(part.split()) for part in "".join(self.pieces).split("\n"))
            return [part for part in laid_out if part]
        half = _half(text)
        return [text] if half is None else [half, half]

    def flush(self) -> None:
        text = " ".join("".join(self.pieces).split())
        if text and self.blocks:
            line = Line(
                text=text,
                block=self.blocks[-1],
                heading=self.depths["heading"] > 0,
                listed=self.depths["listed"] > 0,
                linked=not self.unlinked,
                href=self.href,
                when=self.when,
            )
            self.lines += [replace(line, text=part) for part in self._parts(text)]
        self._clear()


def _half(text: str) -> str | None:
    """The headline in a line that holds it twice, glued; else None."""
    if len(text) < 30:
        return None
    middle = len(text) // 2
    first, second = text[:middle].strip(), text[middle:].strip()
    return first if first == second else None


def page_lines(root: Element) -> list[Line]:
    """The lines of a page in document order, without scripts, navigation, forms and captions."""
    reader = _LineReader()
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if len(reader.lines) >= _MAX_LINES:
            break
        if event in {"comment", "pi"}:
            reader.add(element.tail)
        elif event == "start":
            _open(reader, element)
            if element.tag in _SKIPPED:
                walker.skip_subtree()
            else:
                reader.add(element.text)
        else:
            _close(reader, element)
            reader.add(element.tail)
    reader.flush()
    return reader.lines


def _kind(tag: object) -> str | None:
    if tag in _HEADINGS:
        return "heading"
    return {"li": "listed", "a": "link"}.get(str(tag))


def _open(reader: _LineReader, element: Element) -> None:
    if element.tag in _BLOCKS:
        reader.flush()
        reader.blocks.append(element)
    kind = _kind(element.tag)
    if kind:
        reader.depths[kind] += 1
    if kind == "link":
        reader.link_chars = 0
        reader.href = element.get("href") or reader.href
    if element.tag == "time" and element.get("datetime"):
        reader.when = element.get("datetime")


def _close(reader: _LineReader, element: Element) -> None:
    if element.tag in _BLOCKS:
        reader.flush()
        reader.blocks.pop()
    kind = _kind(element.tag)
    if kind:
        reader.depths[kind] -= 1
    if kind == "link":
        reader.after_link = reader.link_chars >= _HEADLINE_CHARS
