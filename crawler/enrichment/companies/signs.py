"""What each kind of sign says: which name stands beside it, and how much it proves.

The signs are the phrases of `words.yaml`; `introduced` weighs them. A weight of two is enough.
"""

# ruff: noqa: E501 - a pattern reads best as one list of words

import re
from collections.abc import Callable, Iterator

from crawler.enrichment.companies.names import Span, name_from, name_until

Found = Iterator[tuple[Span, int]]

_ADJECTIVE = r"[a-zà-ÿ-]+(?:ais|aise|ois|oise|ien|ienne|ain|aine|ande?|an[oa]|en[oa]|in[oa]|ol[ae]?|és|esa|eñ[oa]|ês|eir[oa]|ic[oa]|ese|que|ée)"
# "la société rennaise X", "la empresa de ciberseguridad X", "a company called X"
_BEHIND_HEAD = re.compile(
    rf" (?:{_ADJECTIVE} "
    r"|(?:de |di |d'|en )[a-zà-ÿ-]{3,} )?"
    r"(?:(?:called|named|dubbed|known as|namens|llamad[ao]|denominad[ao]|baptisée?|nommée?|chamad[ao]|chiamat[ao]|genaamd|kallad|giant) )?[\"'«]?"
)
_COMMA_NAME = re.compile(r", ")
_HIS = re.compile(
    r"(?:^|[\s\"'(])(?:his|her|their|its|my|our|whose|seiner?|ihrer?|sein|ihr|su|sa|son|leur|sua|seu|hans|hennes|zijn|haar)(?: [\w-]+){0,3} $",
    re.IGNORECASE,
)
# The article of an apposition or of what a name is: "X, a Hangzhou ...", "X is a ...", "X (a ...".
_A = r"(?:an?|another|one of|eine?r?|une?|una?|uma?|en|ett|et|een|bir|jedna z|один из|одна из)"
_THE = r"(?:the|das|der|die|la|le|el|les|los|o|a|l'|de|het|den|det|il|lo)"
_APPOSED = re.compile(
    rf"(?P<comma>,| -| \(|,?\")\s?(?:{_A}|(?P<the>{_THE}))\b ?(?P<between>[^,.;:!?()\"\n]{{0,80}})$"
)
_COPULA = re.compile(
    rf" (?:is|was|ist|war|es|est|é|är|er|jest|è)(?: also| now| already| nun)? {_A} [^,.;:!?()\"\n]{{0,80}}$"
)
# What may follow a head that nothing else belongs to: "a start-up that", no "startup founder".
_CLOSED = re.compile(
    rf"(?: {_ADJECTIVE}(?=[ ,.]))?(?:[,.;:)!?\n\"]| -|$| (?:that|which|who|whose|based|founded|backed|led|owned|behind|in|from|of|with|for|specializ\w+|specialis\w+|develop\w+|mak\w+|building|focus\w*"
    r"|and|to|on|at|by|called|named|has|is|was|working|selling|known|using|spun|aus|für|mit|von|der|die|das|des|und|im|auf|de|du|qui|dont|en|que|dedicada|especializad\w|spécialis\w+|con|y|et|fondée|basée|créée|"
    r"para|com|do|da|na|no|som|från|för|med|på|i|uit|voor|met|van|z|из|для|который|которая|di|che|per)\b)"
)  # fmt: skip
_OF = re.compile(
    r"(?:,? (?:and|und|y|et|e|&) (?:co-?founder|founder|CEO|CTO|chief executive|president|chairman|Gründer\w*|Geschäftsführer\w*|cofundador\w*|fondat\w+|fundador\w*))?"
    r"(?:,? (?:of|at|von|vom|bei|der|des|de|d'|du|da|do|di|del|della|för|av|på|hos|af|i|van|bij|w|компании|стартапа|сервиса) ?)"
    r"(?P<the>the |der |des |dem |la |l'|los |las )?"
)
_LIKE = re.compile(
    r",? (?:such as|like|including|among them|wie(?: etwa| zum Beispiel)?|darunter|como|incluid[oa]s|entre ell[oa]s|comme|tels? que|telles que|dont|notamment|come|tra cui|zoals|som|inklusive|herunder|jak|takie jak|вроде|такие как|seperti) "
)
AND = re.compile(r"(?:, |,? (?:and|or|und|oder|y|et|ou|e|och|og|en|i|и|dan|ve|&) )")
_LISTED_AT_MOST = 6
_BEFORE_VERB = re.compile(
    r"(?: (?:has|have|had|will|also|now|today|recently|hat|ha|a|har|is|just|said it|said it has))? $"
)
_PREPOSITION = re.compile(
    r"\b(?:in|at|of|from|with|for|to|by|near|de|en|à|a|von|aus|bei|nach|für|mit|im|di|da|do|na|no|em|i|på|från|van|uit|om) $"
)
OPENING = 400  # characters in which the story says who it is about


def shape(name: str) -> int:
    """A capital inside the word, or an address: how firms are spelt, and products too."""
    return int(bool(re.search(r"[a-zà-ÿ][A-Z]|\.\w|^\d+[A-Z]|\w & \w", name)))


def _head(shaped: str, start: int, end: int) -> Found:
    yield from _of_noun(shaped, start, end, 2)


def _weak_head(shaped: str, start: int, end: int) -> Found:
    yield from _of_noun(shaped, start, end, 1)


def _of_noun(shaped: str, start: int, end: int, weight: int) -> Found:
    """ "firm X", "his company, X", "X, a ... firm", "X is a ... firm"."""
    behind = _BEHIND_HEAD.match(shaped, end)
    if behind:
        span = name_from(shaped, behind.end())
        if span:
            yield span, weight
            return
    before = shaped[max(0, start - 110) : start]
    offset = start - len(before)
    if _COMMA_NAME.match(shaped, end) and _HIS.search(before):
        span = name_from(shaped, end + 2)
        if span and not shaped.startswith((" says", " said"), span.end):
            yield span, 2
            return
    if not _CLOSED.match(shaped, end):
        return
    apposed = _APPOSED.search(before)
    if apposed and not (apposed["the"] and not apposed["between"].strip()):
        span = name_until(shaped, offset + apposed.start())
        if span:
            yield span, weight
        return
    copula = _COPULA.search(before)
    if copula:
        span = name_until(shaped, offset + copula.start())
        if span:
            yield span, weight


def _heads(shaped: str, start: int, end: int) -> Found:
    """ "rivals such as X, Y and Z"."""
    like = _LIKE.match(shaped, end)
    at = like.end() if like else None
    for _ in range(_LISTED_AT_MOST):
        span = name_from(shaped, at) if at is not None else None
        if span is None:
            return
        yield span, 2
        following = AND.match(shaped, span.end)
        at = following.end() if following else None


def _role(shaped: str, start: int, end: int) -> Found:
    """ "X's founder", "X CEO", "the CEO of X"."""
    if start and shaped[start - 1] in " -":
        span = name_until(shaped, start - 1)
        if span:
            yield span, 2
    of = _OF.match(shaped, end)
    if of:
        span = name_from(shaped, of.end())
        if span:
            yield span, 1 if of["the"] else 2


def _tail(shaped: str, start: int, end: int) -> Found:
    yield from _said_behind(shaped, start, 2)


def _weak_tail(shaped: str, start: int, end: int) -> Found:
    yield from _said_behind(shaped, start, 1)


def _said_behind(shaped: str, start: int, weight: int) -> Found:
    """ "X, which makes ...": the name stands before the comma or the bracket."""
    stop = len(shaped[:start].rstrip(" ,("))
    if start - stop in (2, 1):
        span = name_until(shaped, stop)
        if span:
            yield span, weight


def _verb(shaped: str, start: int, end: int) -> Found:
    window = shaped[max(0, start - 14) : start]
    before = _BEFORE_VERB.search(window)
    span = name_until(shaped, start - len(window) + before.start()) if before else None
    if span and not _PREPOSITION.search(shaped, max(0, span.start - 6), span.start):
        name = shaped[span.start : span.end]
        if " " not in name or shape(name) or start < OPENING:
            yield span, 1


def _object(shaped: str, start: int, end: int) -> Found:
    if shaped[end : end + 1] == " ":
        span = name_from(shaped, end + 1)
        if span:
            yield span, 1


def _at(shaped: str, start: int, end: int) -> Found:
    for span, _ in _object(shaped, start, end):
        yield span, 2


def _product(shaped: str, start: int, end: int) -> Found:
    for span, _ in _object(shaped, start, end):
        yield span, -2


def _based(shaped: str, start: int, end: int) -> Found:
    """ "Nairobi-based X"; of two words it may be a person."""
    if shaped[start - 1 : start] == "-":
        for span, _ in _object(shaped, start, end):
            yield span, 1 if " " in shaped[span.start : span.end] else 2


def _suffix(shaped: str, start: int, end: int) -> Found:
    yield from _ending(shaped, end, 2)


def _weak_suffix(shaped: str, start: int, end: int) -> Found:
    yield from _ending(shaped, end, 1)


def _ending(shaped: str, end: int, weight: int) -> Found:
    span = name_until(shaped, end)
    following = name_from(shaped, end + 1) if shaped[end : end + 1] == " " else None
    if span and following is None and " " in shaped[span.start : span.end]:
        yield span, weight


def _legal(shaped: str, start: int, end: int) -> Found:
    stop = len(shaped[:start].rstrip(" ,"))
    span = name_until(shaped, stop) if start - stop in (1, 2) else None
    if span:
        yield span, 2


READERS: dict[str, Callable[[str, int, int], Found]] = {
    "head": _head, "weak_head": _weak_head, "heads": _heads, "role": _role, "tail": _tail,
    "weak_tail": _weak_tail, "verb": _verb, "object": _object, "partner": _object, "at": _at, "based": _based, "product": _product, "suffix": _suffix,
    "weak_suffix": _weak_suffix, "legal": _legal,
}  # fmt: skip
