"""The company that raised money, from the sentence that says so.

In Latin and Cyrillic scripts a name is the last run of capitalised words before the verb of
raising, without the words that only describe it: "Berlin AI start-up Kernwerk raises" is Kernwerk's
round. Chinese, Japanese, Korean, Arabic, Hebrew and Hindi have no capitals: there a name is known by
the particle behind it or the noun before it. Investors are read by `investors`.
"""

# ruff: noqa: E501, SIM905 - a pattern reads best as one list of words

import re

from crawler.enrichment.companies.names import is_head, is_name
from crawler.enrichment.gazetteer import cities_called, is_place

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĻŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽА-ЯЁІЇЄ"
_WORD = (
    rf"(?:(?:[a-z]-?)?[{_UPPER}][\w&’'.+!-]*|[a-z]{{1,3}}[{_UPPER}][\w-]*|\d+[{_UPPER}][\w.-]*"
    r"|n8n|[\w-]+\.(?:ai|io|com|app|dev|co))"
)
NAME = re.compile(
    rf"{_WORD}(?: (?:{_WORD}|of|the|&|and the|de|da|do|du|di|\d{{1,4}})(?=[ ,.;:)’'”»]|$))*"
)

# Words after which a company's name begins, at the end of a longer word too ("KI-Start-up").
_HEADS = (
    "startup start-up startups company firm platform maker provider unicorn giant developer"
    " fintech edtech healthtech insurtech proptech agritech agtech foodtech biotech medtech"
    " cleantech climatetech deeptech spacetech legaltech regtech tech-startup neobank lender bank"
    " marketplace app chipmaker carmaker drugmaker automaker scaleup scale-up spinout spin-off"
    " venture specialist operator player rival upstart soonicorn brand studio pioneer broker"
    " neobroker exchange manufacturer retailer wallet group agency builder supplier tech called"
    " exclusive breaking empresa compañía emprendimiento plataforma biotecnológica tecnológica"
    " pousse société entreprise éditeur unternehmen jungunternehmen firma anbieter hersteller"
    " scale-up techbedrijf bedrijf azienda società perusahaan rintisan bolaget bolag företaget"
    " virksomheden firmaet selskapet spółka firma girişimi girişim şirketi şirket стартап"
    " компания сервис платформа компанія ty"
).split()
_HEAD = re.compile(rf"(?:^|[\w-]*-)(?:{'|'.join(map(re.escape, _HEADS))})$", re.IGNORECASE)
# Words that describe when they stand in front, and may end a name ("Zinc Health").
_FRONT = re.compile(
    r"(?:[\w’']+-(?:based|backed|founded|led|headquartered|owned|listed|powered|first|native)"
    r"|the|a|an|this|its|la|le|les|el|los|las|il|lo|der|die|das|ein|eine|o|os|as|um|uma|una|un|une|de|het"
    r"|exclusive|breaking|update|report|meet|how|why|when|former|after|on|in|with|by|from|and|indie|us|uk"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|yesterday|new|funding|warszawski"
    r"|münchner|berliner|hamburger|kölner|wiener|zürcher|frankfurter|stuttgarter|leipziger|dresdner|grazer"
    r"|amsterdamse|rotterdamse|nederlandse|nigerian|kenyan|indian|chinese|german|french|british|american"
    r"|israeli|canadian|australian|swedish|danish|dutch|spanish|italian|japanese|korean|brazilian|mexican"
    r"|egyptian|saudi|singaporean|indonesian|vietnamese|malaysian|european|african|latin|asian|türk|ua)",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:(?:pre-)?series [a-k]\d?|[A-Za-z]*-based|the|it|they|we|he|she|i|this|that|these|its|our|their|and|but|series|round|seed|ceo|cto|cfo|ai|vc|ipo"
    r"|startups?|start-ups?|company|companies|firms?|investors?|founders?|vcs|funding|india|africa|europe|china"
    r"|japan|korea|asia|investing|exclusive|breaking|report|government|ministry|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november"
    r"|december|q[1-4]|h[12]|\d+|each|every|private|public|many|most|some|one|two|another|all|fintech|edtech|biotech|türk|український|the company|the startup|el|la|le"
    r"|das unternehmen|die firma|das start-up|a empresa|la empresa|la startup|a startup|l'entreprise|l’entreprise)",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    r"\b(?:startups|start-ups|companies|firms|investors|founders|VCs|funds|unicorns|entreprises|empresas"
    r"|unternehmen|stockholders|scaleups|sector|industry|ecosystem|market)\b(?! (?:like|such as))",
    re.IGNORECASE,
)
_ADVERBS = r"(?:(?:has|have|had|having|just|today|also|recently|successfully|officially|now|is|said|says|that|it|on \w+day|this week|announced|announces),? )*"
_VERB = re.compile(
    rf"(?<![\w-]){_ADVERBS}(?P<verb>"
    r"rais(?:ed|es|ing|e)|secur(?:ed|es|ing)|clos(?:es|ed|ing)|land(?:s|ed)|bag(?:s|ged)|nab(?:s|bed)|snag(?:s|ged)"
    r"|scor(?:es|ed)|pull(?:s|ed) (?:in|together)|sold|sells|signed|signs|priced|prices|borrow(?:s|ed)|is raising|gör|topladı|aldı|entra|pick(?:s|ed) up|receiv(?:es|ed)|gets|got|wins?|won|attract(?:s|ed)"
    r"|collect(?:s|ed)|announc(?:es|ed|ing)|complet(?:es|ed)|net(?:s|ted)|scoop(?:s|ed)|obtain(?:s|ed)"
    r"|garner(?:s|ed)|brings? in|brought in|emerg(?:es|ed)|hauls?|grabs|grabbed|locks|locked|draws|drew"
    r"|amass(?:es|ed)|launch(?:es|ed)|exits?|hits|reach(?:es|ed)|has|said|says|today announced|added|adds|tops"
    r"|levant[aóo]\w*|recaud[aó]\w*|capt(?:a|ou|ó|e)|lève|vient de|a levé|lev[aá]nta|cierra|cerró|obtiene|obtuvo|consigue"
    r"|recibe|recibió|fecha|fechou|recebe|recebeu|anuncia|anunció|anunciou|obtient|boucle|annonce|décroche|sécurise"
    r"|sammelt|sammelte|erhält|sichert|schließt|bekommt|holt|hat|raccoglie|ha raccolto|chiude|ottiene|incassa"
    r"|meraih|raih|kantongi|mengantongi|memperoleh|mengumumkan|dapat|mendapat\w*|galang|haalt|haalde|krijgt|ontvangt"
    r"|tar in|får in|reser|säkrar|henter|hentet|rejser|har hentet|har rejst|får|pozyskał\w*|pozyskuje|zebrał\w*|zdobył\w*"
    r"|gọi vốn|gọi|huy động|nhận|привлек\w*|привлёк\w*|получил\w*|залучи\w*|отрима\w*|získal\w*|kerää|keräsi|sai"
    r")(?![\w-])",
    re.IGNORECASE,
)
# NAME must never stand inside a longer expression: repeated words in it would backtrack for hours.
# "invested in X", "a $5M round in X", "led the seed round for X": X raised.
_ROUND = r"(?:series [a-k]\d?|round|funding|financing|raise|investment|stake|seed|capital|million|billion|crore|[\d.]+ ?(?:[mk]|bn))"
_LEADS = re.compile(
    rf"^(?P<backer>[^.;]{{2,70}}?) (?:(?:has|have) )?(?:co-)?(?:leads?|led|backs|backed|invests|invested|injects|injected|pours|poured)\b[^;]{{0,80}}?"
    rf"(?:{_ROUND}\b[^;,]{{0,25}}? (?:in|into|for|of)|\b(?:in|into)|(?:backs|backed)) (?P<rest>[^;]{{2,100}})",
    re.IGNORECASE,
)
_ROUND_IN = re.compile(
    rf"\b{_ROUND} (?:round |funding |financing |raise |investment )?(?:in|into|for) (?P<rest>[^;]{{2,100}})",
    re.IGNORECASE,
)
_POSSESSIVE_ROUND = re.compile(r"[’']s (?:[\w.-]{1,20} ){0,3}[$€£₹]?\d")
_BEFORE_CLAUSE = re.compile(
    r"(?:In|On|After|Since|With|Following|Based|Founded|Today|Earlier|Just|As|Backed|Led|Having|When|While|Although|Despite|By|At|For)\b"
)
_QUOTED = re.compile(r"[«„](?P<name>[^«»„“”]{2,40})[»“”]")


def raiser(sentences: list[str], text: str) -> str | None:
    """The company that raised, by the first of the sentences that names it.

    text: the whole story; a word it also writes in lower case is no name.
    """
    for sentence in dict.fromkeys(sentences):
        name = _object(sentence) or _subject(sentence)
        if name and is_name(name) and not _is_word(name, text):
            return name
    return None


def _is_word(name: str, text: str) -> bool:
    lower = name.lower()
    return (
        " " not in name
        and lower != name
        and bool(re.search(rf"(?<![\w.@-]){re.escape(lower)}(?![\w.-])", text))
    )


def without_place(name: str) -> str:
    """The name without where it sits: "Singapore's Quay Capital", "KilimoPay of Kenya"."""
    kept = re.sub(r"^[\w .-]{2,30}[’']s (?=\S)", "", name)
    found = re.search(r" of (?P<place>[\w .-]+)$", kept)
    return kept[: found.start()] if found and is_place(found["place"]) else kept


def is_about_many(before: str) -> bool:
    """Whether a whole industry raised the sum behind these words: "Startups in India raised"."""
    return bool(_PLURAL.search(before))


# "18 Millionen Euro für X: ...", "A $40 million check puts X in the clinic".
SUM_FOR = re.compile(
    r"^\S{0,4}\d[\d.,]*[^,.;:]{0,24} (?:für|for|pour|para|till|til|voor|per) (?=[A-ZÀ-Þ])"
)
# "With $5 million from Y, X opens ...", "Frisches Geld für X: ..."
WITH_SUM = re.compile(
    r"^(?:With|Con|Avec|Mit|Com|Med|Met)\b[^,]{0,20}\d[^,]{0,30}(?: from| de| von| da| do| av| van| in (?:new|fresh|seed))\b[^,]{0,40}, (?=[A-ZÀ-Þ])"
)
FRESH_MONEY = re.compile(
    r"^(?:(?:Frisches|Neues|Fresh|New) )?(?:Geld|Kapital|Millionen|[Mm]oney|[Cc]ash|[Ff]unding|[Dd]inero|[Aa]rgent) (?:für|for|para|pour) (?=[A-ZÀ-Þ])"
)
_LETS = re.compile(
    r"(?:round|che(?:ck|que)|investment|funding|capital|money|Runde|ronda|rodada|levée)\b[^;.]{0,70}? (?:lets|puts|allows|enables|helps|gives|values) (?=[A-ZÀ-Þ])"
)
_ENTERS = re.compile(
    r"\b(?:put(?:s|ting)? \S+ (?:million |billion |m |bn )?into|entra en|invierte en|participa en|entre au capital d[e’']|investit dans|steigt bei|beteiligt sich an|investerar i|investe (?:na|no|em)|investerer i|investeert in) ?(?P<rest>[^;]{2,100})"
)


def _object(sentence: str) -> str | None:
    enters = _ENTERS.search(sentence)
    if enters:
        name = first_name(re.split(r" (?:con|avec|mit|com|med|met) ", enters["rest"])[0])
        if name:
            return name
    found = _LEADS.search(sentence)
    if found and NAME.match(found["backer"]):
        name = first_name(found["rest"])
        if name:
            return name
    for form in (SUM_FOR, WITH_SUM, FRESH_MONEY, _LETS):
        given = form.search(sentence)
        name = first_name(sentence[given.end() :][:60]) if given else None
        if name:
            return name
    found = _ROUND_IN.search(sentence)
    verb = _VERB.search(sentence)
    if found and (
        verb is None or found.start() < verb.start() or " led by" in sentence[found.end() - 60 :]
    ):
        name = first_name(found["rest"])
        if name and (verb is None or not named(sentence[: verb.start()])):
            return name
    return None


def _subject(sentence: str) -> str | None:
    """The name before the verb of raising."""
    for verb in _VERB.finditer(sentence):
        clause = sentence[: verb.start()]
        clause = re.sub(r"[“\"][^”\"]*[”\"]?,?", " ", clause)
        clause = re.split(
            r"(?:: |[–—] |\) - |; |(?:said|says|announced|announces|confirmed) that |\s\| )", clause
        )[-1].strip(" ,")
        name = named(clause) if clause else None
        if name:
            return name
    owned = _POSSESSIVE_ROUND.search(sentence)
    return _last_name(sentence[: owned.start()]) if owned else None


def named(clause: str) -> str | None:
    """The company in a clause such as "Berlin-based fintech Trade Republic, founded in 2015,"."""
    quoted = _QUOTED.search(clause)
    if quoted:
        return quoted["name"].strip()
    clause = re.sub(r"\s?\([^)]*\)", "", clause)
    if _PLURAL.search(clause.split(",")[0]) and not NAME.search(clause.split(",")[-1]):
        return None
    parts = [part.strip() for part in clause.split(", ") if part.strip()]
    if len(parts) > 1 and _BEFORE_CLAUSE.match(parts[0]):
        parts = parts[1:]
    for part in (*parts[:1], *reversed(parts[1:])):
        name = _last_name(part)
        if name:
            return name
    return None


def _last_name(words: str) -> str | None:
    return last_name(words, whose=False)


def last_name(words: str, *, whose: bool = True) -> str | None:
    """The last name in the words. whose: "the assets of X" is X."""
    for found in reversed(list(NAME.finditer(words))):
        before = words[: found.start()]
        if not whose and (
            re.search(r"\b(?:by|from|of|in|de|von|por|par|at|with|van|da|do)\s$", before)
            and before.strip(" ").count(" ") > 1
        ):
            continue
        if _PLURAL.match(
            words[found.end() :].strip().split(" ")[0] if words[found.end() :].strip() else ""
        ):
            return None
        kept = _cut(found[0])
        if kept:
            return kept
    return None


def first_name(rest: str) -> str | None:
    part = re.split(r"[,.](?= |$)| to | for | at | that | which | was | were | is | joined ", rest)[
        0
    ]
    for found in NAME.finditer(part):
        kept = _cut(found[0])
        if kept:
            return kept
    return None


def _cut(name: str) -> str | None:
    """The name without what only describes it, or None when nothing is left."""
    words = re.sub(r"^[LlDd][’'](?=\w)", "", name.strip(" .,;’'“”")).split()
    start = 0
    for at, word in enumerate(words[:-1]):
        plain = word.strip(".,")
        if _HEAD.search(plain) or is_head(plain) or plain.lower().endswith(("’s", "'s")):
            start = at + 1
    while start < len(words) - 1 and _FRONT.fullmatch(words[start]):
        start += 1
    kept = words[start:]
    while len(kept) > 1 and kept[-1].isdigit():
        kept.pop()
    while kept and kept[-1].lower() in ("the", "of", "de", "&", "da", "do", "di", "du"):
        kept.pop()
    plain = re.sub(r"[’']s$", "", " ".join(kept))
    plain = _without_demonym(without_place(plain))
    if not plain or _NO_NAME.fullmatch(plain) or (len(kept) == 1 and _HEAD.search(plain)):
        return None
    return plain if len(plain) > 1 else None


def _without_demonym(name: str) -> str:
    """ "Itzehoer Quantenschmiede", "Rennaise Gradelune": without the word that says whence."""
    first, _, rest = name.partition(" ")
    demonym = _DEMONYM.fullmatch(first) is not None or (
        first.endswith("er") and bool(cities_called(first[:-2]) or cities_called(first[:-1]))
    )
    return rest if rest and demonym else name


_DEMONYM = re.compile(
    r"[A-ZÉ][a-zà-ÿ]+(?:ais|aise|ois|oise|ien|ienne|ano|ana|eño|eña|ense|és|esa|eiro|eira)"
)


# scripts without capitals
_HAN = "A-Za-z0-9.&·\u4e00-\u9fff"
_JAPANESE = "A-Za-z0-9.&・ー\u30a0-\u30ff\u3041-\u3096\u4e00-\u9fff"
_CHINESE_HEAD = re.compile(
    r".*(?:公司|企业|企業|药企|车企|创企|平台|初创|新创|新創|厂商|廠商|服务商|开发商|供应商|品牌|团队|独角兽|獨角獸|创业者|機構|机构|获悉|获知|宣布|消息)"
)
_CHINESE = re.compile(
    rf"(?P<name>[{_HAN}]{{2,30}}?)(?:近日|日前|今日|今天|昨日|正式|也|已|又|再次|再度|于|在)*"
    r"(?:宣布|宣佈|对外宣布)?(?:近日|已|正式|连续|連續|顺利|順利)*(?:完成|获得|獲得|获|獲|拿下|斩获|融资|融資)"
)
_CHINESE_QUOTED = re.compile(r"[「『“\"](?P<name>[^」』”\"]{2,20})[」』”\"]")
_JAPANESE_NAME = re.compile(
    rf"(?P<name>[{_JAPANESE}]{{2,40}}?)(?:[（(][^）)]{{1,30}}[）)])?(?:、|は(?![ぁ-ん])|は\d|が)"
)
_JAPANESE_CLEFT = re.compile(rf"したのは、?(?P<name>[{_JAPANESE}]{{2,40}}?)(?:だ|で|。|$)")
_KOREAN_NAME = re.compile(
    r"(?:^|\s)[‘'\"“]?(?P<name>[A-Za-z0-9.&가-힣]{2,20}?)[’'\"”]?(?:\([^)]{1,30}\))?"
    r"(?:,|(?:은|는|이|가)(?=\s))"
)
_ARABIC_HEAD = r"(?:شركة|منصة|تطبيق|مجموعة|الناشئة|startup)"
_ARABIC = (
    re.compile(
        rf"{_ARABIC_HEAD}\s+[\"«“]?(?P<name>(?!\d)[\w&.-]+(?:\s(?!\d|ال|ل|لل|في|من|على|عن|تجمع|جمعت|تغلق|أغلقت|تحصل|حصلت|إغلاق|إتمام|أنها|تعلن|أعلنت)[\w&.-]+)?)"
    ),
    re.compile(r"(?:جمعت|تجمع|أغلقت|حصلت|تحصل|تغلق|نجحت|أعلنت)\s+(?P<name>(?!على|في|شركة|منصة|عن|\d)[\w&.-]+)\s+(?:ال|تمويل|على|\d)"),
    re.compile(r"^[\"«“]?(?P<name>(?!جمعت|أعلنت)[\w&.-]+(?:\s(?!\d)[\w&.-]+)?)[\"»”]?\s+(?:ال\w+\s+)*(?:تجمع|تغلق|تحصل|تعلن|جمعت|أغلقت|حصلت)"),
)  # fmt: skip
_ARABIC_QUOTED = re.compile(r"[\"«“](?P<name>[^\"»”]{2,24})[\"»”]")
_KOREAN_VERB = re.compile(r"(?:만드|하|되|있|없|받|돕|짓|파|쓰|주)$")
_HINDI = re.compile(r"(?:^|\s|[‘'\"“])(?P<name>[\w\u0900-\u097f.&-]+)[’'\"”]?\s+(?:ने|को)\s")
NO_NAME_EAST = re.compile(
    r"(?:该公司|公司|本轮|本次|本輪|其|同社|当社|会社|회사|이번|정부|업체|스타트업|기업|बैंक|स्टार्टअप|कंपनी|सरकार|的|一家|政府|国家|企業|企业|新会社|新興企業|新興|大手|스타트업이"
    r"|이 회사|기업가치|라운드|.*スタートアップ|.*企業|全球|中国|日本|今年|去年|年内|累计|이 스타트업|투자자)"
)


def raiser_east(sentence: str, language: str) -> str | None:
    """The company, or None; language: two letters."""
    if language == "zh":
        name = _chinese(sentence)
        if name and len(name) > 4 and is_place(name[:2]):
            name = name[2:]
    elif language == "ja":
        name = _japanese(sentence)
    elif language == "ko":
        names = (found["name"] for found in _KOREAN_NAME.finditer(sentence))
        name = next((name for name in names if not _KOREAN_VERB.search(name)), None)
    elif language in ("ar", "fa", "he"):
        quoted = _ARABIC_QUOTED.search(sentence)
        forms = (form.search(sentence) for form in _ARABIC)
        name = quoted["name"] if quoted else next((f["name"] for f in forms if f), None)
    elif language in ("hi", "bn", "mr"):
        found = _HINDI.search(sentence)
        name = found["name"] if found else None
    else:
        return None
    return (
        name
        if name and len(name) > 1 and not name[0].isdecimal() and not NO_NAME_EAST.fullmatch(name)
        else None
    )


def _chinese(sentence: str) -> str | None:
    quoted = _CHINESE_QUOTED.search(sentence)
    if quoted and len(quoted["name"]) <= 12:
        return quoted["name"]
    for clause in re.split(r"[，,。；;：:]", sentence):
        found = _CHINESE.search(clause)
        if found:
            name = _CHINESE_HEAD.sub("", found["name"])
            name = re.split(r"(?<=..)[在于近正已将从自]", name)[0]
            if name and not NO_NAME_EAST.fullmatch(name):
                return name
    return None


def _japanese(sentence: str) -> str | None:
    quoted = _CHINESE_QUOTED.search(sentence[:60])
    if quoted:
        return quoted["name"]
    cleft = _JAPANESE_CLEFT.search(sentence)
    found = cleft or _JAPANESE_NAME.search(sentence)
    if found is None:
        return None
    # "AI半導体のクモノス": the name stands behind the last "no" that parts it from its trade.
    return re.split(
        r"の(?=[A-Za-z\u30a0-\u30ff\u4e00-\u9fff])|(?:スタートアップ|ベンチャー|企業|会社|開発)(?=[^の])",
        found["name"],
    )[-1]
