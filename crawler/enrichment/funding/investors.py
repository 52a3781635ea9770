"""Who led a funding round and who else invested, from the sentences of its story."""

# ruff: noqa: E501 - a pattern reads best as one list of words

import re

from crawler.enrichment.funding.names import NAME, without_place
from crawler.enrichment.gazetteer import is_place

_LEAD = re.compile(
    r"(?:(?:co-?|jointly |was |been )?led (?:again |jointly )?by|lead investors?(?: is| was|:)?|spearheaded by"
    r"|lider(?:ada|ado|ou) (?:por|pela|pelo)|encabezada por|men[ée]e? par|emmenée? par|angeführt (?:von|wird die Runde von)"
    r"|guidato da|dipimpin (?:oleh )?|под руководством|geleid door|leds av|ledet av|pod vedením|dẫn dắt bởi)\s*"
    r"(?:new investor |existing investors? |the |la |le |o |a |il |den )?(?P<names>[^.;\n]{2,120})",
    re.IGNORECASE,
)
_LED_THE = re.compile(
    r"(?<=[\w,] )(?:has |have )?(?:co-)?(?:leads?|led) (?:the|its|this|a|an|[$€£₹])(?:\S* ){0,5}"
    r"(?:round|funding|investment|financing|series|raise)",
    re.IGNORECASE,
)
_SUBJECT_CHARACTERS = 90  # in front of "led the round" the leaders' names stand
_EAST_LEAD = (
    re.compile(
        r"由(?P<name>[A-Za-z0-9\u4e00-\u9fff]{2,20}?)(?:和|与|、|等|联合|聯合|独家|獨家|共同)*[^，。]{0,20}?(?:领投|領投)"
    ),
    re.compile(r"(?:^|[，。；])(?P<name>[A-Za-z0-9\u4e00-\u9fff]{2,16}?)(?:领投|領投)"),
    re.compile(
        r"(?:^|[、。])(?P<name>[A-Za-z0-9・ー\u30a0-\u30ff\u4e00-\u9fff]{2,24}?)(?:が|を)リード(?:投資家|インベスター)?"
    ),
)
_ALSO = re.compile(
    r"(?:participation (?:from|by|of)|participated|joined by|alongside|as well as|backed by|investors? (?:include|including|such as)|with (?:support|backing) from"
    r"|other (?:investors|backers) (?:include|including|were)|funding from|investment from|backing from|round from|com participação (?:de|da|do)|con (?:la )?participación de"
    r"|avec la participation de|auprès de|unter beteiligung von|con la partecipazione di)\s+(?:existing investors? |new investors? |the )?(?P<names>[^.;\n]{2,240})",
    re.IGNORECASE,
)
_ALSO_JOINED = re.compile(
    r"(?:^|with |, )(?P<names>[^.;\n]{2,160}?) (?:also )?(?:participat(?:ed|ing)|joined|took part|taking part|also taking part)\b"
)
_SPLIT = re.compile(
    r",? and |, |,? & (?=[A-Z]\w+ [A-Z])|,? y | e | et | und | dan | och | og | en "
)
_STOP = re.compile(
    r"\b(?:with|at a|at|to|bringing|which|who|valuing|in a|in its|that|will|for|as well|alongside|along|joined|also"
    r"|plus|participat\w+|including|among|said|after|announced|while|while also|on|com|con|avec|mit|values)\b"
)
_NO_NAME = re.compile(
    r"(?:the|this|series|existing|returning|angels?|others?|women|new|it|its|[\d.]+|founders?|investors?"
    r"|startups?|ceo|round|seed|exclusive|fintech).*",
    re.IGNORECASE,
)


def lead_of(sentences: list[str]) -> str | None:
    """Who led the round, the first of several."""
    for sentence in sentences:
        found = _LEAD.search(sentence)
        names = _list(found["names"]) if found else _leaders(sentence)
        if names:
            return names[0]
        for form in _EAST_LEAD:
            found = form.search(sentence)
            if found:
                return found["name"]
    return None


def investors_of(sentences: list[str], company: str | None) -> tuple[str, ...]:
    """Everyone named as investing, leaders first, at most twelve; never the company itself."""
    names: dict[str, None] = {}
    for sentence in sentences:
        names.update(dict.fromkeys(_leaders(sentence)))
    for form in (_LEAD, _ALSO, _ALSO_JOINED):
        for sentence in dict.fromkeys(sentences):
            if form is _ALSO_JOINED and "round" not in sentence and "funding" not in sentence:
                continue
            for found in form.finditer(sentence):
                names.update(dict.fromkeys(_list(found["names"])))
    return tuple(name for name in names if name != company)[:12]


def _leaders(sentence: str) -> list[str]:
    """The names in front of "led the round"."""
    found = _LED_THE.search(sentence)
    if found is None:
        return []
    before = sentence[max(0, found.start() - _SUBJECT_CHARACTERS) : found.start()]
    return _list(re.split(r"[.:;] ", before)[-1])


def _list(told: str) -> list[str]:
    names = []
    for part in _SPLIT.split(told):
        stop = _STOP.search(part)
        piece = (part[: stop.start()] if stop else part).strip(" ,.’'\"")
        found = NAME.match(piece) or NAME.search(piece)
        if found and len(found[0]) > 1 and not _NO_NAME.fullmatch(found[0].split()[0]):
            names.append(re.sub(r"[’']s?$", "", found[0].strip(" .,")))
        elif found is None and not names:
            break  # "led by existing investors": no name follows
        if stop and not piece:
            break
    kept = [without_place(name) for name in names[:10]]
    return [name for name in kept if not is_place(name)]
