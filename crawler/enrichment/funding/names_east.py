"""The company that raised money in Chinese, Japanese, Korean, Arabic, Hebrew and Hindi sentences.

These scripts have no capitals: a name is known by the particle behind it or the noun before it.
"""

import re

_HAN = "A-Za-z0-9.&·\u4e00-\u9fff"
_JAPANESE = "A-Za-z0-9.&・ー\u30a0-\u30ff\u3041-\u3096\u4e00-\u9fff"
_CHINESE_HEAD = re.compile(
    r".*(?:公司|企业|企業|平台|初创|新创|新創|厂商|廠商|服务商|开发商|供应商|品牌|团队|独角兽|獨角獸|创业者|機構|机构|获悉|获知|宣布|消息)"
)
_CHINESE = re.compile(
    rf"(?P<name>[{_HAN}]{{2,30}}?)(?:近日|日前|今日|今天|昨日|正式|也|已|又|再次|再度|于|在)*"
    r"(?:宣布|宣佈|对外宣布)?(?:近日|已|正式|连续|連續|顺利|順利)*(?:完成|获得|獲得|获|獲|拿下|斩获|融资|融資)"
)
_CHINESE_QUOTED = re.compile(r"[「『“\"](?P<name>[^」』”\"]{2,20})[」』”\"]")
_JAPANESE_NAME = re.compile(
    rf"(?P<name>[{_JAPANESE}]{{2,40}}?)(?:[（(][^）)]{{1,30}}[）)])?(?:、|は(?![ぁ-ん])|は\d|が)"
)
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
_HINDI = re.compile(r"(?:^|\s|[‘'\"“])(?P<name>[\w\u0900-\u097f.&-]+)[’'\"”]?\s+(?:ने|को)\s")
_NO_NAME = re.compile(
    r"(?:该公司|公司|本轮|本次|本輪|其|同社|当社|会社|회사|이번|정부|업체|스타트업|기업|बैंक|स्टार्टअप|कंपनी|सरकार|的|一家|政府|国家|企業|企业|新会社|新興企業|新興|大手|스타트업이"
    r"|이 회사|기업가치|라운드|全球|中国|日本|今年|去年|年内|累计|이 스타트업|투자자)"
)


def raiser_east(sentence: str, language: str) -> str | None:
    """The company, or None; language: two letters."""
    if language == "zh":
        name = _chinese(sentence)
    elif language == "ja":
        name = _japanese(sentence)
    elif language == "ko":
        found = _KOREAN_NAME.search(sentence)
        name = found["name"] if found else None
    elif language in ("ar", "fa", "he"):
        name = next((found["name"] for form in _ARABIC if (found := form.search(sentence))), None)
    elif language in ("hi", "bn", "mr"):
        found = _HINDI.search(sentence)
        name = found["name"] if found else None
    else:
        return None
    return (
        name
        if name and len(name) > 1 and not name[0].isdecimal() and not _NO_NAME.fullmatch(name)
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
            if name and not _NO_NAME.fullmatch(name):
                return name
    return None


def _japanese(sentence: str) -> str | None:
    quoted = _CHINESE_QUOTED.search(sentence[:60])
    if quoted:
        return quoted["name"]
    found = _JAPANESE_NAME.search(sentence)
    if found is None:
        return None
    # "AI半導体のクモノス": the name stands behind the last "no" that parts it from its trade.
    return re.split(
        r"の(?=[A-Za-z\u30a0-\u30ff\u4e00-\u9fff])|(?:スタートアップ|ベンチャー|企業|会社|開発)(?=[^の])",
        found["name"],
    )[-1]
