"""What the pages say of their articles to machines: JSON-LD of three habits, and Next.js data."""

import json
from typing import Any

from crawler.demo.markup import to_json
from crawler.demo.press import Press
from crawler.demo.story import DemoStory, signed_by


def in_script(data: object) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def news_article(press: Press, story: DemoStory) -> dict[str, Any]:
    """A schema.org NewsArticle."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": press.url(story)},
        "headline": story.title,
        "description": story.dek,
        "image": [f"{press.base}/img/{story.slug}.png"],
        "author": _authors(story),
        "publisher": _publisher(press),
        "inLanguage": press.spec.language,
        "articleSection": press.spec.sections.get(story.section, ""),
        "keywords": list(story.tags),
    }
    if story.agency:
        data["sourceOrganization"] = {"@type": "NewsMediaOrganization", "name": story.agency}
    if story.dated:
        data["datePublished"] = press.iso(story.published)
        data["dateModified"] = press.iso(story.modified or story.published)
    return data


def metered(press: Press, story: DemoStory) -> dict[str, Any]:
    """The same, telling search engines what is paid for, and of a teaser which part."""
    data = news_article(press, story)
    data["isAccessibleForFree"] = story.access == "free"
    if story.access == "teaser":
        data["hasPart"] = {
            "@type": "WebPageElement",
            "isAccessibleForFree": False,
            "cssSelector": ".subscribers-only",
        }
    return data


def graph(press: Press, story: DemoStory) -> dict[str, Any]:
    """A @graph as common publishing plug-ins write it: page, article and people by reference."""
    url = press.url(story)
    article = news_article(press, story)
    article.pop("@context")
    article["@id"] = f"{url}#article"
    people = [
        {**author, "@id": f"{press.base}/#/person/{number}"}
        for number, author in enumerate(_authors(story))
    ]
    article["author"] = [{"@id": author["@id"]} for author in people]
    article["isPartOf"] = {"@id": url}
    page = {
        "@type": "WebPage",
        "@id": url,
        "url": url,
        "name": f"{story.title} | {press.spec.name}",
    }
    site = {"@type": "WebSite", "@id": f"{press.base}/#website", "name": press.spec.name}
    return {
        "@context": "https://schema.org",
        "@graph": [article, page, site, _publisher(press), *people],
    }


def next_data(press: Press, story: DemoStory) -> dict[str, Any]:
    """The state a page of the Next.js kind is built from in the browser."""
    article = {
        "id": story.slug,
        "headline": story.title,
        "standfirst": story.dek,
        "byline": ", ".join(signed_by(story)),
        "agency": story.agency,
        "publishedAt": press.iso(story.published) if story.dated else None,
        "updatedAt": press.iso(story.modified) or None,
        "section": press.spec.sections.get(story.section, ""),
        "tags": list(story.tags),
        "heroImage": {"src": f"{press.base}/img/{story.slug}.png", "alt": story.title},
        "body": to_json(story.blocks),
    }
    labels = press.labels
    return {
        "props": {
            "pageProps": {
                "article": article,
                "navigation": list(press.spec.sections.values()),
                "newsletter": {"title": labels["newsletter"], "text": labels["newsletter_text"]},
                "cookieBanner": {"text": labels["consent"], "accept": labels["consent_yes"]},
            }
        },
        "page": "/news/[slug]",
        "query": {"slug": story.slug},
        "buildId": "b7f1c0",
    }


def _authors(story: DemoStory) -> list[dict[str, str]]:
    if story.authors:
        return [{"@type": "Person", "name": name} for name in story.authors]
    return [{"@type": "Organization", "name": name} for name in signed_by(story)]


def _publisher(press: Press) -> dict[str, Any]:
    return {
        "@type": "NewsMediaOrganization",
        "@id": f"{press.base}/#organization",
        "name": press.spec.name,
        "logo": {"@type": "ImageObject", "url": f"{press.base}/logo.svg"},
    }
