"""A credit as written -> the people and agencies it names."""

import re
from collections.abc import Iterator

from crawler.extraction.phrases import agencies, anywhere, at_start, whole_name

MOST_AUTHORS = 12
AGENCIES = agencies()

# two to five capitalised words, or a name in a script without capitals
PERSON = re.compile(
    r"^(?:[^\W\d_a-zß-öø-ÿ][\w.'’-]*(?:\s(?:de|da|di|del|la|van|von|der|den|dos|bin|al|el|ter|zu|y))*\s){1,4}"
    r"[^\W\d_a-zß-öø-ÿ][\w.'’-]*$|^[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]{2,8}$"
)
_NEWSROOM = whole_name("newsroom")
_PICTURE = whole_name("picture_credit")
_NO_NAME = whole_name("no_name")
_BY = at_start("by")
_SPLIT = re.compile(r"\s*(?:;|\||•|·|\n|/(?=\s)|\s/|、|，|；)\s*")
_JOINED = re.compile(r"\s+(?:(?i:and|und)|&|et|y|e|og|och|dan|en|i|и)\s+")
_TRAILING = re.compile(
    r"\s*(?:[|(\[].*|\s[-–—]\s.*|,\s*(?:reuters|afp|ap|dpa|bloomberg|staff|contributor|special|"
    r"reporter|editor|correspondent|chief|senior|tech|the|for|in)\b.*|"
    r"\s(?:\d{1,2}\s)?(?:hours?|minutes?|days?)\sago.*|@\S+|\S+@\S+)$",
    re.I,
)
_BAD = re.compile(
    r"https?:|www\.|[<>{}\[\]=@#]|\.(?:com|de|org|net|html)/|^\W*$|^\d",
    re.I,
)
_ROLE = anywhere("role")
_ROLE_ALONE = whole_name("role_alone")
_ROLE_BEHIND = re.compile(r"\s*(?:기자|특파원|記者|记者|編集委員)$")
_LAST_FIRST = re.compile(r"^([^\W\d_]+(?:-[^\W\d_]+)?),\s([^\W\d_][\w.'’-]*(?:\s[\w.'’-]+){0,2})$")

# in names too: "Von der Leyen", "Da Silva"; only what two names follow is no part of one
_PARTICLE = re.compile(
    r"^(?i:von|vom|par|por|di|da|door|av|af|oleh|de|od|przez|tarafından|από)\s*[:：]?\s+"
    r"(?=[^\W\d_a-z]\S*\s+[^\W\d_a-z])"
)
_ANY_PARTICLE = re.compile(r"^(?:von|vom|par|por|di|da|door|av|af|de)\s+", re.I)


def without_by(text: str) -> str:
    """A credit without what signs it: "Written by Jane Roe" -> "Jane Roe"."""
    rest = text[_BY.end(text) :].strip(" :：/–—-")
    return _PARTICLE.sub("", rest)


def says_by(text: str) -> bool:
    """Whether a text begins with what signs: "Written by", "Von", "Texte :"."""
    return bool(_BY.end(text) or _PARTICLE.match(text))


def without_role(text: str) -> str:
    """A name without the role written behind a comma or as a suffix."""
    return _ROLE_BEHIND.sub("", _TRAILING.sub("", text)).strip(" ,.:-–—|*\"'/／")


def names_nobody(text: str) -> bool:
    """Whether a text of a byline is no name: a newsroom, an occupation, a button."""
    return not _plausible(text) or bool(_NO_NAME.match(text) or _ROLE.search(text))


def _plausible(name: str) -> bool:
    if not 1 < len(name) <= 60 or len(name.split()) > 6:
        return False
    plain = _ANY_PARTICLE.sub("", name)
    nobody = any(one.match(plain) for one in (_NEWSROOM, _PICTURE, _ROLE_ALONE))
    return not (nobody or _BAD.search(name))


def clean_names(raw: list[str]) -> tuple[list[str], list[str]]:
    """Split and clean credits. Returns: (people, agencies)."""
    people: dict[str, str] = {}
    wires: dict[str, str] = {}
    for credit in raw:
        for part in _parts(without_by(" ".join(credit.split())[:300])):
            name = without_role(without_by(part))
            known = AGENCIES.get(name.casefold())
            if known:
                wires.setdefault(known, name)
            elif _plausible(name):
                people.setdefault(name.casefold(), name)
    return list(people.values())[:MOST_AUTHORS], list(wires.values())


def _parts(credit: str) -> list[str]:
    if turned := _LAST_FIRST.match(credit):
        return [f"{turned[2]} {turned[1]}"]
    found: list[str] = []
    for part in _split(credit):
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        # "John Smith, Jane Roe" are two; "Jane Roe, Berlin" is one
        if len(pieces) > 1 and " " in pieces[0]:
            several = [p for p in pieces if " " in p or p.casefold() in AGENCIES]
            named = [p for p in several if PERSON.match(p) or p.casefold() in AGENCIES]
            found += named or pieces[:1]
        else:
            found.append(part)
    return found


def _split(credit: str) -> Iterator[str]:
    """At what parts names; "Morgan & Morgan", "Centre for Arts and Research" are one."""
    for piece in filter(None, _SPLIT.split(credit)):
        parts = [part for part in _JOINED.split(piece) if part]
        named = any(
            PERSON.match(without_by(name)) or name.casefold() in AGENCIES
            for part in parts
            for name in map(str.strip, part.split(","))
        )
        yield from parts if named else [piece]
