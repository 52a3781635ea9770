"""What stands around one mention of a place's name: is it a place here, a word or a person?"""

import re
from functools import cached_property

from crawler.enrichment.gazetteer import Name, common_names, place_rules
from crawler.enrichment.matching import PhraseMatch, Text
from crawler.enrichment.places.han import across_words

_IN = (
    "in|at|near|from|to|of|across|around|outside|between|din|în|la|en|à|em|na|no|nel|nella|nach|aus"
    "|bei|vor|w|we|v|ve|dans|pour|desde"
)
_BESIDE = r"for|and|a|de|da|do|di|i|ke|dari"
_BEFORE = {
    "latin": re.compile(rf"(?:^|\W)(?:{_IN}|{_BESIDE})\s+$", re.IGNORECASE),
    "risky": re.compile(rf"(?:^|\W)(?:{_IN}|de|da|do|di|ke|dari)\s+$", re.IGNORECASE),
    "cyrillic": re.compile(
        r"(?:^|\W)(?:в|во|у|из|із|з|под|під|до|от|від|г\.|м\.|городе|город|місті|місто|град)\s+$",
        re.IGNORECASE,
    ),
    "arabic": re.compile(r"(?:^|\s)(?:في|من|الى|مدينة|محافظة|ولاية|در|از|شهر|استان|ב?עיר)\s+$"),
    "han": re.compile(r"(?:在|于|於|赴|访|訪|抵|驻|駐|至|来自|來自|位于|位於)$"),
}
_AFTER = {
    "latin": re.compile(
        r"\W?(?:-|‑|–)?\s?(?:based|headquartered|area|metro|born|[Vv]alley)\b|'s\b"
        r"|\s(?:courts?|police|prosecutors?|officials?|residents?|authorities|airport|university"
        r"|startups?|start-ups?|firms?|city council|tribunal)\b"
    ),
    "han": re.compile(r"[市县縣省府州区區郡]"),
    "hangul": re.compile(
        r"(?:특별|광역)?(?:시|군|도)(?![가-힣]{2})|에서|\s?(?:지역|공장|캠퍼스|사업장|본사|소재)"
    ),
    "indic": re.compile(r"\s(?:में|শহরে|জেলা|जिले|शहर)"),
}
_SCRIPTS = (
    ("cyrillic", re.compile("[\u0370-\u03ff\u0400-\u052f]")),
    ("arabic", re.compile("[\u0590-\u06ff]")),
    ("hangul", re.compile("[\uac00-\ud7af]")),
    ("han", re.compile("[\u3040-\u30ff\u3400-\u9fff]")),
    ("indic", re.compile("[\u0900-\u0dff]")),
)
_NEVER = re.compile(r"(?!)")
_HIRAGANA = re.compile("[\u3041-\u3096]+")
_HAN = re.compile("[\u3400-\u9fff]")
_CLITICS = re.compile("[\u0590-\u05ff\u0620-\u064a]")
_WORD_BEFORE = re.compile(r"([^\W\d_][\w.'&-]*) $")
_WORD_AFTER = re.compile(r" ([\w'&-]+)")
_ARTICLES = frozenset(
    ["The", "A", "An", "In", "At", "La", "Le", "Les", "El", "Los", "Il", "O", "En", "À", "A"]
)
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_FIRST_WORDS = 80  # characters; a heading above the text capitalises what follows
_SAINT = ("St. ", "ST. ", "Saint ", "SAINT ")  # St. Paris is no Paris


class Signs:
    """Reads the surroundings of the names in a text of that language."""

    def __init__(self, text: Text, title_length: int, tongue: str) -> None:
        self._shaped = text.shaped
        self._cased = text.cased
        self._title_length = title_length
        self._common = common_names(tongue)
        self._nouns_capital = tongue in ("de", "lb")

    def risky(self, name: Name) -> bool:
        """Whether the name is believed only with a second sign."""
        if name.risky or name.spelling in self._common:
            return True
        return name.kind == "city" and bool(_HIRAGANA.fullmatch(name.spelling))

    def cut_out(self, match: PhraseMatch) -> bool:
        """Whether the name is cut out of other words that are set without spaces."""
        if not _HAN.match(self._shaped, max(match.start, 0)):
            return False
        return across_words(self._shaped, match.start, match.end)

    def glued(self, match: PhraseMatch) -> bool:
        """Whether an Arabic or Hebrew article or preposition is glued to the name."""
        return match.start > 0 and bool(_CLITICS.match(self._shaped, match.start - 1))

    def based(self, match: PhraseMatch) -> bool:
        return bool(_AFTER["latin"].match(self._shaped, match.end))

    def supported(self, match: PhraseMatch, name: Name) -> bool:
        """Whether a preposition or an ending says that it is a place."""
        script = self._script(match)
        before = self._shaped[max(0, match.start - 12) : match.start]
        risky = self.risky(name)
        if script != "latin" and not risky:
            return True
        ending = _AFTER.get(script)
        if ending is not None and ending.match(self._shaped, match.end):
            return script != "latin" or not self.written_small(match)
        said = _BEFORE.get("risky" if risky and script == "latin" else script, _NEVER)
        if not said.search(before):
            return False
        after = _WORD_AFTER.match(self._shaped, match.end)
        return not (risky and after and after[1][0].isupper() and match.start > _FIRST_WORDS)

    def written_small(self, match: PhraseMatch) -> bool:
        """Whether the same text writes the name in lower case, as a plain word."""
        word = self._shaped[match.start : match.end]
        plain = word.lower()
        return word != plain and " " not in word and f" {plain} " in self._cased

    def in_a_name(self, match: PhraseMatch) -> bool:
        """Whether a capitalised neighbour makes it part of a person's or a firm's name."""
        if self._nouns_capital or self._shaped[match.start : match.end].islower():
            return False
        if match.start < self._title_length and self._headline_case:
            return False
        after = _WORD_AFTER.match(self._shaped, match.end)
        if after:
            if after[1] in place_rules()["bodies"]:
                return False
            if after[1][0].isupper():
                return True
        before = _WORD_BEFORE.search(self._shaped[max(0, match.start - 20) : match.start])
        sentence_start = self._shaped[max(0, match.start - 2) : match.start] in (". ", "")
        if before is None or sentence_start or before[1] in _ARTICLES:
            return False
        return bool(before[1][0].isupper())

    def behind_saint(self, match: PhraseMatch) -> bool:
        return self._shaped.endswith(_SAINT, 0, match.start)

    def a_persons_first_name(self, match: PhraseMatch) -> bool:
        """Whether a lower-case adjective's stem is a first name here: "Francesco Rossi"."""
        if not self._shaped[match.start : match.start + 1].isupper():
            return False
        rest = re.match(r"\w*\s+(\w)", self._shaped[match.end :])
        return bool(rest and rest[1].isupper())

    @cached_property
    def _headline_case(self) -> bool:
        """Whether the title capitalises its words, so that a capital says nothing there."""
        words = _LONG_WORD.findall(self._shaped[: self._title_length])[1:]
        return bool(sum(word[0].isupper() for word in words) > 0.6 * len(words))

    def _script(self, match: PhraseMatch) -> str:
        first = self._shaped[match.start : match.start + 1]
        return next((script for script, letters in _SCRIPTS if letters.match(first)), "latin")
