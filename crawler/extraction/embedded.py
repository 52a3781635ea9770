"""Script-only pages: the article's text from the page's own embedded state.

JSON-LD articleBody, templates, Next.js (`__NEXT_DATA__`, `__next_f`) and state objects. Used only
when the markup holds no text: these bodies are truncated on some sites.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml import etree, html

from crawler.extraction.parsing import Parsed
from crawler.formats.jsontext import read_first_json, read_json

MIN_CHARS = 250
MAX_NODES = 60_000
MAX_NAME_NODES = 3_000
_NAME_KEYS = ("byline", "authors", "author", "authorName")
_STATE = re.compile(
    r"(?:__NEXT_DATA__|__NUXT__|__INITIAL_STATE__|__PRELOADED_STATE__|__APOLLO_STATE__|__STATE__|__data|Fusion\.globalContent|INITIAL_DATA|initialState|pageData|ytInitialData)\W{0,6}=\s*(?=[{\[])"
)
_NEXT_F = re.compile(r"self\.__next_f\.push\(\s*(\[.*\])\s*\)\s*;?\s*$", re.S)
_BODY_KEYS = re.compile(
    r"^(?:article_?body|body|content|contents|text|html|body_?html|content_?html|full_?text|story_?body|paragraphs|components|content_?elements|blocks|children|items|value|bodytext|detail|maintext)$",
    re.I,
)
_TEXT_TYPE = re.compile(r"head|title|^h[1-6]$|list|para|^p$|text|quote|table|^[uo]l$|^li$", re.I)
_PARAGRAPH = re.compile(
    r"</(?:p|div|li|h[1-6]|blockquote|figcaption)\s*>|<br\s*/?>\s*<br\s*/?>", re.I
)
_SKIPPED_KEYS = re.compile(
    r"related|recommend|comment|menu|nav|footer|promo|advert|newsletter|translation|i18n|locale|config|theme|teaser|latest|trending|popular",
    re.I,
)


def rescue(parsed: Parsed, node: dict[str, Any]) -> tuple[str, str]:
    """(text, where from); ("", "") when nothing embedded reads like an article."""
    body = node.get("articleBody")
    if isinstance(body, str) and len(text := as_text(body)) >= MIN_CHARS:
        return text, "jsonld:articleBody"
    best, source = "", ""
    for markup in parsed.unshown:
        text = as_text(markup)
        if len(text) > len(best) and _reads_like_text(text):
            best, source = text, "template"
    for name, data in _states(parsed):
        for text in _bodies(data):
            if len(text) > len(best):
                best, source = text, name
    return (best, source) if len(best) >= MIN_CHARS else ("", "")


def names_in_state(parsed: Parsed) -> list[str]:
    """Who signs the story in the page's state: beside a headline, first found."""
    for _, data in _states(parsed):
        stack, left = [data], MAX_NAME_NODES
        while stack and left:
            value, left = stack.pop(), left - 1
            inner = value
            if isinstance(value, dict):
                if any(isinstance(value.get(key), str) for key in ("headline", "title")):
                    names = [one for key in _NAME_KEYS for one in _names(value.get(key))]
                    if names:
                        return names
                inner = [one for key, one in value.items() if not _SKIPPED_KEYS.search(key)]
            if isinstance(inner, list):
                stack.extend(one for one in reversed(inner[:500]) if isinstance(one, dict | list))
    return []


def _names(value: Any) -> list[str]:
    found = []
    for one in (value if isinstance(value, list) else [value])[:12]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str) and 3 < len(name) < 120:
            found.append(name)
    return found


def as_text(value: str) -> str:
    """A body in HTML or plain text → lines, one a paragraph."""
    if "<" in value and re.search(r"</?[a-zA-Z][^<>]{0,200}>", value):
        marked = _PARAGRAPH.sub(lambda tag: f"\n{tag[0]}", value)
        try:
            tree = html.fragment_fromstring(marked[:2_000_000], create_parent="div")
        except (etree.ParserError, ValueError):
            return ""
        etree.strip_elements(tree, "script", "style", "iframe", "svg", "figure", with_tail=False)
        value = tree.text_content()
    elif "&" in value:
        value = unescape(value)
    lines = (" ".join(line.split()) for line in value.split("\n"))
    return "\n".join(line for line in lines if line)


def _states(parsed: Parsed) -> Iterator[tuple[str, Any]]:
    streamed: list[str] = []
    for ident, text in parsed.scripts:
        stripped = text.strip()
        if ident == "__NEXT_DATA__" or stripped[:1] == "{":
            yield f"script:{ident or 'json'}", _loaded(stripped)
        elif pushed := _NEXT_F.search(stripped):
            part = _loaded(pushed[1])
            if isinstance(part, list) and len(part) > 1 and isinstance(part[1], str):
                streamed.append(part[1])
        elif found := _STATE.search(stripped):
            yield "script:state", _first_json(stripped[found.end() :])
    if streamed:
        for line in "".join(streamed).split("\n"):
            start = re.match(r"[0-9a-f]{1,4}:(?=[\[{])", line)
            if start and (data := _loaded(line[start.end() :])) is not None:
                yield "script:__next_f", data
            elif found := re.match(r"[0-9a-f]{1,4}:T[0-9a-f]{1,6},(.*)", line, re.S):
                yield "script:__next_f", {"body": found[1]}


def _loaded(text: str) -> Any:
    try:
        return read_json(text)
    except (ValueError, RecursionError):
        return None


def _first_json(text: str) -> Any:
    try:
        return read_first_json(text)
    except (ValueError, RecursionError):
        return None


def _bodies(data: Any) -> Iterator[str]:
    """Texts of the article found in a state: long strings, or lists of paragraph strings."""
    stack: list[tuple[Any, int]] = [(data, 0)]
    left = MAX_NODES
    while stack and left:
        value, depth = stack.pop()
        left -= 1
        if depth > 40:
            continue
        if isinstance(value, dict):
            for key, inner in value.items():
                if _SKIPPED_KEYS.search(key):
                    continue
                if (
                    isinstance(inner, str)
                    and len(inner) >= MIN_CHARS
                    and _BODY_KEYS.match(key)
                    and _reads_like_text(text := as_text(inner))
                ):
                    yield text
                elif isinstance(inner, dict | list):
                    if (
                        _BODY_KEYS.match(key)
                        and isinstance(inner, list)
                        and len(text := _joined(inner)) >= MIN_CHARS
                    ):
                        yield text
                    stack.append((inner, depth + 1))
        elif isinstance(value, list):
            stack.extend(
                (inner, depth + 1) for inner in value[:3000] if isinstance(inner, dict | list)
            )


def _joined(items: list[Any]) -> str:
    """Paragraph blocks of a list ([{type: "text", content: "..."}, ...]) as one text."""
    lines = []
    for item in items[:1000]:
        if isinstance(item, str):
            lines.append(as_text(item))
        elif isinstance(item, dict) and not _SKIPPED_KEYS.search(str(item.get("type", ""))):
            lines += _block_lines(item)
    text = "\n".join(line for line in lines if line)
    return text if _reads_like_text(text) else ""


def _block_lines(item: dict[str, Any]) -> list[str]:
    """The text of one block; the entries of a list or table block are lines of their own."""
    least = 2 if _TEXT_TYPE.search(str(item.get("type") or item.get("_type") or "")) else 20
    for key in ("content", "text", "value", "html", "body"):
        if isinstance(inner := item.get(key), str) and len(inner) > least:
            return [as_text(inner)]
    for key in ("items", "list_items", "listItems", "rows", "children"):
        if isinstance(inner := item.get(key), list) and least == 2:
            entries: list[str] = []
            for one in inner[:200]:
                if isinstance(one, str):
                    entries.append(as_text(one))
                elif isinstance(one, dict):
                    entries += _block_lines({"type": "text"} | one)
            return entries
    return []


def _reads_like_text(text: str) -> bool:
    """Sentences, not code, class lists or base64."""
    sample = text[:2000]
    letters = sum(char.isalpha() or char.isspace() for char in sample)
    return (
        letters > 0.8 * len(sample)
        and bool(re.search(r"[.!?。！？।؟]", sample))
        and "{" not in sample[:500]
    )
