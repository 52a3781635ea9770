"""Pages that listings link to but that are no articles: walls, errors, lists, nothing at all."""

from collections.abc import Sequence
from html import escape

from crawler.demo.fronts import list_page
from crawler.demo.pages import furniture, template
from crawler.demo.press import Press
from crawler.demo.reply import SiteReply, html_reply
from crawler.demo.story import DemoStory

_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0>>endobj\n"
)


def not_an_article(press: Press, story: DemoStory, others: Sequence[DemoStory]) -> SiteReply:
    """The answer behind the link of a story whose `reason` says what is there instead."""
    if story.reason == "list-page":
        return list_page(press, others)
    if story.reason == "not-html":
        return SiteReply(body=_PDF + b"%%EOF\n", content_type="application/pdf")
    if story.reason == "empty":
        return html_reply("")
    forms = {"login": _login(press), "consent-wall": _consent(press)}
    return wall(press, story.title, forms.get(story.reason, ""))


def wall(press: Press, title: str, inner: str, status: int = 200) -> SiteReply:
    """A short page of the site with a heading and a few words."""
    labels = press.labels
    texts = {"title": escape(title), "inner": inner or f"<p>{escape(labels['not_found'])}</p>"}
    return html_reply(template("wall").substitute(furniture(press) | texts), status=status)


def _login(press: Press) -> str:
    labels = press.labels
    return (
        f'<form method="post" action="/account/login"><label>{escape(labels["email"])}'
        '<input type="email" name="email"></label><input type="password" name="password">'
        f"<button>{escape(labels['login'])}</button></form><p>{escape(labels['wall_text'])}</p>"
    )


def _consent(press: Press) -> str:
    labels = press.labels
    return (
        f'<div id="cmp" role="dialog"><p>{escape(labels["consent_long"])}</p>'
        f"<button>{escape(labels['consent_yes'])}</button>"
        f"<button>{escape(labels['consent_no'])}</button></div>"
    )
