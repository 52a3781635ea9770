"""One address for one article: canonical URLs, document ids, sites.

Pure functions over strings; nothing is fetched, redirects are the downloader's. The rule: what only
tells how a reader came (trackers, sessions) or how the page is dressed (AMP, mobile, print) goes;
whatever may name the article stays. `canonical_url` is still an address that opens in a browser;
`document_id` folds further what servers treat alike (www., the closing slash, index pages), so
compare ids, not addresses, to know whether two are one article.
"""

import ipaddress
import re
from functools import lru_cache
from hashlib import sha256
from urllib.parse import SplitResult, parse_qsl, unquote, urljoin, urlsplit, urlunsplit

import tldextract
from w3lib.url import canonicalize_url

_MAX_URL_CHARS = 4_000


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TRACKERS = _words("""
    fbclid gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid msclkid twclid yclid ymclid
    ttclid li_fat_id igsh igshid epik mc_cid mc_eid _ga _gl _gac _hsenc _hsmi __hstc __hssc __hsfp
    hsctatracking mkt_tok vero_id vero_conv oly_enc_id oly_anon_id wickedid _openstat dm_i
    ml_subscriber ml_subscriber_hash rb_clickid irclickid irgwc awc srsltid s_kwcid ef_id _kx
    ref_src ref_url referrer referer refsrc reflink cmpid cmp cid_source ncid ocid icid itid
    ito smid smtyp sref sr_share share sharetoken shared spm scm taid tpcc guccounter
    guce_referrer guce_referrer_sig trk trkcampaign trackingid s_cid xtor xtref xts cndid esrc bxid
    ftag __twitter_impression fb_action_ids fb_action_types fb_ref fb_source
    fb_comment_id sc_cid sc_channel sc_campaign sc_src sc_lid sc_uid soc_src soc_trk s_campaign
    campaign_id campaignid intcmp intcid nr_email_referer elqtrackid elqtrack
    giftcopy unlocked_article_code smprod nx_source wt.mc_id wt_mc sourcecode link_source
    emc isappinstalled usqp amp_js_v amp_gsa amp_r noamp
    replytocom showcomment socialnetwork sharetype mibextid tag_source _branch_match_id
    """)
_TRACKER_PREFIXES = (
    "utm_", "utm-", "pk_", "piwik_", "mtm_", "matomo_", "at_", "hmb_", "stm_", "wt.", "wt_",
    "elq", "action_object_map", "action_type_map", "action_ref_map", "guce_", "__cf_chl",
)  # fmt: skip
_TRACKER_SUFFIXES = ("clid", "clickid", "_campaign", "_medium")
_SESSIONS = _words("phpsessid jsessionid sessionid session_id sessid zenid oscsid")
_DRESS = _words(
    "amp isamp print printable printpage printview print_view printmode isprint mobile desktop "
    "nomobile rss"
)
_DRESS_CHOICE = _words("output outputtype view mode format display layout page_view")
# Names that noise shares with real parameters: they go only when something else names the article.
_CHANNELS = _words(
    "ref source src via from origin medium channel feature partner campaign xid rdid mbid share_id"
)
_BUSTERS = _words("cb cachebust cachebuster rnd rand random t ts timestamp")
_DRESS_VALUES = _words("amp amphtml print printable printer mobile wap")

_HOST_PREFIX = re.compile(r"^(?:www\.)?(?:m|mobile|amp|wap|touch)\.(?=.)")
_SESSION_SEGMENT = re.compile(r"(?i);(?:jsessionid|phpsessid|sid)=[^/?;]*|/\([a-z]\([^()/]*\)\)")
_DRESSED_FILE = re.compile(r"(?i)\.(?:amp|print)(\.s?html?)?$")
_INDEX_FILE = re.compile(r"(?i)/(?:index|default)\.(?:s?html?|php|aspx?|jsp)$")
_BELOW_A_DAY = re.compile(r"/(?:19|20)\d\d/\d{1,2}/(?:\d{1,2}/)?(?!\d{1,2}/?$)[^/]{2,}/?$")
_FRONT_PATH = re.compile(r"(?i)/(?:[a-z]{2}(?:[-_][a-z]{2})?|home|homepage|index|main)/?")
_SESSION_VALUE = re.compile(r"(?i)^(?=.*[a-z])(?=.*\d)[a-z0-9,_-]{16,}$")

_PLAIN = re.compile(r"[A-Za-z0-9/_.~-]*")

# Its bundled snapshot only: no list is downloaded, nothing is written to disk.
_suffixes = tldextract.TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
)


def canonical_url(url: str) -> str:
    """The address under which an article is known, whatever form of it was met.

    url: absolute http(s) address; anything else comes back stripped but otherwise as it was.
    """
    pieces = _canonical(url)
    return url.strip() if pieces is None else urlunsplit(pieces)


def document_id(url: str) -> str:
    """24 hex digits of the SHA-256 of the canonical address, without what servers treat alike."""
    pieces = _canonical(url)
    folded = url.strip()
    if pieces is not None:
        scheme, host, path, query, fragment = pieces
        path = _INDEX_FILE.sub("/", path).rstrip("/")
        folded = urlunsplit((scheme, host.removeprefix("www."), path, query, fragment))
    return sha256(folded.encode("utf-8", "replace")).hexdigest()[:24]


def _canonical(url: str) -> tuple[str, str, str, str, str] | None:
    """Scheme, host[:port], path, query and fragment of the canonical form; None if no address."""
    url = "".join(url.split()) if "\n" in url or "\t" in url else url.strip()
    if "&amp;" in url.lower():
        url = re.sub(r"(?i)&(?:amp;)+", "&", url)
    parts = _split(_unwrap(url))
    if parts is None:
        return None
    path = _plain_path(parts.path)
    if not parts.netloc.isascii() or not _PLAIN.fullmatch(path) or "/." in path:
        scheme = parts.scheme.lower()
        try:  # w3lib knows percent codes, dot segments and names in other scripts
            safe = urlsplit(canonicalize_url(urlunsplit((scheme, parts.netloc, path, "", ""))))
        except ValueError:
            return None
        path = safe.path
        parts = safe._replace(query=parts.query, fragment=parts.fragment)
    scheme, host = _scheme_and_host(parts)
    path = re.sub(r"(?<!:)/{2,}", "/", path) or "/"
    # "#!" once named pages of script-drawn sites; every other fragment is a place on the page.
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    return scheme, host, path, _plain_query(parts.query, path) if parts.query else "", fragment


def same_site(a: str, b: str) -> bool:
    """Whether two addresses belong to one registered domain; bare IPs and names also by port."""
    first, second = site_of(a), site_of(b)
    return bool(first) and first == second


def site_of(url: str) -> str:
    """The registered domain ("bbc.co.uk", "name.blogspot.com"), or host:port without one."""
    parts = _split(url)
    if parts is None:
        return ""
    host = (parts.hostname or "").rstrip(".")
    return _registered_domain(host) or parts.netloc.rpartition("@")[2].lower()


def resolve_canonical(page_url: str, rel_canonical: str | None) -> str:
    """The article's canonical address, given the page's address and its `rel=canonical`.

    The page's word is taken only inside its own site, and never when it names the home page, a
    section, or drops the query that tells its articles apart: templates often get this wrong.
    """
    own = canonical_url(page_url)
    target = _split(join(page_url, rel_canonical or ""))
    if not rel_canonical or target is None or not same_site(page_url, target.geturl()):
        return own
    claimed = canonical_url(target.geturl())
    mine, theirs = urlsplit(own), urlsplit(claimed)
    if not theirs.path.strip("/") and not theirs.query:
        return own
    if _FRONT_PATH.fullmatch(theirs.path) and not theirs.query:
        return own
    if names_article(mine.path) and not names_article(theirs.path) and not theirs.query:
        return own
    names = {name.lower() for name, _ in parse_qsl(mine.query, keep_blank_values=True)}
    if (
        names - _CHANNELS - _BUSTERS
        and not theirs.query
        and mine.path == theirs.path
        and not names_article(mine.path)
    ):
        return own
    return claimed


def join(base: str, link: str) -> str:
    """`link` as an absolute address; empty when it is no address at all."""
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return ""


def names_article(path: str) -> bool:
    """Whether a path looks like one article's: its last piece a number or words, or below a day."""
    if _BELOW_A_DAY.search(path):
        return True
    piece = unquote(_INDEX_FILE.sub("", path).rstrip("/").rpartition("/")[2])
    words = [word for word in re.split(r"[-_+ .]", piece) if word]
    return bool(re.search(r"\d{4}", piece)) or len(words) >= 4 or len(piece.encode()) >= 30


def _split(url: str) -> SplitResult | None:
    """Parts of an http(s) address with a host and a sane port, or None."""
    if len(url) > _MAX_URL_CHARS:
        return None
    try:
        parts = urlsplit(url)
        known = parts.scheme.lower() in {"http", "https"} and parts.hostname
        _ = parts.port  # raises on "host:99999"
    except ValueError:
        return None
    return parts if known else None


def _unwrap(url: str) -> str:
    """The address inside a search engine's AMP cache or click counter."""
    if "google." not in url and ".cdn.ampproject.org" not in url:
        return url
    parts = _split(url)
    host = (parts.hostname or "") if parts else ""
    if parts is None or not re.search(r"(?:\.cdn\.ampproject\.org|(?:^|\.)google\.[a-z.]+)$", host):
        return url
    cached = re.match(r"^/(?:amp|c|v|a|wp)/(s/)?(?:amp/)?([^/]+\.[^/]+/.*)$", parts.path)
    if cached:
        query = f"?{parts.query}" if parts.query else ""
        return f"http{'s' if cached[1] else ''}://{cached[2]}{query}"
    if parts.path == "/url":
        given = dict(parse_qsl(parts.query))
        target = given.get("url") or given.get("q") or ""
        return target if _split(target) else url
    return url


def _scheme_and_host(parts: SplitResult) -> tuple[str, str]:
    """Scheme and host[:port]: https on the open web, untouched for IPs, local names and ports."""
    scheme, host, port = parts.scheme.lower(), (parts.hostname or "").rstrip("."), parts.port
    if port == {"http": 80, "https": 443}[scheme]:
        port = None
    is_open = bool(_registered_domain(host)) and port in {None, 80, 443}
    if not is_open:
        bracketed = f"[{host}]" if ":" in host else host
        return scheme, bracketed if port is None else f"{bracketed}:{port}"
    bare = _HOST_PREFIX.sub("", host)
    if bare != host and _registered_domain(bare):
        host = bare
    return "https", host.replace(".m.", ".", 1)


def _plain_path(path: str) -> str:
    """The path without sessions and without the marks of AMP and print forms."""
    path = _DRESSED_FILE.sub(r"\1", _SESSION_SEGMENT.sub("", path))
    pieces = path.split("/")
    last = len(pieces) - 1 if pieces[-1] else len(pieces) - 2
    slash = pieces[last + 1 :]
    before = "/".join(pieces[:last])
    if last > 1 and (pieces[last].lower() == "amp" or _is_print(pieces[last], before)):
        pieces = [*pieces[:last], *slash]
    if len(pieces) > 2 and pieces[1].lower() == "amp" and names_article("/".join(pieces)):
        pieces = ["", *pieces[2:]]
    return "/".join(pieces)


def _is_print(piece: str, before: str) -> bool:
    return piece.lower() in {"print", "printable", "print.html"} and names_article(before)


def _plain_query(query: str, path: str) -> str:
    """The query without trackers, in one order, each pair once; percent codes in capitals."""
    pairs = {
        re.sub(r"%[0-9a-fA-F]{2}", lambda code: code[0].upper(), pair)
        for pair in query.split("&")
        if pair.strip("=")
    }
    kept = {pair for pair in pairs if not _is_noise(pair)}
    certain = {pair for pair in kept if not _may_be_noise(pair)}
    if certain or names_article(path):
        kept = certain
    return re.sub(r"[^\x21-\x7e]", _quoted, "&".join(sorted(kept)))


def _quoted(character: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in character[0].encode("utf-8", "replace"))


def _is_noise(pair: str) -> bool:
    """Whether a query pair tells only where the reader came from or how the page is dressed."""
    name, _, value = unquote(pair).lower().partition("=")
    if name in _TRACKERS or name.startswith(_TRACKER_PREFIXES) or name.endswith(_TRACKER_SUFFIXES):
        return True
    if name in _SESSIONS or name.startswith("aspsessionid") or name in {"_", "nocache"}:
        return True
    if name in _DRESS:
        return value in {"", "1", "true", "yes", "on", "y"}
    return name in _DRESS_CHOICE and value in _DRESS_VALUES


def _may_be_noise(pair: str) -> bool:
    """Whether a pair is noise beside something that names the article, and may name it alone."""
    name, _, value = unquote(pair).lower().partition("=")
    if name in {"sid", "s_id", "s", "session", "cfid", "cftoken"}:
        return bool(_SESSION_VALUE.match(value))
    if name in _BUSTERS:
        return bool(re.fullmatch(r"\d{10,16}|0?\.\d{6,}", value))
    return name in _CHANNELS or pair == "m=1"  # m=1 is Blogger's mobile form


@lru_cache(maxsize=10_000)
def _registered_domain(host: str) -> str:
    """ "bbc.co.uk" of "www.bbc.co.uk"; empty for IPs, local names and bare suffixes."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _suffixes(host).top_domain_under_public_suffix
    return ""
