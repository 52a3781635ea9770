"""Cuts `imported.tsv`, the sources known from lists alone; for developers only.

    python -m crawler.sources.build_imported ../shared/data

Reads three lists beside the checkout: publishers that the registry lacks, each with its evidence;
the feeds of Kagi's Kite by subject; Kite's publishers with country and owner. None was asked by us,
so every row is unverified. A language stands only where the list names it, the publisher's own name
is written in it, or it is known by name; Kite's general news is switched off, for nothing says it
carries tech news.
"""

import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from babel import Locale

from crawler.formats.countries import country_of_host
from crawler.formats.languages import language_of_script
from crawler.sources.checks import is_address
from crawler.sources.imported import COLUMNS, IMPORTED
from crawler.sources.registry import load_sources
from crawler.sources.source import slug_of
from crawler.urls import document_id, site_of

_HEAD = """\
# Sources known from lists alone, none of them asked by us: see build_imported.py, which cut this
# from our own list of missing publishers and from lists of Kagi's Kite
# (https://github.com/kagisearch/kite-public), MIT License. Do not edit: override in your own file.
"""
_MOST_FEEDS = 5  # a publisher's feeds by topic; its articles stand in several of them
_LONGEST_OWNER = 80
_KITE = "kagisearch/kite-public (2026-05)"
# Lists of links, forums, releases and papers: no articles of a publisher.
_NO_NEWS = re.compile(
    r"news\.google\.|reddit\.com|hnrss\.|github\.com/|githubusercontent|stackexchange|stacker\.news"
    r"|allsides|blogger\.com|beehiiv|feedburner|feedpress|presseportal|youtube|medium\.com"
    r"|forum|community\.|/civis/|disqus|podcast|shows\?|audible|selfhosted\.show"
    r"|arxiv|sciencedirect|showFeed|iopscience|feeds\.aps|scipost|thescipub|/jcs/"
    r"|alerts?\.rss|events\.rss|meetingrss|releasesrss|esa\.int/rssfeed/(?!Our_)"
)
# Each newsletter or blog there is a publisher of its own.
_PLATFORMS = frozenset({"substack.com", "wordpress.com", "bearblog.dev", "ghost.io"})
_SUBJECTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "AI": (("ai",), ()),
    "Apple": (("consumer-tech",), ()),
    "Bitcoin": (("crypto",), ()),
    "Cloud Computing": (("enterprise",), ()),
    "Computer Science": ((), ("research",)),
    "Cryptocurrency": (("crypto",), ()),
    "Cybersecurity": (("cybersecurity",), ()),
    "Google": (("consumer-tech",), ()),
    "Linux & OSS": ((), ("open-source",)),
    "Microsoft": (("enterprise", "consumer-tech"), ()),
    "Networking": (("telecom",), ()),
    "Photonics": ((), ("research",)),
    "Privacy": (("policy",), ("privacy",)),
    "Quantum Physics": ((), ("research",)),
    "Smart Home": (("consumer-tech",), ()),
    "Space": (("space",), ()),
}
_RESEARCH = re.compile(
    r"\.edu$|\.ac\.[a-z]+$|^(?:nasa\.gov|esa\.int|dlr\.de|cnes\.fr|jaxa\.jp|asi\.it|acm\.org|"
    r"ieee\.org|nature\.com|science\.org|pnas\.org|phys\.org|quantamagazine\.org|sciencedaily\.com|"
    r"fnal\.gov|cerncourier\.com|physicsworld\.com|research\.google|techxplore\.com)$"
)
_VENDOR = re.compile(
    r"^(?:blog|blogs|cloudblog|developers?|security|azure|aws|devblogs)\.|"
    r"^(?:deepmind\.google|research\.google|openai\.com|huggingface\.co|ollama\.com|proton\.me|"
    r"protonvpn\.com|mullvad\.net|bitwarden\.com|nextcloud\.com|proxmox\.com|truenas\.com|"
    r"rapid7\.com|malwarebytes\.com|welivesecurity\.com|planet\.com|rocketlabusa\.com|"
    r"sierraspace\.com|autodesk\.com|ultimaker\.com|suse\.com|canonical\.com|ubuntu\.com|"
    r"system76\.com|redhat\.com|cisco\.com|juniper\.net|openhab\.org|loxone\.com)$"
)
# A few more, each from one public list that names its feed.
_MORE = """
codezine|CodeZine|https://codezine.jp/|https://codezine.jp/rss/new/20/index.xml|JP|ja||umemak/blog (2020-02-29)
think-it|Think IT|https://thinkit.co.jp/|https://thinkit.co.jp/rss.xml|JP|ja||umemak/blog (2020-02-29)
sbbit|ビジネス+IT|https://www.sbbit.jp/|https://www.sbbit.jp/index1.rss|JP|ja||umemak/blog (2020-02-29)
gihyo-jp|gihyo.jp|https://gihyo.jp/|https://gihyo.jp/feed/rss2|JP|ja||pawafulu7/techtrend
yozm-it|요즘IT|https://yozm.wishket.com/magazine/|https://yozm.wishket.com/magazine/feed/|KR|ko||shway81-droid/news
naver-d2|네이버 D2|https://d2.naver.com/|https://d2.naver.com/d2.atom|KR|ko|vendor-blog|shway81-droid/news
toss-tech|토스 테크|https://toss.tech/|https://toss.tech/rss.xml|KR|ko|vendor-blog|shway81-droid/news
devsisters-tech|데브시스터즈|https://tech.devsisters.com/|https://tech.devsisters.com/rss.xml|KR|ko|vendor-blog|shway81-droid/news
wp-tech|WP Tech|https://tech.wp.pl/|https://tech.wp.pl/rss/aktualnosci|PL|pl||kagisearch/kite-public (2026-05), feeds of Poland
benchmark-pl|benchmark.pl|https://www.benchmark.pl/|https://www.benchmark.pl/rss/aktualnosci-pliki.xml|PL|pl|gadgets|kagisearch/kite-public (2026-05), feeds of Poland
dobreprogramy|dobreprogramy|https://www.dobreprogramy.pl/|https://www.dobreprogramy.pl/rss/aktualnosci|PL|pl|gadgets|kagisearch/kite-public (2026-05), feeds of Poland
playtech-ro|Playtech|https://playtech.ro/|https://playtech.ro/feed|RO|ro|gadgets|kagisearch/kite-public (2026-05), feeds of Romania
techno-ee|techno.ee|https://techno.ee/|https://techno.ee/feed/|EE|et||kagisearch/kite-public (2026-05), feeds of Estonia
nezavisne-nauka|Nezavisne novine (nauka i tehnologija)|https://www.nezavisne.com/|https://www.nezavisne.com/rss/nauka-tehnologija|BA|bs||kagisearch/kite-public (2026-05), feeds of Bosnia and Herzegovina
tuoi-tre-khoa-hoc|Tuổi Trẻ (khoa học)|https://tuoitre.vn/|https://tuoitre.vn/rss/khoa-hoc.rss|VN|vi||kagisearch/kite-public (2026-05), feeds of Vietnam
workpoint-technology|Workpoint News (technology)|https://workpointnews.com/|https://workpointnews.com/rss.technology.xml|TH|th||kagisearch/kite-public (2026-05), feeds of Thailand
orf-science|ORF Science|https://science.orf.at/|https://rss.orf.at/science.xml|AT|de|research|kagisearch/kite-public (2026-05), feeds of Austria
lexpress-tech|L'Express (high-tech)|https://www.lexpress.fr/|https://www.lexpress.fr/arc/outboundfeeds/rss/high-tech.xml|FR|fr||kagisearch/kite-public (2026-05), feeds of France
20min-hi-tech|20 minutes Suisse (hi-tech)|https://www.20min.ch/fr/|https://partner-feeds.20min.ch/rss/20minutes/hi-tech|CH|fr||kagisearch/kite-public (2026-05), feeds of Switzerland (FR)
"""  # noqa: E501
_MORE_COLUMNS = ("id", "name", "homepage", "feeds", "country", "language", "tags", "known_from")
# Of Kite's, which names no languages, those that are known by name.
_WRITES = {
    "de": "chip-de computerbild-de computerbase-de netzwelt-de giga-de pc-welt-de macwelt-de "
    "stadt-bremerhaven-de ifun-de iphone-ticker-de computerwoche-de datacenter-insider-de "
    "maclife-de mactechnews-de macerkopf-de techstage-de apfeltalk-de",
    "fr": "lesnumeriques-com dcmag-fr nationdatacenter-fr",
    "nl": "tweakers-net",
}
_LANGUAGE_OF = {one: tag for tag, ids in _WRITES.items() for one in ids.split()}
_ALIVE = re.compile(r"(?i)\b(?:reachable|verified|read|live|ok|HTTP 200)\b|(?<!not )confirmed")
_CLOSED = re.compile(r"(?i)answers (?:403|406|503)|paywall|is empty|last filled")


class Rows:
    """The rows so far, none for a publisher that is known."""

    def __init__(self) -> None:
        known = load_sources(imported=False).all()
        self.rows: list[dict[str, str]] = []
        self.ids = {source.id for source in known}
        self.sites = {site_of(source.homepage) for source in known}
        self.pages = {document_id(source.homepage) for source in known}
        self.feeds = {document_id(url) for source in known for url in source.feeds}

    def add(self, row: Mapping[str, str]) -> None:
        """Take a row in, its feeds that are known already left out."""
        feeds = [url for url in row["feeds"].split() if document_id(url) not in self.feeds]
        if document_id(row["homepage"]) in self.pages or (row["feeds"] and not feeds):
            return
        if row["id"] in self.ids:
            raise SystemExit(f"id {row['id']} stands twice")
        self.rows.append(dict.fromkeys(COLUMNS, "") | dict(row) | {"feeds": " ".join(feeds)})
        self.ids.add(row["id"])
        self.sites.add(site_of(row["homepage"]))
        self.pages.add(document_id(row["homepage"]))
        self.feeds.update(map(document_id, feeds))


def missing(path: Path) -> Iterator[dict[str, str]]:
    """The publishers that the registry was found to lack."""
    with path.open(encoding="utf-8", newline="") as file:
        for listed in csv.DictReader(file):
            evidence = listed["evidence"]
            unusable = evidence.removeprefix("no usable feed: ") if "usable" in evidence else ""
            closed = unusable if _CLOSED.search(unusable) else ""
            yield {
                "id": listed["id"],
                "name": listed["name"],
                "homepage": listed["homepage"],
                "feeds": listed["feed"],
                "country": listed["country"],
                "language": listed["language"],
                "focus": listed["focus"].replace(",", " "),
                "known_from": _known_from(evidence),
                "last_seen": "" if unusable else _last_alive(evidence),
                "reason": f"no feed of it can be used: {_plain(closed)}" if closed else "",
            }
    for line in _MORE.strip().splitlines():
        yield dict(zip(_MORE_COLUMNS, line.split("|"), strict=True))


def _known_from(evidence: str) -> str:
    text = _plain(evidence)
    named = re.match(r"known by name|[\w.-]+/", text)
    return text if named else f"a public list: {text}".removesuffix(": ")


def _last_alive(evidence: str) -> str:
    """The newest day on which somebody saw it answer; to stand in a list is no life."""
    seen = [part for part in re.split("[;|]", evidence) if _ALIVE.search(part)]
    return max(re.findall(r"\d{4}-\d\d-\d\d", " ".join(seen)), default="")


def _plain(evidence: str) -> str:
    """Evidence without its marks of where it was read."""
    text = re.sub(r"[(,; ]*public source text[):,]*|, (?=\d{4}-)", " ", evidence)
    text = text.replace("shared/kite_tech_feeds.json", "kagisearch/kite-public")
    text = text if "(" in text else text.replace(")", "")
    text = text.replace("own knowledge; ", "known by name; ").replace(" | ", "; ")
    return re.sub(r"\s+;", ";", " ".join(text.split())).strip(" |;,")


def kite_feeds(path: Path, publishers: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """Kite's feeds by subject, those of one site together."""
    feeds: dict[str, list[str]] = defaultdict(list)
    subjects: dict[str, list[str]] = defaultdict(list)
    for subject, urls in json.loads(path.read_text(encoding="utf-8")).items():
        for url in urls:
            if is_address(url) and not _NO_NEWS.search(url):
                site = _publisher_of(url)
                feeds[site].append(url)
                subjects[site].append(subject)
    for site, urls in feeds.items():
        hosts = Counter(urlsplit(url).netloc.lower() for url in urls)
        host = min(hosts, key=lambda one: (-hosts[one], len(one)))
        known = publishers.get(site, {})
        found = [_SUBJECTS.get(subject, ((), ())) for subject in dict.fromkeys(subjects[site])]
        tags = [tag for _, some in found for tag in some]
        tags += ["research"] if _RESEARCH.search(site) else []
        tags += ["vendor-blog"] if _VENDOR.search(host) or _VENDOR.search(site) else []
        source_id = slug_of(site.replace(".", "-"))
        yield {
            "id": source_id,
            "name": known.get("name") or site,
            "language": _LANGUAGE_OF.get(source_id, ""),
            "homepage": f"https://{_home_of(host)}/",
            "feeds": " ".join(list(dict.fromkeys(urls))[:_MOST_FEEDS]),
            "country": known.get("country") or country_of_host(host) or "",
            "focus": " ".join(dict.fromkeys(focus for some, _ in found for focus in some)),
            "tags": " ".join(dict.fromkeys(tags)),
            "owner": known.get("owner", ""),
            "known_from": f"{_KITE}, feeds of {', '.join(dict.fromkeys(subjects[site]))}",
        }


def _publisher_of(url: str) -> str:
    site = site_of(url)
    return urlsplit(url).netloc.lower() if site in _PLATFORMS else site


def _home_of(host: str) -> str:
    """The host of the front page: feeds are often served by one of their own."""
    return re.sub(r"^(?:feeds?|rss|static|news\.content)\.", "www.", host)


def kite_publishers(path: Path) -> dict[str, dict[str, str]]:
    """Kite's publishers by site, those alone that a single site is named for."""
    countries = {name: code for code, name in Locale("en").territories.items() if len(code) == 2}
    countries |= {"The Netherlands": "NL", "Turkey": "TR", "Hong Kong": "HK", "Palestine": "PS"}
    found: dict[str, dict[str, str]] = {}
    for listed in json.loads(path.read_text(encoding="utf-8")):
        sites = {site_of(f"https://{domain}") for domain in listed["domains"]}
        if len(sites) != 1:  # a group: the name is not that of any one paper
            continue
        name, own = _own_name(listed["organization"])
        owner = " ".join(listed["owner"].split())
        is_named = owner and owner != "Unknown" and len(owner) <= _LONGEST_OWNER
        found[sites.pop()] = {
            "name": name,
            "host": listed["domains"][0].lower(),
            "country": countries.get(listed["country"], ""),
            "language": own,
            "owner": owner if is_named else "",
        }
    return found


def _own_name(organization: str) -> tuple[str, str]:
    """A publisher's name and, if it has one in a script of its own, the language of that."""
    own = re.search(r"\(([^()]+)\)", organization)
    tag = language_of_script(own[1] * 10) if own else None  # it wants more letters than a name has
    return organization, tag if tag in {"ko", "ja", "he", "th"} else ""


def general_news(publishers: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """Publishers without a known listing or tech news: for their names and countries."""
    for site, known in publishers.items():
        if known["country"] and is_address(f"https://{known['host']}/"):
            yield {
                "id": slug_of(site.replace(".", "-")),
                "name": known["name"],
                "homepage": f"https://{known['host']}/",
                "country": known["country"],
                "language": known["language"],
                "owner": known["owner"],
                "feeds": "",
                "known_from": f"{_KITE}, publishers",
                "reason": "general news: no listing with its tech news is known",
            }


def build(folder: Path) -> list[dict[str, str]]:
    """All rows, in the order of their lists."""
    rows = Rows()
    curated = set(rows.sites)
    for row in missing(folder / "sources-missing.csv"):
        rows.add(row)
    curated |= rows.sites
    publishers = kite_publishers(folder / "kite_media.json")
    for row in kite_feeds(folder / "kite_tech_feeds.json", publishers):
        if site_of(row["homepage"]) not in curated or site_of(row["homepage"]) in _PLATFORMS:
            rows.add(row)
    curated |= rows.sites
    for row in general_news(publishers):
        if site_of(row["homepage"]) not in curated:
            rows.add(row)
    return rows.rows


def write(rows: Iterable[Mapping[str, str]]) -> None:
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(" ".join(row[name].split()) for name in COLUMNS) for row in rows]
    IMPORTED.write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(build(Path(sys.argv[1])))
