"""What a country tells of its newsrooms: region of the list, main clock, order of written dates.

A table, not a lookup service: capitals' or main newsroom cities' clocks, to fill what an entry of
the registry leaves out. And which country that is, where only an address or a language is known: a
weak witness, good for choosing between two neighbouring days, never for finding a time.
"""

from dataclasses import dataclass
from datetime import tzinfo
from urllib.parse import urlsplit

from crawler.formats.zones import zone_of

REGIONS = (
    "Africa",
    "East Asia",
    "Europe",
    "Global",
    "Latin America",
    "Middle East",
    "North America",
    "Oceania",
    "South Asia",
    "Southeast Asia",
)

_CLOCKS = {
    "Africa": """
        AO=Africa/Luanda BF=Africa/Ouagadougou BJ=Africa/Porto-Novo BW=Africa/Gaborone
        CD=Africa/Kinshasa CI=Africa/Abidjan CM=Africa/Douala CV=Atlantic/Cape_Verde
        DZ=Africa/Algiers EG=Africa/Cairo ET=Africa/Addis_Ababa GA=Africa/Libreville
        GH=Africa/Accra KE=Africa/Nairobi LY=Africa/Tripoli MA=Africa/Casablanca
        MG=Indian/Antananarivo ML=Africa/Bamako MU=Indian/Mauritius MW=Africa/Blantyre
        MZ=Africa/Maputo NA=Africa/Windhoek NE=Africa/Niamey NG=Africa/Lagos RW=Africa/Kigali
        SD=Africa/Khartoum SN=Africa/Dakar SO=Africa/Mogadishu TG=Africa/Lome TN=Africa/Tunis
        TZ=Africa/Dar_es_Salaam UG=Africa/Kampala ZA=Africa/Johannesburg ZM=Africa/Lusaka
        ZW=Africa/Harare""",
    "East Asia": """
        CN=Asia/Shanghai HK=Asia/Hong_Kong JP=Asia/Tokyo KR=Asia/Seoul MN=Asia/Ulaanbaatar
        MO=Asia/Macau TW=Asia/Taipei""",
    "Europe": """
        AL=Europe/Tirane AT=Europe/Vienna BA=Europe/Sarajevo BE=Europe/Brussels BG=Europe/Sofia
        BY=Europe/Minsk CH=Europe/Zurich CY=Asia/Nicosia CZ=Europe/Prague DE=Europe/Berlin
        DK=Europe/Copenhagen EE=Europe/Tallinn ES=Europe/Madrid FI=Europe/Helsinki
        FR=Europe/Paris GB=Europe/London GR=Europe/Athens HR=Europe/Zagreb HU=Europe/Budapest
        IE=Europe/Dublin IS=Atlantic/Reykjavik IT=Europe/Rome LI=Europe/Vaduz LT=Europe/Vilnius
        LU=Europe/Luxembourg LV=Europe/Riga MC=Europe/Monaco MD=Europe/Chisinau
        ME=Europe/Podgorica MK=Europe/Skopje MT=Europe/Malta NL=Europe/Amsterdam NO=Europe/Oslo
        PL=Europe/Warsaw PT=Europe/Lisbon RO=Europe/Bucharest RS=Europe/Belgrade
        RU=Europe/Moscow SE=Europe/Stockholm SI=Europe/Ljubljana SK=Europe/Bratislava
        UA=Europe/Kyiv""",
    "Latin America": """
        AR=America/Argentina/Buenos_Aires BO=America/La_Paz BR=America/Sao_Paulo
        CL=America/Santiago CO=America/Bogota CR=America/Costa_Rica CU=America/Havana
        DO=America/Santo_Domingo EC=America/Guayaquil GT=America/Guatemala
        HN=America/Tegucigalpa JM=America/Jamaica MX=America/Mexico_City NI=America/Managua
        PA=America/Panama PE=America/Lima PR=America/Puerto_Rico PY=America/Asuncion
        SV=America/El_Salvador TT=America/Port_of_Spain UY=America/Montevideo
        VE=America/Caracas""",
    "Middle East": """
        AE=Asia/Dubai BH=Asia/Bahrain IL=Asia/Jerusalem IQ=Asia/Baghdad IR=Asia/Tehran
        JO=Asia/Amman KW=Asia/Kuwait LB=Asia/Beirut OM=Asia/Muscat PS=Asia/Gaza QA=Asia/Qatar
        SA=Asia/Riyadh SY=Asia/Damascus TR=Europe/Istanbul YE=Asia/Aden""",
    "North America": "CA=America/Toronto US=America/New_York",
    "Oceania": """
        AU=Australia/Sydney FJ=Pacific/Fiji NZ=Pacific/Auckland PG=Pacific/Port_Moresby""",
    "South Asia": """
        AF=Asia/Kabul BD=Asia/Dhaka BT=Asia/Thimphu IN=Asia/Kolkata LK=Asia/Colombo
        MV=Indian/Maldives NP=Asia/Kathmandu PK=Asia/Karachi""",
    "Southeast Asia": """
        BN=Asia/Brunei ID=Asia/Jakarta KH=Asia/Phnom_Penh LA=Asia/Vientiane MM=Asia/Yangon
        MY=Asia/Kuala_Lumpur PH=Asia/Manila SG=Asia/Singapore TH=Asia/Bangkok
        VN=Asia/Ho_Chi_Minh""",
    # No region of its own in the list: the Caucasus and Central Asia.
    "Global": """
        AM=Asia/Yerevan AZ=Asia/Baku GE=Asia/Tbilisi KG=Asia/Bishkek KZ=Asia/Almaty
        TJ=Asia/Dushanbe TM=Asia/Ashgabat UZ=Asia/Tashkent""",
}  # fmt: skip

# Several clocks, and newsrooms at more than one of them.
_MANY_CLOCKS = frozenset({"AU", "CA", "CD", "MN", "PG", "RU"})
# Country endings that the world uses for their sound; they say nothing of a newsroom.
_SOUNDING_ENDINGS = {
    "ac", "ag", "ai", "am", "bz", "cc", "co", "eu", "fm", "gg", "gl", "im", "io", "is", "la", "ly",
    "md", "me", "ms", "mu", "nu", "pw", "sc", "sh", "so", "st", "tk", "to", "tv", "vc", "ws",
}  # fmt: skip
_AT_HOME = frozenset({"ac", "co", "com", "edu", "gob", "gov", "net", "org"})  # "eltiempo.com.co"
# Languages most of whose newsrooms keep one country's clock.
_LANGUAGES = {
    "bg": "BG", "bn": "BD", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "et": "EE", "fa": "IR",
    "fi": "FI", "fr": "FR", "he": "IL", "hi": "IN", "hu": "HU", "id": "ID", "it": "IT", "ja": "JP",
    "ko": "KR", "lt": "LT", "lv": "LV", "nb": "NO", "nl": "NL", "no": "NO", "pl": "PL", "ro": "RO",
    "ru": "RU", "sv": "SE", "th": "TH", "tr": "TR", "uk": "UA", "vi": "VN",
}  # fmt: skip
_AMERICAN_ENDINGS = frozenset({"com", "edu", "gov", "mil"})
_MONTH_FIRST = frozenset({"US", "PH", "CA", "PR"})
_YEAR_FIRST = frozenset({"CN", "TW", "HK", "MO", "JP", "KR", "MN", "HU", "LT", "SE", "IR"})
_YEAR_FIRST_LANGUAGES = frozenset({"zh", "ja", "ko", "hu", "lt", "sv", "fa", "mn"})


@dataclass(frozen=True, slots=True)
class Country:
    """A country's region in the list and its main newsroom clock (IANA name)."""

    region: str
    timezone: str


COUNTRIES = {
    code: Country(region, zone)
    for region, pairs in _CLOCKS.items()
    for code, _, zone in (pair.partition("=") for pair in pairs.split())
}


def country_of_host(host: str) -> str | None:
    """The country of a host's ending; None for .com and for endings liked for their sound."""
    _, _, name = host.lower().rpartition(".")
    second = host.lower().split(".")[-2:-1]
    if name in _SOUNDING_ENDINGS and not _AT_HOME.intersection(second):
        return None
    code = "GB" if name == "uk" else name.upper()
    return code if code in COUNTRIES else None


def country_of_language(tag: str | None) -> str | None:
    """The country a language tag names ("pt-BR"), else the one home of its language ("ja")."""
    language, *rest = (tag or "").replace("_", "-").split("-")
    region = rest[-1].upper() if rest else ""
    return region if region in COUNTRIES else _LANGUAGES.get(language.lower())


def home_zone(url: str, language: str | None) -> tzinfo:
    """The clock a newsroom most likely keeps: its host's, else its language's, else UTC."""
    country = country_of_host(_host(url))
    if country is None or country in _MANY_CLOCKS:
        country = country_of_language(language)
    return zone_of(COUNTRIES[country].timezone if country else None)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def date_order(country: str | None, language: str | None) -> str:
    """Order of numbers in dates: "YMD" only in languages that write so, else by country.

    English pages of East Asian newsrooms follow American habit, but Hong Kong's the British;
    French ones of Canada follow France.
    """
    spoken = (language or "").replace("_", "-").split("-")[0].lower()
    if country in _YEAR_FIRST:
        if spoken in _YEAR_FIRST_LANGUAGES:
            return "YMD"
        return "MDY" if country in {"CN", "TW", "JP", "KR"} else "DMY"
    return "MDY" if country in _MONTH_FIRST and spoken != "fr" else "DMY"


def date_order_of_page(url: str, language: str | None) -> str:
    """The same where no newsroom is known: by the tag's country, the host's, else the language."""
    tag = (language or "").replace("_", "-").lower()
    host = _host(url)
    country = country_of_language(tag) if "-" in tag else None
    if country := country or country_of_host(host):
        return date_order(country, tag)
    if tag[:2] in _YEAR_FIRST_LANGUAGES:
        return "YMD"
    american = host.rpartition(".")[2] in _AMERICAN_ENDINGS
    return "MDY" if american and tag in ("", "en") else "DMY"
