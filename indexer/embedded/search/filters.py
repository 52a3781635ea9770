"""The filter language: text and nested arrays become a small tree. What it means is elsewhere.

`expression := or`, `or := and (OR and)*`, `and := not (AND not)*`; an outer array is AND, an
inner one OR. Size and depth are bounded, so no filter can hang or crash the server.
"""

import re
from dataclasses import dataclass
from typing import Any

from indexer.embedded.index.errors import ApiError

MAX_DEPTH = 100
MAX_CONDITIONS = 2_000
MAX_IN = 10_000
MAX_TEXT = 1_000_000


@dataclass(frozen=True, slots=True)
class Condition:
    """operator: = != > >= < <= TO IN EXISTS NULL EMPTY CONTAINS STARTS GEO_RADIUS GEO_BOX."""

    attribute: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    inner: "Node"


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Node", ...]


Node = Condition | Not | And | Or

_TOKEN = re.compile(
    r"""\s*(?:(?P<word>[\w.\-/]+)|(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<sign>!=|>=|<=|[=<>()\[\],]))""",
    re.DOTALL,
)
_RESERVED = {"AND", "OR", "NOT", "TO", "IN", "EXISTS", "IS", "NULL", "EMPTY", "CONTAINS"}


def parse(filter_: Any, *, code: str = "invalid_search_filter") -> Node | None:
    """A filter from a request; None when there is none. Raises: ApiError with `code`."""
    try:
        return _from_json(filter_)
    except _Wrong as wrong:
        raise ApiError(code, str(wrong)) from None


class _Wrong(Exception):
    pass


def _from_json(filter_: Any) -> Node | None:
    if filter_ is None:
        return None
    if isinstance(filter_, str):
        return _Parser(filter_).all()
    if not isinstance(filter_, list):
        raise _Wrong(
            "Invalid syntax for the filter parameter: `expected String, Array, "
            f"found: {_kind(filter_)}`."
        )
    parts: list[Node] = []
    for outer in filter_:
        if isinstance(outer, list):
            choices: list[Node] = []
            for inner in outer:
                if not isinstance(inner, str):
                    raise _Wrong(
                        "Invalid syntax for the filter parameter: `expected String, "
                        f"found: {_kind(inner)}`."
                    )
                found = _Parser(inner).all()
                if found is not None:
                    choices.append(found)
            if choices:
                parts.append(Or(tuple(choices)))
        elif isinstance(outer, str):
            found = _Parser(outer).all()
            if found is not None:
                parts.append(found)
        else:
            raise _Wrong(
                "Invalid syntax for the filter parameter: `expected String, Array, "
                f"found: {_kind(outer)}`."
            )
        if len(parts) > MAX_CONDITIONS:
            raise _Wrong(f"Too many filter conditions, can't process more than {MAX_CONDITIONS}.")
    return And(tuple(parts)) if parts else None


def _kind(value: object) -> str:
    return {dict: "Object", bool: "Boolean", type(None): "Null"}.get(type(value), "Number")


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        if len(text) > MAX_TEXT:
            raise _Wrong(f"The filter is longer than {MAX_TEXT} characters.")
        self._tokens: list[tuple[str, str, int]] = []
        self._at = 0
        self._conditions = 0
        self._read()

    def _read(self) -> None:
        at, text = 0, self._text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                rest = text[at:].strip()[:40]
                raise _Wrong(
                    f"Was expecting an operation `=`, `!=`, `>=`, `>`, `<=`, `<`, `IN`, `NOT IN`, "
                    "`TO`, `EXISTS`, `NOT EXISTS`, `IS NULL`, `IS NOT NULL`, `IS EMPTY`, "
                    f"`IS NOT EMPTY`, `CONTAINS`, `STARTS WITH` or a value at `{rest}`. "
                    f"Write values with spaces or signs in quotes."
                )
            kind = str(found.lastgroup)
            self._tokens.append((kind, found.group(kind), found.start(kind)))
            at = found.end()

    def all(self) -> Node | None:
        if not self._tokens:
            return None
        node = self._or(0)
        if self._at < len(self._tokens):
            start = self._tokens[self._at][2]
            raise _Wrong(
                f"Found unexpected characters at the end of the filter: "
                f"`{self._text[start:][:40]}`. You probably forgot an `OR` or an `AND` rule."
            )
        return node

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        at = self._at + ahead
        return self._tokens[at][:2] if at < len(self._tokens) else ("end", "")

    def _is(self, word: str, ahead: int = 0) -> bool:
        kind, text = self._peek(ahead)
        return kind == "word" and text.upper() == word

    def _take(self, word: str) -> bool:
        if self._is(word):
            self._at += 1
            return True
        return False

    def _sign(self, sign: str) -> bool:
        if self._peek() == ("sign", sign):
            self._at += 1
            return True
        return False

    def _or(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise _Wrong("The filter exceeded the maximum depth limit. Try rewriting the filter.")
        parts = [self._and(depth)]
        while self._take("OR"):
            parts.append(self._and(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self, depth: int) -> Node:
        parts = [self._not(depth)]
        while self._take("AND"):
            parts.append(self._not(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _not(self, depth: int) -> Node:
        negations = 0
        while self._take("NOT"):
            negations += 1
        node = self._primary(depth)
        return Not(node) if negations % 2 else node

    def _primary(self, depth: int) -> Node:
        if self._sign("("):
            node = self._or(depth + 1)
            if not self._sign(")"):
                raise _Wrong("Expression is missing the following closing delimiter: `)`.")
            return node
        self._conditions += 1
        if self._conditions > MAX_CONDITIONS:
            raise _Wrong(f"Too many filter conditions, can't process more than {MAX_CONDITIONS}.")
        return self._condition()

    def _condition(self) -> Node:
        kind, text = self._peek()
        if kind == "word" and text in ("_geoRadius", "_geoBoundingBox"):
            return self._geo(text)
        attribute = self._value("an attribute")
        kind, text = self._peek()
        if kind == "sign" and text in ("=", "!=", ">", ">=", "<", "<="):
            self._at += 1
            return Condition(attribute, text, (self._value("a value"),))
        negated = self._take("NOT")
        node = self._named_operation(attribute)
        return Not(node) if negated else node

    def _named_operation(self, attribute: str) -> Node:
        if self._take("IN"):
            return Condition(attribute, "IN", self._list())
        if self._take("EXISTS"):
            return Condition(attribute, "EXISTS")
        if self._take("CONTAINS"):
            return Condition(attribute, "CONTAINS", (self._value("a value"),))
        if self._is("STARTS") and self._is("WITH", 1):
            self._at += 2
            return Condition(attribute, "STARTS", (self._value("a value"),))
        if self._take("IS"):
            negated = self._take("NOT")
            for name in ("NULL", "EMPTY"):
                if self._take(name):
                    found = Condition(attribute, name)
                    return Not(found) if negated else found
        elif self._is("TO", 1):
            low = self._value("a value")
            self._at += 1
            return Condition(attribute, "TO", (low, self._value("a value")))
        raise _Wrong(
            "Was expecting an operation `=`, `!=`, `>=`, `>`, `<=`, `<`, `IN`, `NOT IN`, `TO`, "
            "`EXISTS`, `NOT EXISTS`, `IS NULL`, `IS NOT NULL`, `IS EMPTY`, `IS NOT EMPTY`, "
            f"`CONTAINS`, `NOT CONTAINS`, `STARTS WITH`, `NOT STARTS WITH` after `{attribute}`."
        )

    def _geo(self, name: str) -> Node:
        self._at += 1
        values: list[str] = []
        if not self._sign("("):
            raise _Wrong(f"`{name}` wants its arguments in parentheses.")
        while not self._sign(")"):
            if not (self._sign(",") or self._sign("[") or self._sign("]")):
                values.append(self._value("a number"))
        operator = "GEO_RADIUS" if name == "_geoRadius" else "GEO_BOX"
        return Condition("_geo", operator, tuple(values))

    def _list(self) -> tuple[str, ...]:
        if not self._sign("["):
            raise _Wrong("Expected `IN[` followed by values, such as `genre IN [a, b]`.")
        values: list[str] = []
        while not self._sign("]"):
            values.append(self._value("a value or `]`"))
            if len(values) > MAX_IN:
                raise _Wrong(f"More than {MAX_IN} values after `IN`.")
            if not self._sign(",") and self._peek() != ("sign", "]"):
                raise _Wrong("Expected only comma-separated field names inside `IN[..]`.")
        return tuple(values)

    def _value(self, wanted: str) -> str:
        kind, text = self._peek()
        if kind == "quoted":
            self._at += 1
            return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
        if kind == "word" and text.upper() not in _RESERVED:
            self._at += 1
            return text
        found = f"`{text}`" if text else "the end"
        hint = " (a reserved word: write it in quotes)" if kind == "word" else ""
        raise _Wrong(f"Was expecting {wanted} but instead got {found}{hint}.")
