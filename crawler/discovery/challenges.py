"""Pages by which a protection answers in place of a listing, told apart from web pages."""

import re

MOST_OF_A_CHALLENGE = 20_000  # bytes or characters looked at
# what the pages of each protection hold and no article's page does
_SIGNS = {
    "Cloudflare": r"/cdn-cgi/challenge-platform/|cf-browser-verification|cf_chl_|cf-error-details|"
    r"<title>(?:Just a moment\.\.\.|Attention Required! \| Cloudflare)",
    "Imperva": r"_Incapsula_Resource|Incapsula incident ID",
    "DataDome": r"(?:geo|ct)\.captcha-delivery\.com",
    "Akamai": r"errors\.edgesuite\.net|<title>Access Denied</title>",
    "DDoS-Guard": r"<title>DDoS-Guard|/\.well-known/ddos-guard/",
    "Sucuri": r"sucuri_cloudproxy_js|Sucuri WebSite Firewall",
    "AWS": r"\.awswaf\.com/",
}
_CHALLENGE = re.compile("|".join(f"(?P<P{n}>{s})" for n, s in enumerate(_SIGNS.values())), re.I)


def challenge_words(text: str) -> str:
    """What to say of an address that answers with a protection's page; empty when it does not."""
    found = _CHALLENGE.search(text[:MOST_OF_A_CHALLENGE])
    if found is None:
        return ""
    name = list(_SIGNS)[int((found.lastgroup or "P0")[1:])]
    return (
        f"answers with a page of its protection ({name}), which wants proof of a browser: ask the "
        "publisher to let techwire through, or list another address of its news"
    )
