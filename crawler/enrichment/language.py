"""The language a text is written in, as a BCP 47 tag.

py3langid scores languages by runs of bytes; the common words of each language (`language_words`)
and what the page or its source says weigh in, which decides bare headlines. What both leave open
is told apart here: Bokmål and Nynorsk (nb, nn), Bosnian, Croatian and Serbian, Galician from its
neighbours, and simplified from traditional Chinese (zh-Hans, zh-Hant).
"""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

READ_CHARACTERS = 600  # of the text; more changed no answer on the labelled texts, and costs time
WORDS = Path(__file__).with_name("language_words.tsv")
# In py3langid's logarithms. Measured on bare headlines of our own and of the labelled dev set:
# 4 to 12 a word score alike, half a word loses, and the page's word outweighs two of them.
_A_WORD = 6.0
_SAID = 15.0
_SHORT = 40  # letters
_TELLS_ITSELF = 250  # characters, from which the model alone is right

# Languages that news is written in; the model's smaller ones only draw short titles away.
# fmt: off
LANGUAGES = (
    "af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el",
    "en", "es", "et", "eu", "fa", "fi", "fr", "ga", "gl", "gu", "ha", "he", "hi", "hr",
    "hu", "hy", "id", "ig", "is", "it", "ja", "ka", "kk", "km", "kn", "ko", "ky", "lo",
    "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt", "my", "ne", "nl", "nn", "no", "pa",
    "pl", "ps", "pt", "ro", "ru", "rw", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw",
    "ta", "te", "th", "tl", "tr", "uk", "ur", "uz", "vi", "xh", "yo", "zh", "zu",
)
# fmt: on

_KANA = re.compile("[\u3041-\u30fa]")
_HAN = re.compile("[\u3400-\u9fff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_LETTERS = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]{2,}")
# A language without a list gets its neighbours' words: they tell it from others, not from these.
_NEIGHBOURS = {
    "gl": ("es", "pt"), "nn": ("no",), "mr": ("hi",), "ne": ("hi",), "be": ("ru", "uk"),
    "hr": ("sh",), "bs": ("sh",), "sr": ("sh", "mk"),
}  # fmt: skip
# Words and endings that one of some neighbours writes.
_NYNORSK = re.compile(
    r"\b(?:ikkje|eg|ein|eit|dei|frå|kva|kven|korleis|kvifor|meir|fleire|mykje|berre|nok(?:o|re|on)"
    r"|vart|vere|veit|kjem|gjer|seier|heile|hjå|sjølv|verksemd\w*|\w{3,}(?:leg|inga|ane|arar))\b"
)
_BOKMAAL = re.compile(
    r"\b(?:ikke|jeg|en|de|fra|hva|hvem|hvordan|hvorfor|mer|flere|mye|bare|noen?|ble|være|vet|sier"
    r"|kommer|gjør|hele|hos|selv|virksomhet\w*|\w{3,}(?:lig|ene))\b"
)
_NO_GALICIAN = re.compile(
    r"[çãõêâô]|\b(?:el|los|las|del|una|y|um|uma|não|em|com|pela?|mais|\w{2,}[ae]m"
    r"|\w*(?:lh|nh|ss)\w*)\b"
)
_GALICIAN = re.compile(
    r"\b(?:unha|dun(?:ha)?|nun(?:ha)?|máis|non|polo|coa|cos|xunta|\w*x[eio]\w+)\b"
)
_MALAY = re.compile(
    r"\b(?:syarikat|kerajaan|kerana|peratus|boleh|wang|ialah|iaitu|beliau|perkhidmat|pejabat|polis\b"
    r"|kereta|pelabur|akaun|jualan|kilang|universiti|ogos|disember|sektor|had(?:kan)?\b|hospital"
    r"|cukai|rakyat|perniaga|kajian|rm\s?\d|baharu|kanak|pengguna|bekal|lesen|kos\b|isu\b|jentera"
    r"|telefon pintar|kecerdasan buatan)"
)
_INDONESIAN = re.compile(
    r"\b(?:perusahaan|pemerintah|karena|persen|bisa|uang|adalah|yaitu|layanan|kantor|polisi|mobil"
    r"|investasi|akun|ponsel|pabrik|universitas|agustus|desember|rumah sakit|pajak|resmi\b|izin"
    r"|luncurkan|raih|pendanaan|rp\.?\s?\d|triliun|miliar|phk\b|pemutusan|karyawan|biaya|warga"
    r"|kecerdasan artifisial|gawai)"
)
# Neighbours -> what speaks for one of them (1) or against it (-1), where one of them is likeliest.
_MARKS: dict[tuple[str, ...], tuple[tuple[str, re.Pattern[str], int], ...]] = {
    ("gl", "pt", "es"): (("gl", _GALICIAN, 1), ("gl", _NO_GALICIAN, -1)),
    ("id", "ms"): (("id", _INDONESIAN, 1), ("ms", _MALAY, 1)),
}
_EKAVIAN = re.compile(
    r"\b(?:vrem|svet|mest[oau]|cen[aeiu]|deo|del(?:a|u|om|ov|at)|pre|posle|uvek|reč|čovek|sledeć"
    r"|poslednj|prethodn|dve|let[oau]|rek[aeu]|vešta|vest(?:i|ima)?\b|primer|pobed|rešen|reši|umesto"
    r"|zahtev|promen|primen|izmen|nedelj|poveren|podel|obezbe|bezbed|izvešt|obavešt|saopšt|de[cč]"
    r"|uspe[hš]|meseč?|razum|vred|ose[ćt]|procen|smen|ceo|cel[aiou]\b|pod[re]|unapređ|preduze)"
)
_IJEKAVIAN = re.compile(
    r"\b(?:vrij|svij|mjest|cijen|dio\b|dijel|djel|prije|poslije|uvijek|riječ|čovjek|sljedeć|dvije"
    r"|ljet|rijek|umjet|vještač|vijest|primjer|pobjed|rješ|riješ|umjesto|zahtjev|promjen|primjen"
    r"|izmjen|nedjelj|povjer|podijel|obezbj|bezbjed|izvješ|izvijest|obavijest|saopć|dje[cč]|uspjeh"
    r"|mjesec|vrijed|osje|procjen|smjen|cijel|unaprijed|vijeć|vjer|mjer|sjed|bijel|lijek)"
)
_CROATIAN = re.compile(
    r"\b(?:tvrtk|tisuć|milijun|tjed(?:an|na|nu|no)|europ|financij|tvornic|zaposlen|zapošlj|sveučil"
    r"|znanost|računal|zaslon|sustav|tijekom|siječ|veljač|ožuj|travnj|svibnj|lipnj|srpnj|kolovoz"
    r"|rujn|listopad|studenog|prosin|zrakoplov|natjecanj|proračun|priopć|tko\b|hrvat|zagreb|uporab"
    r"|nogomet|glazb|ravnatelj|pričuv|brojk)"
)
_EASTERN = re.compile(
    r"\b(?:kompanij|hiljad|milion|evr(?:a|o|i|op)|finansij|fabri[kc]|univerzitet|nau[kč]|sistem"
    r"|tokom|januar|februar|mart|april|maj\b|jun|jul|avgust|septemb|oktob|novemb|decemb|avion"
    r"|takmičenj|budžet|ko\b|firm|bezb|direktor|muzi[kč]|fudbal|penzij)"
)
_SERBIAN = re.compile(r"\b(?:srp|srbij|beograd|novi sad|niš|kragujev|vojvodin|dinar|opštin|avgust)")
_BOSNIAN = re.compile(
    r"\b(?:sedmic|lahk|mehk|kahv|histori|km\b|mara?k[aeiu]\b|bih\b|bh\b|bosan|bosn|saraj|mostar"
    r"|zeni[cč]|tuzl|banja|banjalu|entitet|kanton|federacij|uposlen|općin|august)"
)
_ONLY_HANS = frozenset(
    "这为来国时们个对发会过还没样说开关长问间书车马门见东业产实现点机电动网络经济种类总听写买卖"
    "亿万与专义乌乐习乡争亚云从众优传伤伦华单卫双变叹号后启员团园围图场坏块处备够头夺学宁"
    "导层岁币师带帮应张录态战户护报据损数断无显权条极标树欢气汉汇济游满灭热爱独环益监确离积"
    "稳笔级纪纷纸线组细终结给统继绩续维综缩罗联职脑脸节范获营虑让议记讲许论设访证评识诉词试话"
    "该详语误请读调谁资购贵费贸赛赢赶跃转轮软载输边达运进远连选适递邮释里钟钱银链销锁错键阅阳阶"
    "际陆陈险难页项顺须预领频题额风飞驱验鱼鸟麦龙"
)
_ONLY_HANT = frozenset(
    "這為來國時們個對發會過還沒樣說開關長問間書車馬門見東業產實現點機電動網絡經濟種類總聽寫買賣"
    "億萬與專義烏樂習鄉爭亞雲從眾優傳傷倫華單衛雙變嘆號後啟員團園圍圖場壞塊處備夠頭奪學寧"
    "導層歲幣師帶幫應張錄態戰戶護報據損數斷無顯權條極標樹歡氣漢匯濟遊滿滅熱愛獨環監確離積"
    "穩筆級紀紛紙線組細終結給統繼績續維綜縮羅聯職腦臉節範獲營慮讓議記講許論設訪證評識訴詞試話"
    "該詳語誤請讀調誰資購貴費貿賽贏趕躍轉輪軟載輸邊達運進遠連選適遞郵釋裡鐘錢銀鏈銷鎖錯鍵閱陽階"
    "際陸陳險難頁項順須預領頻題額風飛驅驗魚鳥麥龍"
)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # numpy: only when needed

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    identifier.nb_ptc = identifier.nb_ptc.copy(order="C")  # read by the row: a quarter less time
    return identifier


@cache
def _languages_of_words() -> dict[str, tuple[str, ...]]:
    """Lower-case word -> the languages that have it among their common ones."""
    found: dict[str, tuple[str, ...]] = {}
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}  # few of them: one object each
    for row in WORDS.read_text("utf-8").splitlines():
        if row.startswith("#"):
            continue
        tag, _, words = row.partition("\t")
        for word in words.split():
            tags = (*found.get(word, ()), tag)
            found[word] = shared.setdefault(tags, tags)
    return found


def language_of(text: str, said: str | None = None) -> str | None:
    """The text's language, or None when it has no letters.

    said: what the page or its source claims; it weighs most where the text is short.
    """
    sample = text[:READ_CHARACTERS]
    letters = len(_LETTERS.findall(sample))
    if not letters:
        return said
    by_script = _by_script(sample, letters)
    if by_script:
        return by_script
    lowered = sample.lower()
    claimed = (said or "").split("-")[0]
    if claimed and letters < _SHORT and claimed not in (*LANGUAGES, "nb"):
        return said  # one that the model does not know
    code = _best(sample, lowered, "no" if claimed == "nb" else claimed)
    if code in ("no", "nn", "da"):
        return _scandinavian(lowered, code, claimed)
    if code in ("hr", "bs", "sr"):
        return _serbo_croatian(lowered, code, claimed)
    return said if code == claimed == "zh" else code  # with its script


def _best(sample: str, lowered: str, claimed: str) -> str:
    scores: dict[str, float] = dict(_identifier().rank(sample))
    if claimed in scores:
        scores[claimed] += _SAID
    hits = _hits(lowered) if len(sample) < _TELLS_ITSELF else Counter()
    for code in scores if hits else ():
        near = _NEIGHBOURS.get(code)
        scores[code] += _A_WORD * (max(hits[one] for one in near) if near else hits[code])
    best = max(scores, key=scores.__getitem__)
    for group, marks in _MARKS.items():
        if best in group:
            for code, words, weight in marks:
                scores[code] += weight * _A_WORD * len(words.findall(lowered))
            return max(group, key=scores.__getitem__)
    return best


def _hits(lowered: str) -> Counter[str]:
    """How many of the text's words are common in each language."""
    known = _languages_of_words()
    words = set(_WORD.findall(lowered))
    return Counter(tag for word in words for tag in known.get(word, ()))


def _by_script(sample: str, letters: int) -> str | None:
    """Japanese, Korean and Chinese by their letters: sure, and a title is enough."""
    kana = len(_KANA.findall(sample))
    han = len(_HAN.findall(sample))
    hangul = len(_HANGUL.findall(sample))
    if hangul * 4 > letters:
        return "ko"
    if kana * 20 > letters and (kana + han) * 3 > letters:
        return "ja"
    if han * 3 > letters:
        return _chinese(sample)
    return None


def _chinese(sample: str) -> str:
    simplified = sum(character in _ONLY_HANS for character in sample)
    traditional = sum(character in _ONLY_HANT for character in sample)
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def _scandinavian(lowered: str, code: str, claimed: str) -> str:
    """Danish, Bokmål or Nynorsk; what neither words nor the model tell is as its page says."""
    if code == "da":
        return code
    nynorsk, bokmaal = len(_NYNORSK.findall(lowered)), len(_BOKMAAL.findall(lowered))
    if nynorsk == bokmaal:
        return claimed if claimed in ("nb", "nn") else "nn" if code == "nn" else "nb"
    return "nn" if nynorsk > bokmaal else "nb"


def _serbo_croatian(lowered: str, code: str, claimed: str) -> str:
    """By sounds and words; what they leave open is as its page says, else as the model does."""
    sounds, eastern = len(_IJEKAVIAN.findall(lowered)), len(_EASTERN.findall(lowered))
    counts = {
        "sr": 2 * len(_EKAVIAN.findall(lowered)) + eastern + 2 * len(_SERBIAN.findall(lowered)),
        "hr": sounds + 2 * len(_CROATIAN.findall(lowered)),
        "bs": sounds + eastern + 2 * len(_BOSNIAN.findall(lowered)),
    }
    best = max(counts.values())
    open_ = [tag for tag, count in counts.items() if count == best]
    return next((tag for tag in (claimed, code) if tag in open_), open_[0])
