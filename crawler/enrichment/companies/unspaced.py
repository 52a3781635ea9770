"""Companies no list has, in scripts without capitals: Chinese, Japanese, Korean, Arabic, Hindi.

A name is known there by the noun in front of it, the form of law or the role beside it, and by
where it ends: a particle, a bracket, a verb. Of a name whose end is open the text must write the
same letters twice.
"""

# ruff: noqa: E501 - a pattern reads best as one list of words

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from crawler.enrichment.companies.names import is_name
from crawler.enrichment.companies.words import common_words
from crawler.enrichment.gazetteer import is_place
from crawler.enrichment.matching import Text

_ENOUGH = 2
_READ_CHARACTERS = 1_500
_SAMPLE = 300  # characters by which the script is told
_HAN = re.compile("[\u4e00-\u9fff]")
_KANA = re.compile("[\u3041-\u30fa]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_ARABIC = re.compile("[\u0620-\u064a]")
_ANY = re.compile("[\u0620-\u064a\u0905-\u0939\u3041-\u9fff\uac00-\ud7af]")
_DEVANAGARI = re.compile("[\u0905-\u0939]")


class Form(NamedTuple):
    """A way a text says it. weight: 2 is enough alone."""

    pattern: re.Pattern[str]
    weight: int


def _forms(weight: int, *patterns: str) -> tuple[Form, ...]:
    return tuple(Form(re.compile(pattern, re.MULTILINE), weight) for pattern in patterns)


# Chinese
_ZH = r"[A-Za-z0-9·.&\u4e00-\u9fff]"
_ZH_TRADE = (
    "科技|智能|智慧|机器人|機器人|半导体|半導體|微电子|微電子|生物|医药|醫藥|医疗|醫療|航天|航空|汽车|汽車|动力|動力|能源|网络|網路|信息|光电|光電|量子"
    "|集团|集團|股份|软件|軟體|电子|電子|数据|新材|材料|芯片|光学|激光|精密|制药|製藥|药业|生技|電信|通信|通讯|时代|互动|互娱|文化|传媒|新能源|储能|电池|云科|重工|存储|微纳|具身|无人机|电气|數位|资讯|資訊"
)
_ZH_SURNAME = "[王李张张刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾丁魏薛叶葉阎余潘杜戴夏钟鍾汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文]"
_ZH_HEAD = "公司|企业|企業|平台|厂商|廠商|服务商|服務商|开发商|開發商|供应商|供應商|制造商|製造商|提供商|运营商|品牌|独角兽|獨角獸|初创|新创|新創|團隊|团队|同业|同業|龙头|龍頭|巨头|巨頭|车企|車企|药企|藥廠|创企|初创团队|创业团队|实验室|大厂|大廠|新势力|新贵|黑马"
_ZH_START = r"(?:^|(?<=[，。；：、！？“”「」《（）(\s|｜【】,:!?])|(?<=公司)|(?<=企业)|(?<=企業)|(?<=厂商)|(?<=平台)|(?<=品牌)|(?<=[商与与和及由向对對获獲据據自]))"
_ZH_DOES = (
    "宣布|宣佈|完成|获得|獲得|获|獲|发布|發布|發佈|推出|上线|上線|启动|啟動|与|與|和|已|正式|近日|日前|今日|今天|本周|昨日|昨|计划|計劃|将|將|拟|擬|回应|回應|表示|称|稱|裁员|裁員|递交|遞交|遞表|提交|冲刺|冲击|赴|登陆|登陸|成立|收购|收購"
    "|签约|签署|携手|攜手|联合|聯合|入选|亮相|开源|融资|融資|再|又|也|的|是|在|创始人|創始人|創辦人|联合创始人|首席|董事长|董事長|總經理|总裁|總裁|執行長|CEO|CTO|（|\\(|旗下|投资|投資|入股|牵手|起诉|被|曾|目前|于|於|从|從|为|為|要|正|一年|去年|今年|上市|开发|開發|打造|估值|用|以|让|走|能|卖|做|们|则|还|并"
)
_CHINESE = (
    *_forms(
        2,
        rf"{_ZH_START}(?P<name>{_ZH}{{2,10}}?)[\"」』】]?(?:的)?(?:联合创始人|共同创始人|聯合創辦人|共同創辦人|创始人|創始人|創辦人|首席执行官|首席執行官|執行長|董事长|董事長|总裁|總裁|總經理|创始团队|CEO|CTO)",
        rf"{_ZH_START}(?P<name>{_ZH}{{2,10}}?)(?:[（(][^）)]{{1,20}}[）)])?(?:股份)?有限(?:责任|責任)?公司",
        rf"{_ZH_START}(?P<name>{_ZH}{{2,10}}?)[\"」』】]?(?:近日|日前|今日|今天|正式|已|于|昨日|\d+月\d+日)*(?:宣布|宣佈)?(?:近日|连续|已|顺利)?(?:完成|获得|獲得|获|獲|拿下)[^，。；、]{{0,14}}(?:融资|融資|投资|投資|轮|輪)",
        rf"{_ZH_START}(?P<name>{_ZH}{{2,10}}?)(?:是一家|是一間|是家|成立于|成立於|创立于|創立於|创办于|，?(?:是|系)?一家)",
        rf"{_ZH_START}(?P<name>{_ZH}{{2,10}}?)[\"」』】]?(?:近日|日前|已|正式|再次|再度|二度|三度|正|拟|擬)*(?:向港交所|向上交所|向深交所|在港交所|递交招股|遞交招股|递表|遞表|提交招股|登陆港交所|登陆科创板|冲刺港|冲刺科创|启动上市|申请破产|聲請破產)",
        rf"(?:名为|名為|名叫|叫做|取名|命名为)[\"「]?(?P<name>{_ZH}{{2,8}}?)[\"」]?的(?:初创|新创|新創|创业|科技)?(?:公司|企业|企業|团队|品牌)",
        rf"(?:{_ZH_HEAD})[\"「『](?P<name>{_ZH}{{2,12}})[\"」』]",
        rf"(?:{_ZH_HEAD}) ?(?P<name>[A-Za-z]?[A-Z][A-Za-z0-9.&]{{1,20}}(?: [A-Z][A-Za-z0-9.&]{{1,20}}){{0,2}})",
        rf"{_ZH_START}(?P<name>(?!{_ZH_SURNAME}{_ZH}{{1,2}}[（(])[\u4e00-\u9fff]{{2,6}})[（(][A-Z][A-Za-z .&-]{{2,24}}[）)]",
        rf"{_ZH_START}(?P<name>[\u4e00-\u9fff]{{2}}(?:{_ZH_TRADE}))(?!{_ZH_TRADE}|[企公产行业业人机])",
        rf"(?:旗下|下称\"|下稱「|以下简称\"|简称\"|前身是|原名\"?)(?P<name>{_ZH}{{2,8}}?)(?=[\"」，。、）)]|正|与|的|{_ZH_DOES})",
        rf"(?:{_ZH_HEAD})(?P<name>{_ZH}{{1,6}}(?:{_ZH_TRADE}))(?=$|[，。；、）)\s\"」]|{_ZH_DOES})",
        r"(?P<name>[A-Z][A-Za-z0-9.&]{2,20})(?:联合创始人|创始人|創辦人|集团|首席执行官|執行長|CEO)",
    ),
    *_forms(
        1,
        rf"(?:{_ZH_HEAD})(?P<name>{_ZH}{{2,8}}?)(?=$|[，。；、）)\s\"」（(]|{_ZH_DOES})",
        rf"{_ZH_START}(?P<name>{_ZH}{{1,6}}?(?:{_ZH_TRADE}))(?=$|[，。；、）)\s\"」]|{_ZH_DOES})",
        rf"(?:^|[；;：:])(?P<name>{_ZH}{{2,8}}?)(?:换帅|換帥|拟|擬|再|致歉|傳|传|最后|首|二度|发布|發布|發佈|推出|裁员|裁員|完成|获|獲|宣布|宣佈|回应|回應|与|與|携手|攜手|上线|冲刺|赴港|开源|收购|收購|联手|聯手|牵手)",
        rf"[，。；](?P<name>{_ZH}{{2,8}}?)(?:发布|發布|宣布|宣佈|裁员|裁員|推出|收购|表示)",
        rf"(?:属于|屬於|包括|客户为|供应商为|代工|竞争对手|对手|供應商|合作伙伴)(?P<name>{_ZH}{{2,8}}?)(?=$|[，。；、）)\s\"」]|的|与|與|和|{_ZH_DOES})",
        rf"【(?P<name>{_ZH}{{2,8}})】",
        rf"(?:收购|收購|入股|投资|投資|并购|併購|领投|起诉)(?P<name>{_ZH}{{2,8}}?)(?=$|[，。；、）)\s\"」]|的|{_ZH_DOES})",
    ),
)
_ZH_ADVERB = re.compile(r"(?<=..)(?:在|于|近日|正|已|将|二度)")
_TRADE_END = re.compile(rf"(?:{_ZH_TRADE})$")
_ZH_CUT = re.compile(
    rf".*(?:北京|上海|深圳|杭州|广州|合肥|苏州|成都|武汉|南京|西安|{_ZH_HEAD}|系|旗下|领域的|赛道的|来自|今年|本周|近日|日前|日|获悉|消息|报道|名为)(?=..)|^(?:由|与|和|对|向|据|在|从|而|但|如|被|让|给|因|为|及|的|前|原|其|该|每家|某)"
)
_ZH_NO = re.compile(
    rf".*(?:{_ZH_HEAD})|"
    r"[\d.]+|.*(?:大学|大學|学院|學院|研究院|研究所|工信部|部$|局$|委$|委员会|委員會|政府|法院|协会|協會|基金$|资本$|資本$|创投$|創投$|投资$|部门|市场|市場|行业|行業|产业|產業|公司$|企业$|企業$|团队|這|这|该|其他|多家|一家|两家|几家|我们|他们|中国|全球|国内|海外|人工|员工|用户"
    r"|最高|可$|了$|模型$|产品|系统$|最高|装置|服务|技术$|新一代|项目|計畫|计划|中心$|大会|论坛|博览会|记者|教授|先生|女士|方面|相关|今年|去年|目前|其中|此外|同时|随着|如果|由于|虽然|可以|没有|不是|一个|这家|这些|创始人|创业者|公司的|人们|年轻人|作者|资本市场|本轮|本次|首|第|月|年$|日$|亿|万|元$|轮|级$|个|名$|份$)"
    r".*|.*(?:新型|国产|自研|大型|传统|美国|日本|欧洲|机器人公司|数据公司).*|(?:人工)?智能|半导体|机器人|生物|汽车|新能源|新能源汽车|芯片|科技|软件|能源|网络|航天|医疗|低空经济|具身智能|商业航天|量子|储能|电池"
)

# Japanese
_JA = r"[A-Za-z0-9.&・ー\u30a0-\u30ff\u4e00-\u9fff]"
_JA_N = rf"(?P<name>(?:(?:(?<=[、。「」\s（・の])|^)[ぁ-ん]{{2,6}})?{_JA}{{2,24}}?)"
_JA_HEAD = "スタートアップ|ベンチャー|新興企業|企業|会社|メーカー|大手|ユニコーン|フィンテック|手掛ける|手がける|展開する|運営する|提供する|開発する|製造する|販売する|営む|子会社|傘下|事業者|発の"
_JA_END = r"(?=[、。（(はがをにともへや]|$|から|まで|など|の|社長|CEO|による)"
_JA_DID = "(?:発表|公開|買収|設立|設け|開始|始め|提供|調達|値下げ|導入|展開|提携|連携|実施|販売|発売|打ち上げ|取得|獲得|受注|立ち上げ|上場|撤退|絞る|追随|勧め|増やし|減らし|製造|結んだ|明らかにした|検討|目指す|参入|開発|採用|運営|手がけ|手掛け|赤字|黒字)"
_JAPANESE = (
    *_forms(
        2,
        rf"(?:{_JA_HEAD})の?[「\"]?{_JA_N}[」\"]?{_JA_END}",
        rf"(?:株式会社|合同会社|有限会社|（株）|㈱)(?P<name>{_JA}{{2,24}}|[ぁ-ん]{{2,8}}{_JA}{{0,12}}){_JA_END}",
        rf"{_JA_N}(?:株式会社|合同会社|ホールディングス)",
        rf"{_JA_N}[（(](?:本社|東京|大阪|京都|名古屋|福岡|横浜|札幌|神戸|仙台|[^）)]{{1,10}}[都道府県市区町村・、]|英|米|独|CEO|代表|社長|以下)[^）)]{{0,30}}[）)]",
        rf"{_JA_N}の(?:共同)?(?:創業者|創業メンバー|代表取締役|社長|最高経営責任者|CEO|CTO|会長|株価|親会社|子会社|決算|全株式|筆頭株主)",
        rf"(?:[都道府県市区町村]|発)の?[「\"]?{_JA_N}[」\"]?(?=は|が)",
        rf"(?:向け|出身者|創業した|起業した|設立した|立ち上げた)の?{_JA_N}(?=[、はがを（])",
        rf"{_JA_N}(?:を買収|を子会社化|を完全子会社化|を吸収合併)",
        r"(?:^|[、。])(?P<name>[A-Z][A-Za-z]{2,20})(?:は|が|も)",
    ),
    *_forms(
        1,
        rf"^(?:[^、。「」\n]{{2,24}}の)?{_JA_N}、",
        rf"(?:^|[、。\s])(?:[^、。「」\n]{{2,24}}の)?{_JA_N}は(?=[^。]{{0,90}}{_JA_DID})",
        rf"{_JA_N}(?:が|も)(?=[^。]{{0,40}}{_JA_DID})",
        rf"{_JA_N}(?:と提携|と資本|と業務|に出資|へ出資|と共同|との共同|とのデータ|と連携|との連携)",
        rf"{_JA_N}(?:銀行|製薬|証券|電力|商事|工業|重工|電機|製作所|テック|ラボ|テクノロジーズ?|ロボティクス|ファーマ)",
    ),
)
_JA_NO = re.compile(
    r".*(?:額$|装置$|機器$|大学|大学院|研究所|研究室|省|庁|府$|県$|市$|区$|町$|委員会|協会|機構|裁判所|警察|政府|議会|学会|財団|氏|さん|教授|首相|大臣|投資家|投資|ファンド|キャピタル|同社|当社|会社$|企業$|各社|両社|他社|事業$|技術$|製品|利用者|機能|市場$|業界$|分野|法案|基準|規制|調査|計画|日本|米国|中国|国内|世界|今後|今年|昨年|来年|年度|上半期|四半期|これ|それ|一方|背景|目的|対象|生成AI|人工知能|サービス$|アプリ$|モデル$|システム$|グループ$|新型|向け|\d+年|\d+月|\d+日|従業員|社員|社長|代表|CEO|ユーザー|データセンター|スマートフォン|プラットフォーム$|スタートアップ|ベンチャー|シリーズ).*|(?:AI|全固体|車載|次世代|生成)?(?:半導体|ロボット|電池)"
)
# Korean
_KO = r"[A-Za-z0-9.&가-힣]"
_KOREAN = (
    *_forms(
        2,
        rf"(?:스타트업|기업|업체|회사|전문기업|플랫폼|제조사|개발사|핀테크|유니콘|자회사|계열사|운영사)(?:인)? ['\"]?(?P<name>{_KO}{{2,14}}?)['\"]?(?=\(|[은는이가과와의을를]\s|,|에\s|도\s| 대표|$)",
        rf"(?:^|[\s'\"])(?P<name>{_KO}{{2,14}}?)['\"]?\((?:대표|대표이사|CEO|회장|사장)",
        rf"(?:^|[\s'\"])(?P<name>{_KO}{{2,14}}?)(?:의)? (?:대표는|대표가|대표이사|창업자|공동창업자|최고경영자|CEO|대표 [가-힣]{{2,4}})",
        rf"(?:㈜|주식회사 ?)(?P<name>{_KO}{{2,14}}?)(?=\(|[은는이가과와의을를]\s|,|\s|$)",
        rf"[가-힣]{{2,4}} (?P<name>{_KO}{{2,14}}) 대표",
    ),
    *_forms(
        1,
        rf"^['\"]?(?P<name>{_KO}{{2,14}}?)['\"]?,",
        rf"(?:^|[\s])(?P<name>{_KO}{{2,14}}?)[은는](?= .{{0,120}}(?:밝혔다|발표했다|출시했다|체결했다|유치했다|인수했다|공개했다|선보였다))",
    ),
)
_KO_NO = re.compile(
    r".*[을를]|국민의힘|.*(?:민주당|[가-힣]당|대학교?|연구원|연구소|정부|부처|위원회|협회|재단|시장$|업계|투자자|벤처스|캐피탈|인베스트먼트|파트너스|기자|교수|장관|대통령|국회|법원|검찰|경찰|은행장|통신부|과기정통부|중기부|기재부).*"
    r"|이 회사|회사|기업|정부|최근|올해|지난해|국내|해외|글로벌|미국|중국|일본|한국|이번|또한|특히|한편|이들|그는|그|이|서비스|제품|기술|플랫폼|관계자|대표|누적|신임|공동"
)
_AR_HEAD = r"(?:ال)?(?:شركة|منصة|تطبيق|ناشئة|شركتي)"
_ARABIC_FORMS = (
    *_forms(
        1,
        rf"(?:^|[\s\"«])[وبلف]?{_AR_HEAD} [\"«]?(?P<name>(?!ال|ناشئة|تقنية|تكنولوجيا|سعودية|مصرية|إماراتية|ذات|في|من|على|عن|لل|أن|متخصصة|جديدة|عالمية|أمريكية|صينية|كبرى|محلية|رائدة)[\w&.-]{{3,14}})",
        r"(?:^|[\s])(?P<name>(?!ال)[\w&.-]{3,14}) (?:الناشئة|للتكنولوجيا|للتقنية)",
        r"(?:مؤسس|مؤسسة|الرئيس التنفيذي لشركة|الرئيس التنفيذي ل|رئيس شركة) ?[\"«]?(?P<name>(?!ال|شركة)[\w&.-]{3,14})",
        r"^[\"«]?(?P<name>(?!ال)[\w&.-]{3,14})[\"»]? (?:تطلق|تجمع|تغلق|تحصل|تستحوذ|تعلن|تتوسع|تسرح|تطرح|تستثمر)",
        r"(?:أعلنت|قالت|أطلقت|جمعت|أغلقت|استحوذت) [\"«]?(?P<name>(?!ال|شركة|منصة)[\w&.-]{3,14})",
    ),
    *_forms(2, rf"{_AR_HEAD}(?: \w+)? [\"«](?P<name>[^\"»]{{2,24}})[\"»]"),
)
_HINDI = (
    *_forms(
        2,
        r"(?:स्टार्टअप|कंपनी|फर्म|फिनटेक|यूनिकॉर्न|प्लेटफॉर्म) ['\"]?(?P<name>(?!ने|को|के|का|की|में|से|और|है|अब|यह|इस|भी|पर)[\w\u0900-\u097f.&-]{2,24}(?: [A-Z][\w.]+)?)['\"]? (?:ने|को|के|का|की|में|से)",
        r"(?:^|[\s'\"])(?P<name>[\w\u0900-\u097f.&-]{2,24})['\"]? (?:के|की) (?:सीईओ|संस्थापक|सह-संस्थापक|को-फाउंडर|सह संस्थापक)",
    ),
    *_forms(1, r"^['\"]?(?P<name>[\w\u0900-\u097f.&-]{3,24})['\"]? ने"),
)
_NEVER = re.compile(r"(?!)")


def unspaced(text: Text) -> Iterator[tuple[str, str]]:
    """(name, phrase) of every company the text makes out, in no order."""
    shaped = text.shaped[:_READ_CHARACTERS]
    forms, refused = _language(shaped)
    weights: Counter[str] = Counter()
    phrases: dict[str, str] = {}
    for form in forms:
        seen = set()
        for found in form.pattern.finditer(shaped):
            name = _trimmed(found["name"])
            if refused is _ZH_NO:
                name = _ZH_ADVERB.split(name)[0]
            if name in seen or _is_trade(name) or refused.fullmatch(name) or not is_name(name):
                continue
            seen.add(name)
            weights[name] += form.weight
            phrases.setdefault(name, found[0].strip())
    for name, weight in weights.items():
        if weight >= _ENOUGH:
            yield name, phrases[name]


def _is_trade(name: str) -> bool:
    """Whether only a common word stands before the trade: 商业航天 names no company."""
    found = _TRADE_END.search(name)
    rest = name[: found.start()] if found else name
    return rest in common_words() or is_place(rest) or name.lower() in common_words()


def _trimmed(name: str) -> str:
    cut = _ZH_CUT.match(name)
    return name[cut.end() :] if cut and len(name) - cut.end() >= 2 else name


@cache
def _of() -> dict[str, tuple[tuple[Form, ...], re.Pattern[str]]]:
    return {
        "ja": (_JAPANESE, _JA_NO), "zh": (_CHINESE, _ZH_NO), "ko": (_KOREAN, _KO_NO),
        "ar": (_ARABIC_FORMS, _NEVER), "hi": (_HINDI, _NEVER), "": ((), _NEVER),
    }  # fmt: skip


def _language(shaped: str) -> tuple[tuple[Form, ...], re.Pattern[str]]:
    """By the letters of the text, which are sure; a name or two in another script is no text."""
    sample = shaped[:_SAMPLE]
    if _ANY.search(sample) is None:
        return _of()[""]
    counts = {
        "ja": 2 * len(_KANA.findall(sample)),
        "zh": len(_HAN.findall(sample)),
        "ko": len(_HANGUL.findall(sample)),
        "ar": len(_ARABIC.findall(sample)),
        "hi": len(_DEVANAGARI.findall(sample)),
    }
    best = max(counts, key=lambda code: counts[code])
    if counts["ja"] * 5 > counts["zh"] and best == "zh":
        best = "ja"
    return _of()[best if counts[best] * 4 > len(sample) else ""]
