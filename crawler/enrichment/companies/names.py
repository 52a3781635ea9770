"""Where a name stands in a text with capitals, and which names are no company's.

Texts are `Text.shaped`: quotes and dashes already made one. Names are read word by word, forwards
or backwards, never by one expression with repeated words in it: that would backtrack for hours.
"""

# ruff: noqa: E501 - a pattern reads best as one list of words

import re
from functools import cache, lru_cache
from typing import NamedTuple

from crawler.enrichment.companies.words import words
from crawler.enrichment.gazetteer import is_place

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĻŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽА-ЯЁІЇЄ"
_WORD = re.compile(
    rf"(?:[a-z]-?)?[{_UPPER}][\w&'+-]*(?:\.\w+)*!?|[a-z]{{1,3}}[{_UPPER}][\w-]*|\d+[{_UPPER}][\w-]*"
    r"|[\w-]+\.(?:ai|io|com|app|dev|co|tv|me|gg)\b"
)
_MOST_WORDS = 4
_BACK_CHARACTERS = 60  # in front of a sign, in which its name must begin
_ELIDED = ("L'", "l'", "D'", "d'")
_CHARACTERS = range(2, 41)
_POSSESSIVE = re.compile(r"'[^\W\d_A-ZÀ-Þ]{0,4}$")  # "Rokid's", Turkish "Kargola'nın"

# In front of a name, and no part of it.
_FRONT = re.compile(
    r"(?:[\w']+-(?:based|backed|founded|led|headquartered|owned|listed|powered|first|native|born)"
    r"|the|an?|this|that|its|his|her|their|our|my|your|la|le|les|el|los|las|il|lo|gli|der|die|das|dem|den|des|eine?[nmrs]?|os?|as|uma?|una?|une"
    r"|de|het|een|ett?|en|du|aux?|av|op|al|ao|den|det|bir|seine?|ihre?|su|sus|son|sa|ses|sua|seu|exclusive|breaking|about|voici|voilà|meet|how|why|when|while|where|if|as|but|so|what|who|former|ex|after"
    r"|before|on|in|with|by|from|and|or|at|for|to|of|like|both|only|even|new|rival|fellow|unlike|inside|meanwhile|today|now|startup|start-up|company|firm"
    r"|nach|bei|von|mit|für|im|am|auch|aber|und|wie|laut|beim|vom|zum|zur|con|por|para|según|desde|tras|como|y|e|et|ou|chez|avec|pour|selon|après|depuis"
    r"|com|após|segundo|não|da|do|dos|na|no|em|di|del|della|per|secondo|och|hos|från|med|til|fra|van|voor|bij|tech|ai-startup|monday|tuesday"
    r"|wednesday|thursday|friday|saturday|sunday)",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|it|they|we|he|she|i|you|these|those|there|here|not|no|yes|each|every|most|many|some|any|one|two|three|another|all|such|first|last|next|then|also|just"
    r"|er|sie|es|wir|man|ich|ihr|sich|dies\w*|jede\w*|viele|alle|kein\w*|ce|cette|ces|il|elle|nous|on|ils|esto|esta|este|ella|ellos|isso|ele|ela|eles"
    r"|ceo|cto|cfo|coo|ai|ki|ia|vc|vcs|ipo|llm|api|saas|gpu|cpu|hbm|asic|ict|dx|us|uk|eu|un|usa|uae|ev|evs|tv|it|pr|hr|dna|rna|covid|gdp|esg|r&d|b2b|b2c|ar|vr|iot|5g|4g"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|q[1-4]|h[12]|series [a-k]|series|seed|round"
    r"|gründer\w*|geschäftsführer\w*|vorstand\w*|chef\w*|founders?|co-founders?|cofounders?|startups?|start-ups?|compan(?:y|ies)|firms?|investors?|unternehmen|firmen|empresas?|entreprises?|sociétés?)",
    re.IGNORECASE,
)
_GOES_ON_SMALL = re.compile(r"^[A-Z][a-z]+-[a-z]")  # "Carbon-capture pioneer"
_INSTITUTION = re.compile(
    r"\b(?:Universi\w+|Université|Institut\w*|Ministr\w+|Ministerium|Minist\w+|College|School|Schools|Hochschule|Council|Commission|Kommission|Comisión|Agency|Agencia|Agence"
    r"|Authority|Autoridad|Department|Office|Court|Tribunal|Gericht|Congress|Congreso|Parliament|Bundestag|Bundesrat|Senate|Senado|Sénat|Committee|Party|Partei|Partido"
    r"|Union|Foundation|Stiftung|Fundación|Association|Federation|Verband|Museum|Hospital|Klinikum|Police|Polizei|Church|Club|League|Liga|Cup|Award|Awards|Act|Bill|Law"
    r"|Gesetz|Ley|Loi|Week|Day|Conference|Summit|Forum|Festival|Expo|Government|Regierung|Gobierno|State|House|Assembly|Assemblée|Academy|Akademie|Society|Center|Centre"
    r"|Zentrum|Board|Bureau|Guard|Army|Navy|Force|President|Minister|Professor|Dr|Mr|Mrs|Ms|Sir|Prime|King|Queen|Prince|Pope|General|Senator|Judge|Nations|City|County"
    r"|Times|Journal|Street|Avenue|Road|River|Valley|Island|Airport|Award|Prize|Preis|Fund|Fonds|Fondo|Ventures|Capital|Partners|Equity|Angels|VC|Investments?|FMI|IMF|EZB|BCE|ECB|Fed|WHO|OMS|ONU|NASA|ESA|FBI|CIA|FDA|FTC|NATO|OTAN|OECD|FCC|DOJ|CNIL|ACCC|CMA|IFC|EBRD|EIB|BEI|Reuters|AFP|dpa|AP|Bloomberg)\b|\w(?:amt|behörde|ministerium|gericht|kammer|verband|verein|myndigheten|verket)\b|\bBa[Ff]in\b"
)
_LEGAL = re.compile(
    r"(?:Inc|Incorporated|Corp|Corporation|Ltd|Limited|LLC|LLP|PLC|plc|GmbH|AG|KGaA|SAS|SARL|S\.A|SA|S\.L|SL|SpA|S\.p\.A|Srl|BV|B\.V|NV|N\.V|AB|ASA|AS|ApS|Oy|Oyj|Ltda|Pty|Pvt|Pte"
    r"|OÜ|Kft|UG|SE|Co|CEO|CTO|CFO|COO|IPO)\.?"
)


class Span(NamedTuple):
    """A name's place in the text; end is behind its last character."""

    start: int
    end: int


def name_from(shaped: str, start: int) -> Span | None:
    """The name that begins there."""
    if shaped.startswith(_ELIDED, start):
        start += 2
    end, at = start, start
    for _ in range(_MOST_WORDS):
        found = _WORD.match(shaped, at)
        if found is None:
            break
        word = _POSSESSIVE.sub("", found[0]).rstrip("-")
        if _is_legal(word):
            break
        end = at + len(word)
        if len(word) != len(found[0]) or shaped[end : end + 1] != " ":
            break
        at = end + (3 if shaped.startswith(" & ", end) else 1)
    return _kept(shaped, start, end) if end > start else None


def name_until(shaped: str, end: int) -> Span | None:
    """The name that ends there, a sign of possession not counted."""
    window = shaped[max(0, end - _BACK_CHARACTERS) : end].rpartition("\n")[2]
    cut = _POSSESSIVE.search(window)
    if cut and cut.start():
        end -= len(window) - cut.start()
        window = window[: cut.start()]
    start = end
    for part in reversed(window.split(" ")[-_MOST_WORDS - 2 :]):
        word = part.lstrip("\"'(«[-|")
        if not word or not (_WORD.fullmatch(word) or word == "&"):
            break
        start = end - len(word) if start == end else start - 1 - len(word)
        if word != part:
            break
    return _kept(shaped, start, end) if start < end else None


def _kept(shaped: str, start: int, end: int) -> Span | None:
    """The span without words that only stand in front, when a name is left."""
    parts = shaped[start:end].split(" ")
    while parts and (_is_front(parts[0]) or (len(parts) > 1 and _describes(parts[0]))):
        start += len(parts[0]) + 1
        parts = parts[1:]
    while parts and (_is_legal(parts[-1]) or parts[-1] == "&"):
        end -= len(parts[-1]) + 1
        parts = parts[:-1]
    if not parts or parts[0] == "&" or len(parts) > _MOST_WORDS:
        return None
    return Span(start, end)


@lru_cache(maxsize=4_096)
def _is_front(word: str) -> bool:
    return _FRONT.fullmatch(word) is not None


@lru_cache(maxsize=4_096)
def _is_legal(word: str) -> bool:
    return _LEGAL.fullmatch(word) is not None


@lru_cache(maxsize=4_096)  # texts name the same few again and again
def _is_place(words: str) -> bool:
    return is_place(words)


def _describes(word: str) -> bool:
    """Whether the word says what or whence the next one is: "Logistikfirma", "Kieler"."""
    return is_head(word) or _is_place(word) or (word.endswith("er") and _is_place(word[:-2]))


def is_head(word: str) -> bool:
    whole, tails = _heads()
    lower = word.lower()
    return lower in whole or lower.removesuffix("s") in whole or lower.endswith(tails)


@cache
def _heads() -> tuple[frozenset[str], tuple[str, ...]]:
    """Nouns for companies, and those that end longer ones."""
    kept = ("société", "groupe", "group", "bank", "banco", "banque")  # they begin names too
    nouns = [
        noun.lower()
        for kind in ("head", "weak_head", "heads")
        for noun in words()[kind]
        if noun not in kept
    ]
    return (
        frozenset(noun for noun in nouns if "~" not in noun),
        tuple(noun[1:] for noun in nouns if noun.startswith("~") and len(noun) > 5),
    )


def is_name(name: str) -> bool:
    """Whether a company may be called so: no pronoun, stage, month, place, institution or fund."""
    return (
        len(name) in _CHARACTERS
        and not name.isdigit()
        and not _GOES_ON_SMALL.search(name)
        and not _NO_NAME.fullmatch(name)
        and not _INSTITUTION.search(name)
        and not is_head(name)
        and not (name.count("-") and is_head(name.rpartition("-")[2]))
        and not _is_place(name)
    )
