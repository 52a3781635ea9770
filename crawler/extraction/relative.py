"""Relative dates: "19 hours ago", 2小时前, hace 3 horas, أمس → a date with its precision.

Own patterns first (microseconds, and glued labels such as "Straits Times19 hours ago" work);
dateparser only for languages the caller names. Absolute dates are `written`'s.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.article import DateEvidence, Precision

MAX_CHARS = 300

# seconds of a unit → its words in every language, as regex alternatives
_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3_600, 86_400
_WEEK, _MONTH, _YEAR = 7 * _DAY, 30 * _DAY, 365 * _DAY
_PRECISION = {_SECOND: Precision.MINUTE, _MINUTE: Precision.MINUTE, _HOUR: Precision.HOUR}
_CONFIDENCE = {
    _SECOND: 0.7,
    _MINUTE: 0.7,
    _HOUR: 0.7,
    _DAY: 0.6,
    _WEEK: 0.35,
    _MONTH: 0.2,
    _YEAR: 0.1,
}

_Units = dict[int, str]
_N = r"(?P<n>(?<![\d.,:])\d{1,3}"


def _pattern(
    before: str, words: str, units: _Units, after: str, space: str = r"\s{0,3}"
) -> re.Pattern[str]:
    unit = "|".join(f"(?P<u{seconds}>{forms})" for seconds, forms in units.items())
    number = f"{_N}|{words})" if words else f"{_N})"
    return re.compile(f"{before}{number}{space}(?:{unit}){after}", re.I)


_PATTERNS: tuple[re.Pattern[str], ...] = (
    # en
    _pattern(
        "",
        r"an?|one|two|three|four|five|six|seven|eight|nine|ten",
        {
            _MONTH: "months?|mos?",
            _MINUTE: r"minutes?|mins?\.?|m",
            _HOUR: r"hours?|hrs?\.?|h",
            _SECOND: "seconds?|secs?|s",
            _DAY: "days?|d",
            _WEEK: "weeks?|wks?|w",
            _YEAR: "years?|yrs?|y",
        },
        r"\s{1,3}ago\b",
    ),
    # es, pt
    _pattern(
        r"(?:hace|h[áa]|faz)\s{1,3}(?:unos\s|cerca de\s)?",
        "una?|uma?",
        {
            _SECOND: "seg(?:undos?)?",
            _MINUTE: "min(?:uto)?s?",
            _HOUR: r"h(?:oras?)?\b",
            _DAY: "d[íi]as?",
            _WEEK: "semanas?",
            _MONTH: r"mes(?:es)?|m[êe]s",
            _YEAR: "años?|anos?",
        },
        "",
    ),
    _pattern(
        "",
        "uma?",
        {
            _MINUTE: "min(?:uto)?s?",
            _HOUR: "h(?:oras?)?",
            _DAY: "dias?",
            _WEEK: "semanas?",
            _MONTH: "mes(?:es)?|m[êe]s",
            _YEAR: "anos?",
        },
        r"\s{1,3}atr[áa]s\b",
    ),
    # fr
    _pattern(
        r"il\s+y\s+a\s+",
        "une?",
        {
            _SECOND: "sec(?:ondes?)?",
            _MINUTE: "min(?:utes?)?",
            _HOUR: r"h(?:eures?)?\b",
            _DAY: "jours?|j\\b",
            _WEEK: "sem(?:aines?)?",
            _MONTH: "mois",
            _YEAR: r"ans?\b|années?",
        },
        "",
    ),
    # de, and the Nordic "for 3 timer siden", "för 3 timmar sedan"
    _pattern(
        r"vor\s+",
        "einer|einem|einigen",
        {
            _SECOND: "sek(?:unden?)?",
            _MINUTE: "min(?:uten?)?",
            _HOUR: "std|stunden?|h\\b",
            _DAY: "tag(?:en)?",
            _WEEK: "wochen?",
            _MONTH: "monat(?:en)?",
            _YEAR: "jahr(?:en)?",
        },
        "",
    ),
    _pattern(
        "",
        "en|ett?|én",
        {
            _SECOND: "sek(?:und(?:er)?)?",
            _MINUTE: "min(?:ut(?:ter|t|er)?)?",
            _HOUR: "tim(?:mar|me|er|e)?",
            _DAY: "dag(?:ar|er|e)?|døgn|dygn",
            _WEEK: "uk(?:er|e)|uger?|veck(?:or|a)",
            _MONTH: "m[åa]n(?:a|e)d(?:er)?",
            _YEAR: "år",
        },
        r"\.?\s{1,3}(?:siden|sedan)\b",
    ),
    # it, nl, ro, fi, hu
    _pattern(
        "",
        "una?|un'",
        {
            _SECOND: "second[io]",
            _MINUTE: "min(?:ut[io])?",
            _HOUR: "or[ae]",
            _DAY: "giorn[io]",
            _WEEK: "settiman[ae]",
            _MONTH: "mes[ei]",
            _YEAR: "ann[io]",
        },
        r"\s{1,3}fa\b",
    ),
    _pattern(
        "",
        "een|één",
        {
            _SECOND: "seconden?",
            _MINUTE: "minu(?:ut|ten)|min",
            _HOUR: "uur|uren|u",
            _DAY: "dag(?:en)?",
            _WEEK: "we(?:ek|ken)",
            _MONTH: "maand(?:en)?",
            _YEAR: "jaar|jaren",
        },
        r"\.?\s{1,3}geleden\b",
    ),
    _pattern(
        r"acum\s+",
        "o|un",
        {_MINUTE: "min(?:ute?|ut)?", _HOUR: "or[eă]", _DAY: "zil?e?", _WEEK: "săptămân[iă]"},
        r"\b",
        r"\s{1,3}(?:de\s)?",
    ),
    _pattern(
        "",
        "",
        {
            _SECOND: "sekuntia?",
            _MINUTE: "min(?:uuttia?)?",
            _HOUR: "tuntia?|h",
            _DAY: "päivää?|pv",
            _WEEK: "viikkoa?|vk",
            _MONTH: "kuukautta",
        },
        r"\.?\s{1,3}sitten\b",
    ),
    _pattern(
        "",
        "egy",
        {
            _MINUTE: "perc(?:cel|e)",
            _HOUR: "órá(?:val|ja)",
            _DAY: "nap(?:pal|ja)",
            _WEEK: "hé(?:ttel|te)",
        },
        r"(?:\s{1,3}ezelőtt)?\b",
    ),
    # id, ms, sw, vi, tr
    _pattern(
        "",
        "se(?=jam|hari|minggu|bulan|tahun)",
        {
            _SECOND: "detik|saat",
            _MINUTE: "menit|minit",
            _HOUR: "jam",
            _DAY: "hari",
            _WEEK: "minggu",
            _MONTH: "bulan",
            _YEAR: "tahun",
        },
        r"\s{1,3}(?:yang\s+)?(?:lalu|lepas)\b",
    ),
    re.compile(
        r"(?:(?P<u60>dakika)|(?P<u3600>saa|masaa)|(?P<u86400>siku)|(?P<u604800>wiki))\s+(?P<n>\d{1,3})\s+(?:[zyw]?i?l?i?li)?(?:zilizopita|iliyopita|yaliyopita|zilopita)",
        re.I,
    ),
    _pattern(
        "",
        "",
        {
            _SECOND: "giây",
            _MINUTE: "phút",
            _HOUR: "giờ|tiếng",
            _DAY: "ngày",
            _WEEK: "tuần",
            _MONTH: "tháng",
            _YEAR: "năm",
        },
        r"\s{1,3}trước",
    ),
    _pattern(
        "",
        "bir",
        {
            _SECOND: "saniye|sn",
            _MINUTE: "dakika|dk",
            _HOUR: "saat|sa",
            _DAY: "gün",
            _WEEK: "hafta",
            _MONTH: "ay",
            _YEAR: "yıl",
        },
        r"\.?\s{1,3}[öo]nce",
    ),
    # ru, uk, bg, pl, cs/sk, sr/hr, el
    _pattern(
        "",
        "",
        {
            _SECOND: "сек\\w{0,6}",
            _MINUTE: "мин\\w{0,4}",
            _HOUR: "час\\w{0,2}|ч",
            _DAY: "день|дн[яе]й?|сут\\w{0,3}",
            _WEEK: "недел\\w{1,2}",
            _MONTH: "месяц\\w{0,2}",
            _YEAR: "год\\w?|лет",
        },
        r"\.?\s{1,3}назад",
    ),
    _pattern(
        "",
        "",
        {
            _SECOND: "сек\\w{0,5}",
            _MINUTE: "хв\\w{0,5}",
            _HOUR: "год\\w{0,3}",
            _DAY: "день|дн[іяв]в?",
            _WEEK: "тиж\\w{0,4}",
            _MONTH: "місяц\\w{1,2}",
            _YEAR: "рок\\w{1,2}|рік",
        },
        r"\.?\s{1,3}тому",
    ),
    _pattern(
        r"преди\s+",
        "един|една",
        {
            _SECOND: "сек\\w{0,4}",
            _MINUTE: "мин\\w{0,4}",
            _HOUR: "час\\w?",
            _DAY: "ден|дни",
            _WEEK: "седмиц[аи]",
        },
        "",
    ),
    _pattern(
        "",
        "",
        {
            _SECOND: "sek\\w{0,3}",
            _MINUTE: "min\\w{0,3}",
            _HOUR: "godz\\w{0,3}",
            _DAY: "dni|dzień",
            _WEEK: "tyg\\w{0,6}",
            _MONTH: "mies\\w{0,4}",
            _YEAR: "lata?|rok",
        },
        r"\.?\s{1,3}temu",
    ),
    _pattern(
        r"(?:před|pred|prije|pre)\s+",
        "",
        {
            _SECOND: "sek\\w{0,5}",
            _MINUTE: "min\\w{0,5}",
            _HOUR: "hod\\w{0,5}|sat[ia]?|h\\b",
            _DAY: "dn[yíeoai]\\w{0,2}|dana?",
            _WEEK: "týd\\w{0,3}|tjed\\w{0,3}",
        },
        "",
    ),
    _pattern(
        r"πριν\s+(?:από\s+)?",
        "μία|ένα",
        {_MINUTE: "λεπτ\\w{1,3}", _HOUR: "ώρ\\w{1,3}", _DAY: "(?:η)?μ[εέ]ρ\\w{1,3}|ημέρ\\w{1,3}"},
        "",
    ),
    # ar, fa, he, ur
    _pattern(
        r"(?:منذ|قبل|مضى)\s+(?:حوالي\s+)?",
        "",
        {
            _SECOND: "ثاني\\w?|ثوان\\w?",
            _MINUTE: "دقيقة|دقائق",
            _HOUR: "ساعة|ساعات",
            _DAY: "يوم\\w?ا?|أيام|ايام",
            _WEEK: "أسبوع\\w?|أسابيع",
            _MONTH: "شهر\\w?ا?|أشهر|شهور",
            _YEAR: "سنة|سنوات|عام\\w?|أعوام",
        },
        "",
    ),
    _pattern(
        "",
        "یک",
        {
            _SECOND: "ثانیه",
            _MINUTE: "دقیقه|منٹ",
            _HOUR: "ساعت|گھنٹے|گھنٹہ",
            _DAY: "روز|دن",
            _WEEK: "هفته|ہفتے",
            _MONTH: "ماه|ماہ",
            _YEAR: "سال",
        },
        r"\s{1,3}(?:پیش|قبل|پہلے)",
    ),
    _pattern(
        r"לפני\s*",
        "",
        {
            _SECOND: "שניות",
            _MINUTE: "דקות|דקה|דק'",
            _HOUR: "שעות|שעה",
            _DAY: "ימים|יום",
            _WEEK: "שבועות",
            _MONTH: "חודשים",
            _YEAR: "שנים",
        },
        "",
    ),
    # hi, bn, ta, th
    _pattern(
        "",
        "एक",
        {
            _SECOND: "सेकंड|सेकेंड",
            _MINUTE: "मिनट",
            _HOUR: "घंट[ेा]|घण्ट[ेा]",
            _DAY: "दिन",
            _WEEK: "सप्ताह|हफ्त[ेा]",
            _MONTH: "मही?न[ेा]|माह",
            _YEAR: "साल|वर्ष",
        },
        r"\s{0,3}पहले",
    ),
    _pattern(
        "",
        "এক",
        {
            _SECOND: "সেকেন্ড",
            _MINUTE: "মিনিট",
            _HOUR: "ঘণ্টা|ঘন্টা",
            _DAY: "দিন",
            _WEEK: "সপ্তাহ",
            _MONTH: "মাস",
            _YEAR: "বছর",
        },
        r"\s{0,3}আগে",
    ),
    _pattern(
        "",
        "",
        {
            _SECOND: "วินาที",
            _MINUTE: "นาที",
            _HOUR: r"ชั่วโมง|ชม\.?",
            _DAY: "วัน",
            _WEEK: "สัปดาห์",
            _MONTH: "เดือน",
            _YEAR: "ปี",
        },
        r"\s{0,3}(?:ที่แล้ว|ที่ผ่านมา|ก่อน)",
    ),
    # zh, ja, ko
    _pattern(
        "",
        "[一两兩二三四五六七八九十]|半",
        {
            _SECOND: "秒钟?|秒鐘",
            _MINUTE: "分钟|分鐘|分",
            _HOUR: "个?小时|個?小時|個?鐘頭|時間|个?钟头",
            _DAY: "天|日",
            _WEEK: "个?星期|個?星期|週間|周|週|个?礼拜|個?禮拜",
            _MONTH: "个月|個月|か月|ヶ月|カ月|ケ月|ヵ月",
            _YEAR: "年",
        },
        r"\s?(?:之前|以前|前)",
    ),
    _pattern(
        "",
        "",
        {
            _SECOND: "초",
            _MINUTE: "분",
            _HOUR: "시간",
            _DAY: "일",
            _WEEK: "주일?",
            _MONTH: "개월|달",
            _YEAR: "년",
        },
        r"\s?전",
    ),
)

_ALONE: tuple[tuple[re.Pattern[str], int, int], ...] = tuple(
    (re.compile(pattern, re.I), number, seconds)
    for pattern, number, seconds in (
        (r"(?:منذ|قبل)\s+دقيقتين", 2, _MINUTE), (r"(?:منذ|قبل)\s+ساعتين", 2, _HOUR), (r"(?:منذ|قبل)\s+يومين", 2, _DAY), (r"(?:منذ|قبل)\s+أسبوعين", 2, _WEEK),
        (r"(?:منذ|قبل)\s+شهرين", 2, _MONTH), (r"(?:منذ|قبل)\s+دقيقة", 1, _MINUTE), (r"(?:منذ|قبل)\s+ساعة", 1, _HOUR), (r"(?:منذ|قبل)\s+يوم(?!\w)", 1, _DAY),
        (r"לפני\s+שעתיים", 2, _HOUR), (r"לפני\s+יומיים", 2, _DAY), (r"לפני\s+שעה", 1, _HOUR), (r"לפני\s+דקה", 1, _MINUTE),
        (r"\bjust now\b|\bmoments? ago\b|刚刚|剛剛|たった今|방금|baru saja|à l'instant|gerade eben|hace instantes|agora mesmo|только что|щойно|az önce|vừa xong|الآن", 0, _MINUTE),
    )
)  # fmt: skip
_TODAY = r"today|heute|hoy|hoje|aujourd['’]hui|oggi|vandaag|i dag|idag|сегодня|сьогодні|dzisiaj|dziś|bugün|hari ini|hôm nay|วันนี้|今天|今日|오늘|اليوم|امروز|היום|आज|leo"
_YESTERDAY = r"yesterday|gestern|ayer|ontem|hier|ieri|gisteren|i går|igår|вчера|вчора|wczoraj|dün|kemarin|semalam|hôm qua|เมื่อวานนี้|เมื่อวาน|昨天|昨日|어제|أمس|دیروز|אתמול|jana|včera"
_DAY_WORD = re.compile(
    rf"(?<!\w)(?:(?P<today>{_TODAY})|(?P<yesterday>{_YESTERDAY}))(?!\w)(?P<rest>.{{0,24}})|(?P<cjk_today>今天|今日|오늘)(?P<rest2>.{{0,24}})|(?P<cjk_yesterday>昨天|昨日|어제)(?P<rest3>.{{0,24}})",
    re.I | re.S,
)
_CLOCK = re.compile(
    r"(?<!\d)(?P<h>[01]?\d|2[0-3])\s?(?:[:.h時时시]|uhr)\s?(?P<m>[0-5]\d)?(?!\d)\s?(?P<half>[ap]\.?m\.?)?|(?<!\d)(?P<h12>1[0-2]|[1-9])\s?(?P<half12>[ap]\.?m\.?)",
    re.I,
)
_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_WORDS |= {
    "两": 2,
    "兩": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}


def parse_relative(
    text: str, *, now: datetime, timezone: str | None, languages: Sequence[str] = ()
) -> DateEvidence | None:
    """Read a short label that tells a date relative to `now`.

    text: a label, not running text; only its first 300 characters are read.
    now: aware; when the label was fetched. timezone: IANA name of the publisher's clock; it decides
    which day "yesterday" is. languages: two-letter codes dateparser may try when no pattern fits.
    Returns: evidence with source "relative"; its precision is the label's own (a clock time only if
    stated, "3 days ago" is a day). None when the label tells no relative date.
    """
    label = " ".join(text[:MAX_CHARS].split())
    if not label:
        return None
    zone = zone_of(timezone)
    here = now.astimezone(zone)
    for pattern in _PATTERNS:
        if found := pattern.search(label):
            seconds = next(
                int(name[1:])
                for name, value in found.groupdict().items()
                if value and name[0] == "u"
            )
            return _ago(_number(found["n"]), seconds, here, found[0], timezone)
    for pattern, number, seconds in _ALONE:
        if found := pattern.search(label):
            return _ago(number, seconds, here, found[0], timezone)
    return _day_word(label, here, timezone) or _by_dateparser(label, here, timezone, languages)


def zone_of(timezone: str | None) -> tzinfo:
    if timezone:
        try:
            return ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError):
            pass
    return UTC


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _WORDS.get(text.lower(), 1)


def _ago(
    number: int, seconds: int, here: datetime, raw: str, timezone: str | None
) -> DateEvidence | None:
    try:
        then = (here.astimezone(UTC) - timedelta(seconds=number * seconds)).astimezone(here.tzinfo)
    except OverflowError:
        return None
    precision = _PRECISION.get(seconds, Precision.DAY)
    return _evidence(then, precision, raw, timezone, _CONFIDENCE[seconds])


def _evidence(
    then: datetime, precision: Precision, raw: str, timezone: str | None, confidence: float
) -> DateEvidence:
    if precision is Precision.DAY:
        then = then.replace(hour=0, minute=0, second=0, microsecond=0)
    offset = then.utcoffset() if timezone else None
    return DateEvidence(
        instant=then.astimezone(UTC).replace(microsecond=0),
        precision=precision,
        source="relative",
        raw=raw.strip(),
        offset_minutes=None if offset is None else int(offset.total_seconds() // 60),
        confidence=confidence,
    )


def _day_word(label: str, here: datetime, timezone: str | None) -> DateEvidence | None:
    found = _DAY_WORD.search(label)
    if not found or found.start() > 25 or len(label) > 50:
        return None
    rest = label[: found.start()] + (found["rest"] or found["rest2"] or found["rest3"] or "")
    rest = _CLOCK.sub("", rest)
    if re.search(r"\d", rest) or len(re.findall(r"[^\W\d_]", rest)) > 20:
        return None  # a day word within other text
    back = 1 if found["yesterday"] or found["cjk_yesterday"] else 0
    day = here - timedelta(days=back)
    clock = _CLOCK.search(found["rest"] or found["rest2"] or found["rest3"] or "")
    if not clock:
        return _evidence(day, Precision.DAY, found[0], timezone, 0.5)
    hour = int(clock["h"] or clock["h12"])
    half = (clock["half"] or clock["half12"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    then = day.replace(hour=hour, minute=int(clock["m"] or 0), second=0, microsecond=0)
    if then > here + timedelta(minutes=5):
        return _evidence(day, Precision.DAY, found[0], timezone, 0.5)
    return _evidence(then, Precision.MINUTE, found[0], timezone, 0.7)


def _by_dateparser(
    label: str, here: datetime, timezone: str | None, languages: Sequence[str]
) -> DateEvidence | None:
    # '12', 'a' and 'May' parse as dates: only labels with a small number and some words are tried
    if (
        not languages
        or len(label) > 40
        or not re.search(r"(?<!\d)\d{1,3}(?!\d)\D{2,}", label)
        or re.search(r"\d{4}|[/:]", label)
    ):
        return None
    import dateparser  # slow to import, rarely needed

    naive = here.replace(tzinfo=None)
    settings = {"RELATIVE_BASE": naive, "PARSERS": ["relative-time"], "PREFER_DATES_FROM": "past"}
    try:
        then = dateparser.parse(label, languages=list(languages), settings=settings)  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        return None
    if then is None or then.replace(tzinfo=None) > naive:
        return None
    old = naive - then.replace(tzinfo=None)
    precision = Precision.DAY if old >= timedelta(days=1) else Precision.HOUR
    return _evidence(then.replace(tzinfo=here.tzinfo), precision, label, timezone, 0.5)
