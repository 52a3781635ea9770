"""What a feed says of the use of its articles: RSL as elements of the feed or of an item, links.

Source: RSL 1.0, rslstandard.org/rsl.
"""

from crawler.article import Signal
from crawler.formats.markup import Element, local_name
from crawler.rights.licences import KIND, NAMESPACE, licence_signals, parts_in
from crawler.urls import join


def feed_signals(element: Element, url: str, base: str) -> tuple[Signal, ...]:
    """What a channel or an item says of a page. url: the page's. base: what links count from."""
    found: list[Signal] = []
    own = [child for child in element if str(child.tag).startswith(f"{{{NAMESPACE}}}")]
    if own:
        found += licence_signals(parts_in(own), url, "RSL in the feed")
    for child in element:
        if local_name(child) == "link" and KIND in (child.get("type") or "").lower():
            address = join(base, child.get("href") or "")
            if child.get("rel") == "license" and address.startswith(("http://", "https://")):
                found.append(Signal(mark="licence", words=address))
    return tuple(found)
