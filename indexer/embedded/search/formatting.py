"""`_formatted` and `_matchesPosition`: highlighted and cropped copies of a hit's texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from indexer.embedded.search.matching import Match, Matcher


@dataclass(frozen=True, slots=True)
class Format:
    """What a request wants done to texts. crop: attribute → length in words."""

    highlight: frozenset[str] = frozenset()
    crop: Mapping[str, int] = field(default_factory=dict)
    pre: str = "<em>"
    post: str = "</em>"
    marker: str = "…"

    @property
    def wanted(self) -> bool:
        return bool(self.highlight or self.crop)


def crop_lengths(wanted: Sequence[str], length: int) -> dict[str, int]:
    """`["title", "text:20"]` → {"title": length, "text": 20}."""
    found: dict[str, int] = {}
    for one in wanted:
        name, _, size = one.rpartition(":")
        if name and size.isdigit():
            found[name] = int(size[:6])
        else:
            found[one] = length
    return found


class Formatter:
    """Formats hits for one search."""

    def __init__(self, matcher: Matcher, wanted: Format) -> None:
        self._matcher = matcher
        self._format = wanted
        self._ways: dict[str, tuple[bool, int]] = {}

    def formatted(self, document: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._value(name, value) for name, value in document.items()}

    def _value(self, path: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._value(f"{path}.{name}", inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._value(path, inner) for inner in value]
        if isinstance(value, bool) or value is None:
            return value
        text = value if isinstance(value, str) else str(value)
        highlight, crop = self._ways.get(path) or self._way(path)
        if not highlight and not crop:
            return text
        matches, words = self._matcher.look(text, crop + 1)  # the window may be the beginning
        start, end = (0, len(text)) if not crop else window(text, words, matches, crop)
        marker_before = self._format.marker if start > 0 else ""
        marker_after = self._format.marker if end < len(text) else ""
        body = self._marked(text, start, end, matches if highlight else ())
        return f"{marker_before}{body}{marker_after}"

    def _way(self, path: str) -> tuple[bool, int]:
        """Is an attribute highlighted, and to how many words is it cut (0: not at all)?"""
        way = (_covers(self._format.highlight, path), _crop_for(self._format.crop, path))
        self._ways[path] = way
        return way

    def _marked(self, text: str, start: int, end: int, matches: Sequence[Match]) -> str:
        parts: list[str] = []
        at = start
        for match in matches:
            if match.start < at or match.end > end:
                continue
            parts += (text[at : match.start], self._format.pre)
            parts += (text[match.start : match.end], self._format.post)
            at = match.end
        parts.append(text[at:end])
        return "".join(parts)

    def positions(self, document: Mapping[str, Any], patterns: Sequence[str]) -> dict[str, Any]:
        """Where the query matched, in bytes of UTF-8, per attribute."""
        found: dict[str, list[dict[str, Any]]] = {}
        for name, value in document.items():
            self._positions(name, value, patterns, found, None)
        return found

    def _positions(
        self,
        path: str,
        value: Any,
        patterns: Sequence[str],
        found: dict[str, list[dict[str, Any]]],
        index: int | None,
    ) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                self._positions(f"{path}.{name}", inner, patterns, found, index)
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                self._positions(path, inner, patterns, found, number)
        elif value is not None and not isinstance(value, bool) and _covers(patterns, path):
            text = value if isinstance(value, str) else str(value)
            for match in self._matcher.find(text):
                entry: dict[str, Any] = {
                    "start": len(text[: match.start].encode()),
                    "length": len(text[match.start : match.end].encode()),
                }
                if index is not None:
                    entry["indices"] = [index]
                found.setdefault(path, []).append(entry)


def window(
    text: str, words: Sequence[tuple[int, int]] | str, matches: Sequence[Match], length: int
) -> tuple[int, int]:
    """The part of a text of `length` words that shows the query best.

    Best: most different terms, then the words closest together, then in the query's order,
    then the first. words: their places, or the text made plain. Returns: start and end in
    characters.
    """
    best, before = _best_window(matches, length) if matches else (None, 0)
    if isinstance(words, str):
        return _plain_window(words, best.start if best else 0, before, length)
    if len(words) <= length:
        return 0, len(text)
    first = max(0, best.unit - before) if best else 0
    last = min(len(words), first + length)
    first = max(0, last - length)
    start = 0 if first == 0 else words[first][0]
    end = len(text) if last == len(words) else words[last - 1][1]
    return start, end


def _plain_window(plain: str, at: int, before: int, length: int) -> tuple[int, int]:
    """The window that begins so many words before a place."""
    start = _back(plain[:at], before)
    rest = plain[start:].split(maxsplit=length)
    if len(rest) <= length:
        return _back(plain, length), len(plain)
    return start, len(plain[: -len(rest[-1])].rstrip())


def _back(plain: str, words: int) -> int:
    """Where the last words of a text begin; 0 if it has no more."""
    parts = plain.rsplit(maxsplit=words)
    if len(parts) <= words:
        return 0
    return plain.index(parts[1], len(parts[0])) if words else len(plain)


def _best_window(matches: Sequence[Match], length: int) -> tuple[Match, int]:
    """The first match of the best window, and how many words stand before it there."""
    placed = [(match.unit, match.term) for match in matches]
    best: tuple[tuple[int, int, int], int, int] | None = None
    end = 0
    for begin in range(len(placed)):
        end = max(end, begin)
        while end + 1 < len(placed) and placed[end + 1][0] - placed[begin][0] < length:
            end += 1
        inside = placed[begin : end + 1][:50]
        terms = {term for _, term in inside}
        gaps = sum(min(8, other - one - 1) for (one, _), (other, _) in pairwise(inside))
        ordered = sum(other == one + 1 for (_, one), (_, other) in pairwise(inside))
        score = (len(terms), -gaps, ordered)
        if best is None or score > best[0]:
            best = (score, begin, inside[-1][0])
    assert best is not None
    _, begin, high = best
    return matches[begin], max(0, length - (high - placed[begin][0] + 1)) // 2


def _covers(patterns: Any, path: str) -> bool:
    if "*" in patterns or path in patterns:
        return True
    return any(
        path.startswith(one[:-1]) if one.endswith("*") else path.startswith(one + ".")
        for one in patterns
    )


def _crop_for(crop: Mapping[str, int], path: str) -> int:
    if path in crop:
        return crop[path]
    for name, length in crop.items():
        if name == "*" or path.startswith(name + "."):
            return length
    return 0
