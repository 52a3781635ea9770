"""What kind of deal a sentence tells of: equity, debt, ipo, acquisition, grant or a fund of its own.

The words of each kind in every language served; who the deal is about is read in `transactions`.
"""

# ruff: noqa: E501 - a pattern reads best as one list of words

import re

KINDS = ("equity", "debt", "ipo", "acquisition", "grant", "fund")

CUES: dict[str, re.Pattern[str]] = {
    "acquisition": re.compile(
        r"\b(?:geht (?:\S+ ){0,4}an (?:den|die|das)(?! Börse)|pasa a manos|passe sous|passe aux mains|acquir(?:e|es|ed|ing)|acquisition of|takeover of|take[sn]? over|took over|buys|is buying|to buy|bought|buyout of|pays \S+ (?:million|billion|m|bn)? ?for|paid \S+ (?:million|billion|m|bn)? ?for|snaps up|snapped up|swallows|merge[sd]? with|sold (?:itself )?to"
        r"|übernimmt|übernommen|Übernahme|kauft|schluckt|rachète|racheté\w*|rachat d|acquiert|avale|s[’']offre|se hace con|se hizo con|se queda con|met la main sur|mis la main sur|compra d[aoe]|compra|compró|adquiere|adquirió|absorbe|vendida|vendido|adquisición de"
        r"|aquisição d|adquire|adquiriu|comprou|acquista|acquisisce|acquisizione d|köper|förvärvar|kjøper|køber|neemt \w+ over|overname van|przejmuje|przejęł\w+|kupuje|mengakuisisi|akuisisi|mua lại|thâu tóm"
        r"|satın al\w+|satıldı|купил\w*|приобр\w+|покупает|придба\w+)\b"
        r"|收购|收購|併購|并购|买下|買下|買収|子会社化|인수|استحوذ\w*|استحواذ|تستحوذ|अधिग्रहण|खरीद लिया",
        re.IGNORECASE,
    ),
    "debt": re.compile(
        r"\b(?:(?:venture |convertible |secured |green )?(?:debt|loans?)\b|credit (?:facility|line|lines)|line of credit|(?:warehouse|loan|debt|term) facility|facility (?:with|from)|(?:junk |convertible |green )?bonds\b|convertible notes|senior notes|borrow(?:s|ed|ing)|s[’']endett\w+|verschuldet sich|se endeuda|lends?|lend|lent|leiht|verleiht"
        r"|Kredit\w*|Darlehen|Anleihe\w*|Fremdkapital|prêt|prête|prêter|emprunt\w*|dette|obligataire|préstamo|prestó|presta|(?:línea|linha) de crédito|crédito (?:de|por) \S*\d\S*|deuda|bonos|empréstimo|debêntures?|dívida|prestito|finanziamento bancario|debito"
        r"|lån|lånar|låner|lånefinansiering|obligation\w*|lening|leent|kredyt\w*|pożyczk\w+|obligacj\w+|kredi(?:si|sini|ye)?|borçlan\w+|tahvil\w*|pinjaman|utang|khoản vay|кредит\w*|заём|займ\w*|облигаци\w+)\b"
        r"|贷款|貸款|授信|债券|債券|融资租赁|融資枠|協調融資|借入|借り入れ|社債|デット|融資を受け|대출|사채|채권|차입|قرض|قروض|تسهيلات|صكوك|दीनदारी|ऋण|कर्ज|क़र्ज़|कर्ज़|लोन",
        re.IGNORECASE,
    ),
    "grant": re.compile(
        r"\b(?:grants?|subsid(?:y|ies|ised)|Innovate UK|non-dilutive|need not repay|Department of Energy|DARPA|NSF|Zuschuss|Zuschüsse|Förderung|Fördermittel|Förderbescheid|fördert|Fördergeld\w*|subvention\w*|subvención|ayuda pública|ayudas|subvenciona"
        r"|subvenção|fundo perdido|contributo a fondo perduto|sovvenzione|bidrag|støtte|tilskudd|tilskud|avustus\w*|subsidie|dotacj\w+|grantu?|hibe\w*|hibah|Vinnova ger|Enterprise Singapore|грант\w*|субсиди\w+)\b"
        r"|补助|補助|补贴|補貼|资助|資助|助成|支援金|보조금|지원금|정부 지원|منحة|منح |अनुदान|ग्रांट|Media Fund",
        re.IGNORECASE,
    ),
    "ipo": re.compile(
        r"\bIPO\b|initial public offering|(?:New York|Hong Kong|London|Tokyo|trading|market) debut|(?:U\.?S\.?|Hong Kong|London|stock exchange|public|New York) listing|filed (?:confidentially )?to (?:list|go public)|began trading|starts trading|\b(?:went|goes|going) public\b|stock market (?:debut|listing)|(?:Nasdaq|NYSE|LSE) (?:debut|listing)|Börsengang|(?:an die|auf die) (?:\w+ )?Börse|Börsendebüt|introduction en Bourse|entrée en Bourse|s[’']introdui\w+ en Bourse|cotation"
        r"|salida a [Bb]olsa|sal(?:e|ió|ir) a [Bb]olsa|oferta pública inicial|abertura de capital|estreia na [Bb]olsa|sbarco in Borsa|quotazione|börsnotering|börsintroduktion|noteras på|børsnotering|beursgang|debiut giełdowy|halka arz\w*|выход на биржу|провел\w* IPO"
        r"|(?<!获批)(?<!批准)(?<!新品)(?<!正式)(?<!全球)上市|招股|挂牌|掛牌|募资净额|首次公开|東証グロース|新規上場|上場(?!後|企業|会社)|공모|상장|اكتتاب|طرح عام|إدراج|आईपीओ",
    ),
    "fund": re.compile(
        r"\b(?:(?:clos(?:es|ed)|rais(?:es|ed)|launch(?:es|ed)|unveil(?:s|ed)|announc(?:es|ed)) (?:(?!from|by|led)\S+ ){0,4}fund\b|(?:lanza|cierra|levanta|lance|boucle|lança|fecha|lancia|chiude) (?:un|el|su|le|son|um|o|seu|il|suo) (?:\w+ )?(?:fondo|fonds|fundo)|closing (?:de|du) son fonds|closing|(?:first|final|second|interim) close|close on its (?:\w+ ){0,3}(?:fund|vehicle)|(?:first|second|third|fourth|fifth|debut|new|flagship|inaugural|early-stage|seed|growth|opportunity|climate|deeptech|deep tech) (?:\w+ ){0,2}(?:funds?|vehicle)\b(?! ?ing|raising)|fund (?:I|II|III|IV|V|VI|VII)\b"
        r"|(?:zweiten|dritten|vierten|neuen|ersten) (?:\w+-?){0,2}[Ff]onds|schließt (?:\w+ ){0,4}[Ff]onds|(?:nouveau|premier|deuxième|troisième|quatrième) fonds|closing (?:final )?(?:de|du) (?:son )?fonds|(?:nuevo|primer|segundo|tercer|cuarto|quinto) fondo|(?:novo|primeiro|segundo|terceiro|quarto) fundo"
        r"|(?:nuovo|primo|secondo|terzo) fondo|(?:ny|nya|första|andra|tredje|fjärde) fond(?:en)?\b|nytt fond|(?:yeni|ilk|ikinci|üçüncü) fon\w*|dana kelolaan|(?:новый|второй|третий) фонд)\b"
        r"|(?:设立|設立|成立|发起|完成|募集)[^，。]{0,24}基金|基金[^，。]{0,12}(?:首关|首期|终关|规模|規模|募集)|ファンド(?:を設立|の組成|総額|を組成|をクローズ)|号ファンド|펀드(?:를)? (?:결성|조성)|صندوق(?:ها|ه)\b|الإغلاق (?:الأول|النهائي)|फंड (?:बंद|लॉन्च|जुटाया)",
        re.IGNORECASE,
    ),
}
# A sum that belongs to another time: "a year after its $40M Series B", 去年完成过1亿元B轮.
PAST = re.compile(
    r"(?:\b(?:after|since|following|despite|beyond|on top of|before|previous(?:ly)?|earlier|prior|last|had raised|up from|against|over a target of|over|half of|out of|hopes will hit|target(?:ing)?(?: of)?|par rapport|deux ans après|ans après|après|tras|desde|después de|nach|zuvor|seit|após|depois d\w+|dopo"
    r"|efter|na|sedan|geçen yıl|önceki|после|por encima de los?|au-delà de|au-dessus de|über)\b[^,;.]{0,30}$)|(?:去年|此前|曾|前一轮|上一轮|早前|昨年|これまで|지난해|작년|أصل|बाद|पिछले)[^，。、,.]{0,24}$",
    re.IGNORECASE,
)
# The text says that the sum was not told.
UNDISCLOSED = re.compile(
    r"undisclosed|not disclose|n[o']t (?:be )?disclosed|declined to say|would say how much|terms were not|did not reveal|without disclosing|nicht genannt|stillschweigen|keine angaben|volumen ist offen|ungenannt\w*|no revelad\w+|no reveló|sin revelar|no trascend\w+"
    r"|non divulgué|non communiqué|reste secret|pas été (?:dévoilé|communiqué)|não (?:revelad\w+|divulgad\w+)|valor não|non divulgat\w+|inte offentlig\w*|hemlig\w*|okända? belopp|ikke oplyst|ikke offentliggjort|niet bekend|açıklanma\w+|tidak diungkap\w*|không tiết lộ|не раскры\w+"
    r"|数(?:十|百|千)?[万萬亿億]|未披露|未公开|未透露|金額未公開|金额未公开|非公表|非公開|明らかにしていない|공개하지 않|비공개|لم يُكشف|لم يكشف|غير معلن|खुलासा नहीं",
    re.IGNORECASE,
)
UNDISCLOSED_HINTS = (
    "disclos", "declined to say", "would say how", "terms were", "reveal", "nannt", "schweigen", "keine angaben",
    "ist offen", "revel", "trascend", "divulg", "communiqué", "reste secret", "dévoilé", "não valor", "valor não",
    "offentlig", "hemlig", "okän", "oplyst", "niet bekend", "açıklanma", "diungkap", "tiết lộ", "раскры", "数", "披露",
    "公开", "公開", "透露", "非公表", "明らか", "공개", "يُكشف", "يكشف", "معلن", "खुलासा",
)  # fmt: skip
# A whole market, half-year or survey raised it, and nobody in it.
MARKET = re.compile(
    r"\b(?:startups|start-ups|companies|founders|rounds|deals|firms|scaleups|fintechs) (?:\w+ ){0,5}(?:rais\w+|attract\w+|secured?|now land|drew|received|pulled in|globally|worldwide)\b|\b(?:first|second) half\b|\bH[12] 20\d\d|\b(?:across|in|over|through) \d+ (?:deals|rounds|transactions|startups)|\bper round\b|\bmedian\b"
    r"|\b(?:venture|VC) (?:funding|investment|capital)(?: \w+){0,4} (?:rose|fell|dropped|climbed|reached|hit|totall?ed|slumped|jumped)|quarterly|this quarter|in the (?:first|second|third|fourth) quarter"
    r"|(?:start-?ups|jeunes pousses|entreprises) (?:\w+ ){0,2}(?:ont levé|lèvent)|à travers \d+|premier semestre|second semestre|Halbjahr|Quartal\b|(?:Start-?ups|Gründer) (?:\w+ ){0,4}(?:eingesammelt|einsammeln|sammelten)|startups (?:\w+ ){0,3}(?:levantaron|captaron|recaudaron|receberam|levantan|captan)|semestre|trimestre"
    r"|(?:första|andra) halvåret|kvartalet|(?:ilk|ikinci) (?:yarı|çeyre)\w*|girişimleri? (?:\w+ ){0,4}yatırım aldı|semester (?:pertama|kedua)|startup-startup|полугоди\w+|квартал\w*|стартапы (?:\w+ ){0,3}привлекли\b"
    r"|上半年|下半年|前三季度|第[一二三四]季度|全年共|据统计|領域共|领域共|共发生|\d+起|上半期|下半期|四半期|国内スタートアップ|スタートアップ(?:による|の)?(?:資金)?調達額|상반기|하반기|분기|스타트업 (?:투자액|투자 총액)|छमाही|तिमाही|स्टार्टअप्स ने|النصف الأول|النصف الثاني|الربع|الشركات الناشئة (?:\w+ ){0,4}(?:جمعت|تجمع|حصلت)",
    re.IGNORECASE,
)


def kind_of(sentence: str, start: int, end: int) -> str:
    """The kind of the deal whose sum stands there: the nearest word that says one, in its clause."""
    best, least = "equity", 60
    for kind in ("debt", "grant", "fund", "ipo"):
        for cue in CUES[kind].finditer(sentence):
            gap = max(0, cue.start() - end, start - cue.end())
            between = sentence[min(cue.end(), end) : max(cue.start(), start)]
            if (
                gap < least
                and not re.search(r"[,;，；。、] ", between)
                and not _past(sentence, cue)
            ):
                best, least = kind, gap
    return best


def _past(sentence: str, cue: re.Match[str]) -> bool:
    return PAST.search(sentence, max(0, cue.start() - 40), cue.start()) is not None
