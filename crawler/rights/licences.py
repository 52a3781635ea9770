"""Licences in RSL (Really Simple Licensing): what they permit, prohibit and want to be paid for.

A licence stands in a file that robots.txt, a page, a header or a feed names, or within a page or
feed itself. Of its parts the most specific one that fits a page counts; several licences there are
alternatives. What is free in one of them is open; else what one prohibits, or permits for pay, is
refused. Permits for countries and kinds of users are not judged.
Source: RSL 1.0, rslstandard.org/rsl.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.article import Signal
from crawler.errors import CompressionError, ExtractionError, ListingError
from crawler.formats.charset import decode
from crawler.formats.compression import PackedBody
from crawler.formats.markup import Element, local_name, xml_tree
from crawler.rights.patterns import fits, path_of

NAMESPACE = "https://rslstandard.org/rsl"
KIND = "application/rsl+xml"
MOST_BYTES = 500_000
MOST_PARTS = 500
_UNPAID = {"", "free", "attribution"}
_FOR_AI = {"training", "inference", "use"}  # payments that are not for finding a page
_OPEN = ""
# a use and the words that cover it, those of drafts before 1.0 too
_USES: Mapping[str, tuple[str, frozenset[str]]] = {
    "search": ("no-search", frozenset(("search", "all"))),
    "ai-train": (
        "no-training",
        frozenset(("ai-train", "train-ai", "train-genai", "ai-all", "ai", "all")),
    ),
    "ai-input": (
        "no-ai-use",
        frozenset(("ai-input", "ai-use", "ai-summarize", "ai-all", "ai", "all")),
    ),
    "ai-index": ("no-ai-use", frozenset(("ai-index", "ai-all", "ai", "all"))),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One licence. permits, prohibits: uses; None where it does not say. payment: its kind."""

    permits: tuple[str, ...] | None = None
    prohibits: tuple[str, ...] = ()
    payment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicensedPart:
    """What a licence covers: a path or address, as robots.txt writes patterns; "" is all."""

    pattern: str
    licences: tuple[Terms, ...]


def read_packed_licence(file: PackedBody) -> tuple[LicensedPart, ...]:
    """A licence's file as it travelled. Raises: ExtractionError, as a worker's calls."""
    try:
        return read_licence(file.inflated(limit=MOST_BYTES).body)
    except (CompressionError, ListingError) as error:
        raise ExtractionError("not-text", str(error)) from error


def read_licence(body: bytes) -> tuple[LicensedPart, ...]:
    """The parts of an RSL document; none when it is something else. Raises: ListingError."""
    root, _ = xml_tree(decode(body[:MOST_BYTES], None), url="the licence")
    return parts_in([root]) if local_name(root) == "rsl" else ()


def parts_in(elements: Iterable[Element]) -> tuple[LicensedPart, ...]:
    """The `content` elements at or below these."""
    parts: list[LicensedPart] = []
    for element in elements:
        for content in element.iter("{*}content", "content"):
            licences = tuple(map(_terms, content.iterfind("{*}license")))
            if licences and len(parts) < MOST_PARTS:
                pattern = (content.get("url") or "").strip()[:1_000]
                parts.append(LicensedPart(pattern=pattern, licences=licences))
    return tuple(parts)


def licence_signals(parts: Sequence[LicensedPart], url: str, where: str) -> list[Signal]:
    """What a licence says of a page that its site puts under it. where: names it for people."""
    fitting = [part for part in parts if _covers(part.pattern, url)]
    longest = max((len(part.pattern) for part in fitting), default=0)
    licences = [one for part in fitting if len(part.pattern) == longest for one in part.licences]
    found = (_refused(use, licences, where) for use in _USES)
    return [signal for signal in found if signal is not None]


def _terms(licence: Element) -> Terms:
    permits = list(_uses(licence, "permits"))
    payment = licence.find("{*}payment")
    return Terms(
        permits=tuple(permits) if permits else None,
        prohibits=tuple(_uses(licence, "prohibits")),
        payment="" if payment is None else (payment.get("type") or "").strip().lower()[:40],
    )


def _uses(licence: Element, name: str) -> Iterator[str]:
    for child in licence.iterfind(f"{{*}}{name}"):
        if (child.get("type") or "usage").lower() == "usage":
            yield from (child.text or "").replace(",", " ").lower().split()[:50]


def _covers(pattern: str, url: str) -> bool:
    if not pattern.startswith(("http://", "https://")):
        return fits(pattern or "/", path_of(url))
    hosts = {(urlsplit(one).hostname or "").removeprefix("www.") for one in (pattern, url)}
    return len(hosts) == 1 and fits(path_of(pattern), path_of(url))


def _refused(use: str, licences: Sequence[Terms], where: str) -> Signal | None:
    verdicts = [_verdict(use, terms) for terms in licences]
    whys = [why for why in verdicts if why]
    if _OPEN in verdicts or not whys:
        return None
    return Signal(mark=_USES[use][0], words=f"{where} {whys[0]}")


def _verdict(use: str, terms: Terms) -> str | None:
    """Why one licence refuses a use; `_OPEN` where it does not, None where it is silent."""
    covering = _USES[use][1]
    if denied := covering & set(terms.prohibits):
        return f"prohibits usage {min(denied)}"
    if terms.permits is not None and not covering & set(terms.permits):
        # a list of what is permitted leaves out the rest; but search is older than such lists
        return None if use == "search" else f"permits usage {' '.join(terms.permits[:4])} alone"
    if terms.payment in _UNPAID:
        return _OPEN
    if use == "search" and terms.payment in _FOR_AI:
        return None
    return f"permits usage {use} for payment of type {terms.payment}"
