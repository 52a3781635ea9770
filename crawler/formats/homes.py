"""Which clock a newsroom most likely keeps, when nothing but its page is known.

A weak witness: good for choosing between two neighbouring days, never for finding a time.
"""

from datetime import tzinfo
from functools import cache
from urllib.parse import urlsplit

from crawler.formats.zones import zone_of

# top domains of countries that keep one clock, or nearly all of whose newsrooms do
_OF_DOMAIN = {
    "ae": "Asia/Dubai", "ar": "America/Argentina/Buenos_Aires", "at": "Europe/Vienna",
    "be": "Europe/Brussels", "bg": "Europe/Sofia", "br": "America/Sao_Paulo", "ch": "Europe/Zurich",
    "cl": "America/Santiago", "cn": "Asia/Shanghai", "co": "America/Bogota", "cz": "Europe/Prague",
    "de": "Europe/Berlin", "dk": "Europe/Copenhagen", "ee": "Europe/Tallinn", "eg": "Africa/Cairo",
    "es": "Europe/Madrid", "fi": "Europe/Helsinki", "fr": "Europe/Paris", "gr": "Europe/Athens",
    "hk": "Asia/Hong_Kong", "hr": "Europe/Zagreb", "hu": "Europe/Budapest", "id": "Asia/Jakarta",
    "ie": "Europe/Dublin", "il": "Asia/Jerusalem", "in": "Asia/Kolkata", "it": "Europe/Rome",
    "jp": "Asia/Tokyo", "ke": "Africa/Nairobi", "kr": "Asia/Seoul", "lt": "Europe/Vilnius",
    "lu": "Europe/Luxembourg", "lv": "Europe/Riga", "ma": "Africa/Casablanca",
    "mx": "America/Mexico_City", "my": "Asia/Kuala_Lumpur", "ng": "Africa/Lagos",
    "nl": "Europe/Amsterdam", "no": "Europe/Oslo", "nz": "Pacific/Auckland", "pe": "America/Lima",
    "ph": "Asia/Manila", "pk": "Asia/Karachi", "pl": "Europe/Warsaw", "pt": "Europe/Lisbon",
    "ro": "Europe/Bucharest", "rs": "Europe/Belgrade", "sa": "Asia/Riyadh",
    "se": "Europe/Stockholm",
    "sg": "Asia/Singapore", "si": "Europe/Ljubljana", "sk": "Europe/Bratislava",
    "th": "Asia/Bangkok", "tr": "Europe/Istanbul", "tw": "Asia/Taipei", "ua": "Europe/Kyiv",
    "uk": "Europe/London", "us": "America/New_York", "vn": "Asia/Ho_Chi_Minh",
    "za": "Africa/Johannesburg",
}  # fmt: skip
_OF_LANGUAGE = {
    "cs": "cz", "da": "dk", "de": "de", "el": "gr", "en-us": "us", "en-gb": "uk", "fi": "fi",
    "fr-fr": "fr", "hu": "hu", "id": "id", "it": "it", "ja": "jp", "ko": "kr", "nb": "no",
    "nl": "nl", "no": "no", "pl": "pl", "pt-br": "br", "sv": "se", "th": "th", "tr": "tr",
    "uk": "ua", "vi": "vn", "zh-cn": "cn", "zh-tw": "tw",
}  # fmt: skip


def home_zone(url: str, language: str | None) -> tzinfo:
    """By the address's country, else by the language's; UTC when neither tells one."""
    domain = (urlsplit(url).hostname or "").rpartition(".")[2]
    return _zone(domain, (language or "").lower().replace("_", "-"))


@cache
def _zone(domain: str, language: str) -> tzinfo:
    home = _OF_LANGUAGE.get(language) or _OF_LANGUAGE.get(language.split("-")[0])
    return zone_of(_OF_DOMAIN.get(domain) or _OF_DOMAIN.get(home or ""))
