"""Bytes of a listing or page → text, whatever charset they say or do not say they are in.

By byte-order mark, valid UTF-8, the header, the document's own declaration; in this order, because
declarations lie more often than bytes do.
"""

import codecs
import re

_CONTROLS = bytes(c for c in range(32) if c not in (9, 10, 12, 13)) + b"\x7f"
# what no XML text may hold, written out or as a reference
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_UNFIT_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|127|6553[45]"
    r"|5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3])(?!\d)"
    r"|x0*(?:[0-8bcef]|1[0-9a-f]|7f|fff[ef]|d[89a-f][0-9a-f]{2})(?![0-9a-f]));?",
    re.I,
)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I
)
_DECLARED_WITHIN = 4_096  # bytes
# names that Python knows and no browser: escapes, and parts of host names
_NO_CHARSETS = frozenset(
    ("unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined", "utf-7")
)
# what browsers mean by these names (WHATWG Encoding Standard)
_WIDER = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
    "iso8859-9": "cp1254", "euc_kr": "cp949", "shift_jis": "cp932",
}  # fmt: skip
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# how markup and JSON begin, with or without a mark
_BEGINS_IN_UTF16 = re.compile(rb"(?P<le>[<{\[]\0[\t-~]\0)|\0[<{\[]\0[\t-~]")
# what holds control characters within its characters
_WITH_CONTROLS = frozenset(("utf-16", "utf-16-le", "utf-16-be", "iso2022_jp", "iso2022_kr"))
_MOST_UNREADABLE = 0.3  # of the characters beyond ASCII; more, and the declaration lies


def charset_of(content_type: str | None) -> str | None:
    """The charset a Content-Type header names, or None."""
    found = (content_type or "").lower().partition("charset=")[2]
    return found.partition(";")[0].strip(" \"'") or None


def decode(body: bytes, encoding: str | None = None) -> str:
    """Bytes → text without control characters and without references to them.

    encoding: the charset that the header or the caller names. Never fails: what no charset explains
    is read as Windows-1252 or with replacement characters.
    """
    named = _named(body, encoding)
    if not _WITH_CONTROLS.intersection(named):
        body = body.translate(None, _CONTROLS)
        try:
            return _clean(body.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    for name in named:
        try:
            return _clean(fit(body.decode(name)))
        except (UnicodeDecodeError, LookupError):
            continue
    return _clean(fit(_approximately(body, named)))


def fit(text: str) -> str:
    """A text without what no text may hold: control characters and halves of characters."""
    return _UNFIT.sub("", text)


def _named(body: bytes, encoding: str | None) -> list[str]:
    """Codecs by trust: of the mark, the header, the document's first two declarations."""
    found = [name for mark, name in _MARKS if body.startswith(mark)]
    if wide := _BEGINS_IN_UTF16.match(body):
        found.append("utf-16-le" if wide["le"] else "utf-16-be")
    written = [encoding] if encoding else []
    written += [raw.decode("ascii") for raw in _DECLARED.findall(body[:_DECLARED_WITHIN])[:2]]
    told = [name for raw in written if (name := _codec(raw))]
    # whose declaration can be read byte by byte is not in UTF-16, whatever it says
    return found + [name for name in told if not name.startswith("utf-16")]


def _codec(name: str) -> str | None:
    try:
        found = codecs.lookup(name.strip())
    except (LookupError, ValueError):
        return None
    if not getattr(found, "_is_text_encoding", True) or found.name in _NO_CHARSETS:
        return None
    return _WIDER.get(found.name, found.name)


def _approximately(body: bytes, named: list[str]) -> str:
    """A few broken bytes: believe what is declared unless it explains too little."""
    for name in (*named[:1], "utf-8"):
        text = body.decode(name, "replace")
        beyond = sum(character > "\x7f" for character in text)
        if text.count("\ufffd") <= _MOST_UNREADABLE * beyond:
            return text
    return body.decode("cp1252", "replace")


def _clean(text: str) -> str:
    text = text.removeprefix("\ufeff").replace("\f", " ")
    text = text.replace("\ufffe", "").replace("\uffff", "")
    return _UNFIT_REFERENCE.sub("", text) if "&#" in text else text
