"""Who wrote it: names split, cleaned, people told from agencies."""

import re
from typing import Any

from lxml import html

from crawler.extraction.jsonld import text_of, types_of
from crawler.extraction.parsing import Parsed

MAX_AUTHORS = 12

# written as credited → the name we keep
_AGENCIES = {
    "reuters": "Reuters", "thomson reuters": "Reuters", "afp": "AFP", "agence france-presse": "AFP", "agence france presse": "AFP", "ap": "AP",
    "associated press": "AP", "the associated press": "AP", "dpa": "dpa", "deutsche presse-agentur": "dpa", "dpa/afx": "dpa", "bloomberg": "Bloomberg", "bloomberg news": "Bloomberg",
    "xinhua": "Xinhua", "新华社": "Xinhua", "新華社": "Xinhua", "efe": "EFE", "agencia efe": "EFE", "ansa": "ANSA", "apa": "APA", "sda": "Keystone-SDA", "keystone-sda": "Keystone-SDA",
    "epd": "epd", "kna": "KNA", "sid": "SID", "pti": "PTI", "press trust of india": "PTI", "ians": "IANS", "ani": "ANI", "kyodo": "Kyodo", "kyodo news": "Kyodo", "共同通信": "Kyodo", "共同": "Kyodo", "jiji": "Jiji", "時事": "Jiji", "時事通信": "Jiji",
    "yonhap": "Yonhap", "연합뉴스": "Yonhap", "tass": "TASS", "тасс": "TASS", "ria novosti": "RIA Novosti", "риа новости": "RIA Novosti", "interfax": "Interfax", "интерфакс": "Interfax", "bernama": "Bernama", "antara": "Antara", "pa": "PA", "pa media": "PA", "press association": "PA", "ntb": "NTB", "tt": "TT", "ritzau": "Ritzau", "stt": "STT", "anp": "ANP", "belga": "Belga",
    "lusa": "Lusa", "europa press": "Europa Press", "canadian press": "Canadian Press", "the canadian press": "Canadian Press", "aap": "AAP", "anadolu": "Anadolu", "aa": "Anadolu", "pap": "PAP", "čtk": "ČTK", "mti": "MTI", "upi": "UPI", "cna": "CNA", "notimex": "Notimex", "télam": "Télam",
    "new york times": "New York Times", "the new york times": "New York Times", "nyt": "New York Times", "business wire": "Business Wire", "pr newswire": "PR Newswire", "globenewswire": "GlobeNewswire",
}  # fmt: skip

_BY = re.compile(
    r"^\s*(?:(?:written|posted|published|reported|story|words|text|analysis)\s+by|by|von|par|por|di|da|door|af|av|oleh|de|από|автор|text|text:|texte|foto|autor(?:in)?|redaktion:|作者|记者|記者|文)\s*[:：/]?\s+",
    re.I,
)
_BY_GLUED = re.compile(r"^\s*(?:by|von|作者|记者|記者|文|author|autor|автор)\s*[:：/]\s*", re.I)
_SPLIT = re.compile(
    r"\s*(?:;|\||•|·|\n|/(?=\s)|\s/|\sand\s|\s&\s|\sund\s|\set\s|\sy\s|\se\s|\sog\s|\soch\s|\sdan\s|\sen\s|\si\s|\s и |、|，|；)\s*"
)
_TRAILING = re.compile(
    r"\s*(?:[|(\[].*|\s[-–—]\s.*|,\s*(?:reuters|afp|ap|dpa|bloomberg|staff|contributor|special|reporter|editor|correspondent|chief|senior|tech|the|for|in)\b.*|\s(?:\d{1,2}\s)?(?:hours?|minutes?|days?) ago.*|@\S+|\S+@\S+)$",
    re.I,
)
_BAD = re.compile(
    r"https?:|www\.|[<>{}\[\]=@#]|\.(?:com|de|org|net|html)/|^\W*$|^\d|^(?:admin|administrator|guest|unknown|none|null|undefined|author|editor|follow|subscribe|share|wordpress|webmaster|user|default)$",
    re.I,
)
_ROLE = re.compile(
    r"^(?:staff(?:\s(?:writer|reporter))?|contributor|editor|reporter|correspondent|senior\s.*|chief\s.*|(?:tech|business|news|political|science|health)\s(?:editor|reporter|correspondent|writer))$",
    re.I,
)


def find_authors(
    parsed: Parsed, node: dict[str, Any], site_name: str | None
) -> tuple[list[str], list[str], str]:
    """(people, agencies, where from). Both lists keep the page's order and hold no name twice."""
    for source, raw in _witnesses(parsed, node):
        people, agencies = clean_names(raw)
        if people or agencies:
            return people, agencies, source
    return [], [], ""


def _witnesses(parsed: Parsed, node: dict[str, Any]) -> list[tuple[str, list[str]]]:
    metas = [
        value
        for name in (
            "author",
            "article:author",
            "parsely-author",
            "dc.creator",
            "sailthru.author",
            "byl",
            "citation_author",
            "dcterms.creator",
            "cxenseparse:author",
        )
        for value in parsed.metas.get(name, ())
        if not value.startswith("http")
    ]
    return [
        ("jsonld:author", names_in(node.get("author")) or names_in(node.get("creator"))),
        (
            "meta:author",
            metas[:1]
            if metas and parsed.metas.get("author") and len(parsed.metas["author"]) == 1
            else metas[:6],
        ),
        ("microdata:author", _marked(parsed)),
        ("byline", _bylines(parsed)),
    ]


def names_in(value: Any) -> list[str]:
    """Names in a JSON-LD author value: string, object or list of either."""
    values = value if isinstance(value, list) else [value]
    names: list[str] = []
    for one in values[: MAX_AUTHORS * 2]:
        if isinstance(one, dict):
            inner = one.get("name")
            if isinstance(inner, list):
                names += [text_of(name) for name in inner]
            else:
                names.append(
                    text_of(inner)
                    or " ".join(
                        filter(
                            None, (text_of(one.get("givenName")), text_of(one.get("familyName")))
                        )
                    )
                )
        elif isinstance(one, str):
            names.append(text_of(one))
    return [name for name in names if name]


def is_organisation(value: Any) -> bool:
    return isinstance(value, dict) and "Organization" in " ".join(types_of(value))


def _marked(parsed: Parsed) -> list[str]:
    names = []
    for element in parsed.marked.get("author", ())[:6]:
        inner = element.xpath('.//*[@itemprop="name"]')
        target: html.HtmlElement = inner[0] if inner else element
        text = target.get("content") or " ".join(target.text_content().split())
        if 2 < len(text) < 80:
            names.append(text)
    return names


def _bylines(parsed: Parsed) -> list[str]:
    links = parsed.tree.xpath(
        '//*[self::a or self::span][contains(concat(" ", @rel, " "), " author ")]'
    )
    found = [" ".join(link.text_content().split()) for link in links[:4]]
    if not any(found):
        spots = parsed.tree.xpath(
            '//*[contains(@class, "author") or contains(@class, "byline") or contains(@class, "Author") or contains(@class, "Byline")]'
        )
        for spot in spots[:8]:
            text = " ".join(spot.text_content()[:300].split())
            if 4 < len(text) < 70:
                found.append(text)
                break
    return [name for name in dict.fromkeys(found) if 2 < len(name) < 80]


def clean_names(raw: list[str]) -> tuple[list[str], list[str]]:
    """Split and clean credits. Returns: (people, agencies)."""
    people: dict[str, str] = {}
    agencies: dict[str, str] = {}
    for credit in raw:
        credit = _BY_GLUED.sub("", _BY.sub("", " ".join(credit.split())[:300]))
        for part in _parts(credit):
            name = _TRAILING.sub("", _BY.sub("", part)).strip(" ,.:-–—|*\"'")
            known = _AGENCIES.get(name.casefold())
            if known:
                agencies.setdefault(known, known)
            elif name and _plausible(name):
                people.setdefault(name.casefold(), name)
    return list(people.values())[:MAX_AUTHORS], list(agencies.values())


def _parts(credit: str) -> list[str]:
    parts = [part for part in _SPLIT.split(credit) if part]
    found = []
    for part in parts:
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        # "Smith, John" is one name, "John Smith, Jane Roe" are two
        several = len(pieces) > 1 and all(
            " " in piece or piece.casefold() in _AGENCIES for piece in pieces
        )
        found += pieces if several else [part]
    return found


def _plausible(name: str) -> bool:
    return (
        1 < len(name) <= 60
        and len(name.split()) <= 6
        and not _BAD.search(name)
        and not _ROLE.match(name)
    )
