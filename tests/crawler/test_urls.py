"""One article, one address; two articles, two addresses."""

import itertools
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.urls import canonical_url, document_id, resolve_canonical, same_site

ARTICLE = "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/"

SAME_ARTICLE = [
    "HTTP://WWW.Example.COM:80/2026/11/20/hangzhou-startup-raises-series-b/",
    "https://example.com/2026/11/20/hangzhou-startup-raises-series-b",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/#comments",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/#:~:text=raises",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/?utm_source=rss&fbclid=x",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/?utm_source=a&amp;utm_medium=x",
    "https://m.example.com/2026/11/20/hangzhou-startup-raises-series-b/",
    "https://mobile.example.com/2026/11/20/hangzhou-startup-raises-series-b/?mobile=1",
    "https://amp.example.com/2026/11/20/hangzhou-startup-raises-series-b/",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/amp/",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/amp",
    "https://www.example.com/amp/2026/11/20/hangzhou-startup-raises-series-b/",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/?amp",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/?outputType=amp",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/print/",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/?print=1",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/?source=rss&via=app2",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/?ref=hp1&m=1",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/;jsessionid=AB12.node1",
    "https://www.example.com/(S(lit3py55t21z5v55vlm25s55))/2026/11/20/"
    "hangzhou-startup-raises-series-b/",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/?PHPSESSID=5f2a",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/"
    "?sid=8f14e45fceea167a5a36dedd4bea2543",
    "https://www.example.com//2026/11/x/../20/hangzhou-startup-raises-series-b/?_=1732000000000",
    "https://www.example.com/2026/11/20/hangzhou-startup-raises-series-b/index.html",
    "  https://user:secret@www.example.com/2026/11/20/hangzhou-startup-raises-series-b/\n",
    "https://www.google.com/amp/s/www.example.com/2026/11/20/hangzhou-startup-raises-series-b/amp/",
    "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/2026/11/20/"
    "hangzhou-startup-raises-series-b/?amp=1",
    "https://www.google.com/url?sa=t&url=https%3A%2F%2Fwww.example.com%2F2026%2F11%2F20%2F"
    "hangzhou-startup-raises-series-b%2F",
]

DIFFERENT_ARTICLES = [
    ("https://a.com/story?id=1", "https://a.com/story?id=2"),
    ("https://a.com/?p=101", "https://a.com/?p=102"),
    ("https://a.com/read.php?sid=1041", "https://a.com/read.php?sid=1042"),
    ("https://a.com/read?ref=20261120001", "https://a.com/read?ref=20261120002"),
    ("https://a.com/read?t=1732000001", "https://a.com/read?t=1732000002"),
    ("https://a.com/view?xid=7", "https://a.com/view?xid=8"),
    ("https://a.com/view?session=7", "https://a.com/view?session=8"),
    ("https://a.com/?m=1", "https://a.com/?m=2"),
    ("https://a.com/?1041", "https://a.com/?1042"),
    ("https://a.com/Xk9a", "https://a.com/xk9A"),
    ("https://a.com/news/one", "https://a.com/news/two"),
    ("https://a.com/news/print", "https://a.com/news"),
    ("https://a.com/amp/", "https://a.com/"),
    ("https://en.a.com/story", "https://fr.a.com/story"),
    ("https://a.com/story?page=1", "https://a.com/story?page=2"),
    ("https://a.com/story?lang=en", "https://a.com/story?lang=ja"),
    ("https://a.com/#!/story/1", "https://a.com/#!/story/2"),
    ("https://a.com/a%2Fb", "https://a.com/a/b"),
    ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a"),
]


@pytest.mark.parametrize("form", SAME_ARTICLE)
def test_every_form_of_an_address_is_one_document(form):
    assert document_id(form) == document_id(ARTICLE)


@pytest.mark.parametrize(
    "form",
    [
        "?ref=rss", "?source=twitter", "/print/", "?sid=3f2a1b4c5d6e7f8091a2b3c4d5e6f708", "/amp/",
        "?from=singlemessage&isappinstalled=0", "?emc=rss&partner=rss",
    ],
)  # fmt: skip
def test_a_short_slug_below_its_day_names_an_article_too(form):
    article = "https://paper.example/2026/11/24/plant-opens"
    assert document_id(article + form) == document_id(article)
    assert document_id("https://paper.example/amp/2026/11/24/plant-opens") == document_id(article)


def test_two_thousand_forms_are_one_document():
    hosts = ["www.example.com", "example.com", "m.example.com", "AMP.example.com:443"]
    tails = ["", "/", "/amp/", "/index.html", ";jsessionid=0A1B"]
    marks = ["utm_source=x", "gclid=1", "fbclid=2", "sid=8f14e45fceea167a5a36dedd", "ref=hp2"]
    queries = ["&".join(some) for n in range(5) for some in itertools.permutations(marks, n)]
    forms = {
        f"https://{host}/ai/chips-for-lagos-{i}{tail}?{query}#top"
        for host, tail, query, i in itertools.product(hosts, tails, queries, [7])
    }
    assert len(forms) >= 2_000
    assert len({document_id(form) for form in forms}) == 1


@pytest.mark.parametrize(("one", "other"), DIFFERENT_ARTICLES)
def test_different_articles_are_never_merged(one, other):
    assert canonical_url(one) != canonical_url(other)
    assert document_id(one) != document_id(other)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8731/story/1",
        "http://localhost:5000/a/b/?id=3",
        "http://[::1]:8080/x",
        "https://127.0.0.1:8443/x",
        "http://newsroom:9000/x",
        "http://127.0.0.1/story",
        "https://example.com:8443/x",
        "http://example.com:8080/x",
    ],
)
def test_local_hosts_and_explicit_ports_survive_unchanged(url):
    assert canonical_url(url) == url


def test_the_query_is_put_in_one_order_and_each_pair_kept_once():
    assert canonical_url("https://a.com/x?b=2&a=1&b=2&utm_id=9") == "https://a.com/x?a=1&b=2"


def test_host_names_in_other_scripts_become_ascii_and_paths_keep_their_bytes():
    assert canonical_url("https://EXÄMPLE.com/%e6%9d%ad") == "https://xn--exmple-cua.com/%E6%9D%AD"
    assert canonical_url("https://a.com/杭州") == canonical_url("https://a.com/%E6%9D%AD%E5%B7%9E")


@pytest.mark.parametrize(
    "url", ["", "mailto:desk@a.com", "https://a.com:99999/", "http://[", "javascript:void(0)"]
)
def test_what_is_no_web_address_comes_back_as_it_was(url):
    assert canonical_url(url) == url
    assert len(document_id(url)) == 24


@settings(deadline=None)
@given(st.text(max_size=80))
def test_canonical_is_stable_and_never_raises(tail):
    once = canonical_url("https://news.example.com/" + tail)
    assert canonical_url(once) == once
    document_id(once)


def test_an_id_is_24_hex_digits():
    assert len(document_id(ARTICLE)) == 24
    assert int(document_id(ARTICLE), 16) >= 0


def test_same_site_is_the_registered_domain_without_any_download(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: pytest.fail("asked the network"))
    assert same_site("https://news.bbc.co.uk/x", "http://www.bbc.co.uk/")
    assert not same_site("https://one.co.uk/", "https://two.co.uk/")
    assert not same_site("https://one.blogspot.com/", "https://two.blogspot.com/")
    assert same_site("http://127.0.0.1:80/a", "http://127.0.0.1:80/b")
    assert not same_site("http://127.0.0.1:8001/", "http://127.0.0.1:8002/")
    assert not same_site("nonsense", "nonsense")


@pytest.mark.parametrize(
    ("page", "claimed", "result"),
    [
        ("https://m.a.com/n/12345?x=1", "https://www.a.com/n/12345", "https://www.a.com/n/12345"),
        ("https://a.com/n/12345", "/n/12345-a-title", "https://a.com/n/12345-a-title"),
        ("https://a.com/n/12345", "https://b.com/n/12345", "https://a.com/n/12345"),
        ("https://a.com/n/12345", "https://a.com/", "https://a.com/n/12345"),
        ("https://a.com/n/12345", "https://a.com/n/", "https://a.com/n/12345"),
        ("https://a.com/en/p7", "https://a.com/en/", "https://a.com/en/p7"),
        ("https://a.com/p7", "https://a.com/pt-BR", "https://a.com/p7"),
        ("https://a.com/p7", "https://a.com/home", "https://a.com/p7"),
        ("https://a.com/view?id=5", "https://a.com/view", "https://a.com/view?id=5"),
        ("https://a.com/view?id=5", "https://a.com/some-story-of-ours", None),
        ("https://a.com/our-story?from=app", "https://a.com/our-story", None),
        ("https://a.com/n/12345", None, "https://a.com/n/12345"),
        ("https://a.com/n/12345", "  ", "https://a.com/n/12345"),
        ("https://a.com/n/12345", "http://[bad", "https://a.com/n/12345"),
        ("https://a.com/n/12345", "javascript:x", "https://a.com/n/12345"),
    ],
)
def test_rel_canonical_is_believed_inside_its_site_and_never_for_home_or_section(
    page, claimed, result
):
    assert resolve_canonical(page, claimed) == (result or claimed)
