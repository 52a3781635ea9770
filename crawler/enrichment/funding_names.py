"""Names in a funding story: the company that raised, who led the round, who else invested."""

import re

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĻŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽА-ЯЁІЇЄ"
_LOWER_START = r"(?:i|e|x|n|d|b)(?=[A-Z])"  # iFood, eToro, n8n-like names
_WORD = rf"(?:[{_UPPER}]|{_LOWER_START})[\w&’'.+!-]*|\d+[A-Z][\w.-]*|n8n|monday\.com|[a-z0-9]+\.(?:ai|io|com|app|dev|co)"
_NAME = re.compile(rf"(?:{_WORD})(?: (?:{_WORD}|of|the|&|de|da|do|du|\d{{1,3}})(?=[ ,.;:)’']|$))*")
# Words that describe a company and are no part of its name.
_DESCRIPTION = frozenset(
    "startup startups start-up start-ups company companies firm platform fintech maker provider"
    " unicorn giant group developer app ai edtech healthtech insurtech proptech agritech agtech"
    " foodtech biotech medtech cleantech climatetech deeptech spacetech legaltech saas b2b b2c crypto"
    " web3 blockchain robotics cybersecurity security software hardware semiconductor chipmaker chip"
    " quantum space defense defence energy battery ev mobility logistics e-commerce ecommerce"
    " marketplace payments payment lending lender neobank bank digital online mobile cloud data"
    " health healthcare tech technology technologies-based based backed founded led new report"
    " exclusive breaking update analysis the a an this its and climate carbon solar fusion nuclear"
    " drone satellite rocket gaming game media travel food grocery delivery hr recruitment"
    " construction real estate manufacturing industrial enterprise voice generative agentic"
    " infrastructure spinout spin-off scaleup scale-up venture how why what when inside meet"
    " founder founders co-founder ceo former ex by for with of from in vc investor investors"
    " business entrepreneurs solution solutions service services tool tools brand studio pioneer"
    " specialist operator player disruptor rival upstart leader soonicorn decacorn d2c consumer"
    " women-led student serial one another after as on at to wallet insurance supply chain"
    " deep conversational vertical autonomous ai-powered ai-native ai-driven ai-first open-source"
    " humanoid robot developer-focused photonics biotechnology pharma drug discovery funding"
    " today yesterday monday tuesday wednesday thursday friday saturday sunday january february"
    " march april may june july august september october november december last"
    " empresa compañía emergente plataforma jeune pousse société unternehmen jungunternehmen"
    " perusahaan rintisan la le el los les das der die o os as um uma una un une"
    " стартап компания сервис платформа".split()
)
_PRONOUNS = re.compile(
    r"^(?:the (?:company|startup|firm|platform|team|round|funding|deal|business|fintech|start-?up|investment|raise|financing|latest|new)|it|they|we|this|that|he|she)\b",
    re.IGNORECASE,
)
_VERB = (
    r"(?:has |have |had |just |today |also |recently |successfully |officially )*"
    r"(?:raised?|raises|raising|secur\w+|clos(?:es|ed|ing|e)|lands?|landed|bags?|bagged|nabs?|nabbed|snags?|snagged|scores?|scored"
    r"|pull(?:s|ed) in|pick(?:s|ed) up|receiv\w+|gets|got|wins?|won|attract\w*|collect\w*|announc\w+|complet\w+|net(?:s|ted)|scoop\w*|obtain\w*"
    r"|garner\w*|brings? in|brought in|emerg\w+|hauls?|grab\w*|lock\w*|draws?|drew|amass\w*|launch\w*|exits?"
    r"|levant\w+|recaud\w+|capt\w+|lève|cierra|cerró|obtiene|obtuvo|consigue|recib\w+|fech\w+|receb\w+|anunci\w+|obtient|boucle|annonce"
    r"|sammelt\w*|erhält|sichert|schließt|bekommt|raccoglie|ha raccolto|chiude|ottiene|meraih|kantongi|memperoleh|mengumumkan|привлек\w*|привлёк\w*|получил\w*)"
)
_SUBJECT_VERB = re.compile(rf"(?<![\w-]){_VERB}(?![\w-])", re.IGNORECASE)
_INTO = re.compile(
    rf"(?:(?:invest(?:s|ed|ment)?|round|funding|million|billion|stake|backs?|backed|[MBmb]n?)\b[^.;]{{0,60}}?\b(?:in|into|for)|backs|led [^.;]{{0,50}}? (?:in|for))\s+(?P<rest>[^;]{{2,120}})"
)
_CJK_RAISER = (
    re.compile(r"[「『“\"]?(?P<name>[A-Za-z0-9.&\u4e00-\u9fff]{2,18}?)[」』”\"]?(?:近日|日前|今日|今天|正式)?(?:，)?(?:宣布)?(?:已)?(?:完成|获得|获|獲得|獲|拿下)"),
    re.compile(r"(?P<name>[A-Za-z0-9.&\u30a0-\u30ff\u4e00-\u9fff]{2,24}?)(?:\([^)]{1,20}\)|（[^）]{1,20}）)?(?:は|が|、)[^。]{0,60}(?:調達|融資)"),
    re.compile(r"(?P<name>[A-Za-z0-9.&가-힣]{2,16}?)(?:\([^)]{1,20}\))?(?:은|는|이|가|, )\s?[^.]{0,60}(?:유치|투자)"),
)  # fmt: skip
_LEAD = re.compile(
    r"(?:(?:co-?|jointly |was |been )?led (?:again |jointly )?by|lead investors?(?: is| was|:)?|spearheaded by|lider(?:ada|ado) (?:por|pela|pelo)|encabezada por"
    r"|men[ée]e? par|angeführt von|guidato da|dipimpin oleh|под руководством)\s+(?:new investor |existing investors? |the |la |le |o |a )?(?P<names>[^.;\n]{2,120})",
    re.IGNORECASE,
)
_LED_THE = re.compile(rf"(?P<names>{_NAME.pattern})(?:,[^,]{{2,60}},)? (?:co-)?led (?:the|its|this)(?: \S+){{0,3}}? (?:round|funding|investment|financing)")
_ALSO = re.compile(
    r"(?:participation (?:from|by|of)|participated|joined by|alongside|as well as|backed by|investors? (?:include|including|such as)|with (?:support|backing) from"
    r"|other (?:investors|backers) (?:include|including|were)|funding from|investment from|backing from|com participação (?:de|da|do)|con (?:la )?participación de|avec la participation de|unter beteiligung von)\s+(?:existing investors? |new investors? |the )?(?P<names>[^.;\n]{2,240})",
    re.IGNORECASE,
)
_ALSO_JOINED = re.compile(r"(?P<names>[^.;\n]{2,160}?) (?:also )?(?:participated|joined|took part)\b")
_SPLIT = re.compile(r",? and |, |,? & (?=[A-Z]\w+ [A-Z])|,? y | e | et | und | dan ")
_STOP = re.compile(r"\b(?:with|at a|at|to|bringing|which|who|valuing|in a|in its|that|will|for|as well|alongside|along|joined|also|plus|participat\w+|including|among|said|after|announced|while|while also|on|com|con|avec|mit)\b")


def raiser(sentence: str, sum_at: int, same: list[str], title: str, body: str) -> str | None:
    """The company that raised, or None when no sentence names it."""
    for told in dict.fromkeys([sentence, *same, title]):
        found = _subject(told, body) or _object(told, body)
        if found:
            return found
    return _east_asian(sentence) or _east_asian(title)


def _subject(sentence: str, body: str) -> str | None:
    """The name before the verb of raising."""
    for verb in _SUBJECT_VERB.finditer(sentence):
        clause = sentence[: verb.start()].strip(" ,")
        clause = re.split(r"(?:: |[–—] |\) - |; |\bthat )", clause)[-1].strip(" ,")
        if not clause or _PRONOUNS.match(clause):
            continue
        name = _named(clause, body)
        if name:
            return name
    return None


def _named(clause: str, body: str) -> str | None:
    """The company in a clause such as "Berlin-based fintech Trade Republic, founded in 2015,"."""
    head = clause.split(", ")[0]
    if ", " in clause and _NAME.search(head) and not re.match(r"(?:In|On|After|Since|With|Following|Based|Founded|Today|Earlier|Just|As)\b", head):
        found = _last_name(head, body)
        if found:
            return found
    return _last_name(clause.split(", ")[-1] if ", " in clause else clause, body)


def _last_name(words: str, body: str) -> str | None:
    words = re.sub(r"\([^)]*\)", "", words).strip()
    names = [match[0] for match in _NAME.finditer(words)]
    for name in reversed(names):
        kept = _without_description(name, body)
        if kept:
            return kept
    return None


def _without_description(name: str, body: str) -> str | None:
    """The name proper: the longest tail that the body writes too, else what follows the words
    that only describe.
    """
    words = re.sub(r"[’']s$", "", name.strip(" .,’'")).split()
    last = -1
    for at, word in enumerate(words):
        plain = word.lower().strip(".,")
        if plain.endswith(("-based", "-backed", "-founded", "-led", "-headquartered", "’s", "'s")):
            last = at
        elif plain in _DESCRIPTION and (at + 1 < len(words)) and at == last + 1:
            last = at
    tail = words[last + 1 :]
    while tail and tail[-1].lower() in ("the", "of", "de", "&", "has", "da", "do"):
        tail.pop()
    for start in range(len(tail)):
        candidate = " ".join(tail[start:])
        plain = candidate.lower()
        if plain in _DESCRIPTION or not _written_so(candidate, body) or _describes(tail[start], tail[start + 1 :]):
            continue
        return candidate
    kept = [word for word in tail if word.lower() not in _DESCRIPTION]
    return " ".join(kept) if kept and len(kept) == len(tail) else (kept[-1] if kept else None)


def _describes(word: str, rest: list[str]) -> bool:
    return bool(rest) and word.lower() in _DESCRIPTION


def _written_so(name: str, body: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", body) is not None


def _object(sentence: str, body: str) -> str | None:
    """The name behind "invested in", "a $5M round in", "led the seed round for"."""
    for found in _INTO.finditer(sentence):
        rest = re.split(r"[,.]| to | for | at | that | which ", found["rest"])[0]
        name = _last_name(rest, body)
        if name:
            return name
    return None


def _east_asian(sentence: str) -> str | None:
    for form in _CJK_RAISER:
        found = form.search(sentence)
        if found:
            return found["name"].strip("“”\"「」")
    return None


def lead_of(sentences: list[str]) -> str | None:
    """Who led the round, the first of several."""
    for sentence in sentences:
        for form in (_LEAD, _LED_THE):
            found = form.search(sentence)
            names = _list(found["names"]) if found else []
            if names:
                return names[0]
    return None


def investors_of(sentences: list[str]) -> tuple[str, ...]:
    """Everyone named as investing, leaders first, at most twelve."""
    names: dict[str, None] = {}
    for form in (_LEAD, _LED_THE, _ALSO, _ALSO_JOINED):
        for sentence in dict.fromkeys(sentences):
            if form is _ALSO_JOINED and "round" not in sentence:
                continue
            for found in form.finditer(sentence):
                names.update(dict.fromkeys(_list(found["names"])))
    return tuple(names)[:12]


def _list(told: str) -> list[str]:
    names = []
    for part in _SPLIT.split(told):
        stop = _STOP.search(part)
        piece = (part[: stop.start()] if stop else part).strip(" ,.’'\"")
        found = _NAME.search(piece)
        if found and len(found[0]) > 1 and found[0].split()[0].lower() not in ("the", "this", "series"):
            names.append(re.sub(r"[’']s?$", "", found[0].strip(" .,")))
        if stop and not piece:
            break
    return [name for name in names if name.lower() not in _DESCRIPTION][:10]
