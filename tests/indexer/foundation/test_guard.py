"""Private addresses stay closed, however they are written, unless the operator opens them."""

import pytest

from indexer.foundation.guard import AddressGuard

CLOSED = """
127.0.0.1 127.1.2.3 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0
255.255.255.255 224.0.0.1 240.0.0.1 192.0.2.1 198.18.0.1
::1 :: fe80::1 fe80::1%eth0 fd00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
64:ff9b::7f00:1 2002:7f00:1:: ::7f00:1 2001:db8::1
"""
OPEN = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", CLOSED.split())
def test_a_private_address_is_closed(address: str) -> None:
    guard = AddressGuard()

    assert not guard.permits_address(address)
    assert not guard.permits_host(address)
    assert not guard.permits_host(f"[{address}]")


@pytest.mark.parametrize("address", OPEN)
def test_a_public_address_is_open(address: str) -> None:
    assert AddressGuard().permits_address(address)
    assert AddressGuard().permits_host(address)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST.",
        "news.localhost",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "127。0。0。1",
        "１２７.０.０.１",
        "1.2.3.4.5",
    ],
)
def test_other_ways_of_writing_an_address_are_closed(host: str) -> None:
    assert not AddressGuard().permits_host(host)


@pytest.mark.parametrize("host", ["news.example", "1und1.de", "deadbeef.com", "bücher.example"])
def test_a_name_waits_for_its_resolution(host: str) -> None:
    assert AddressGuard().permits_host(host)


def test_the_operator_opens_names_addresses_and_networks() -> None:
    guard = AddressGuard(["127.0.0.1", "10.1.0.0/16", "News.Intra.", "[::1]", "fd00::/8"])

    for host in ("127.0.0.1", "10.1.2.3", "news.intra", "NEWS.INTRA.", "::1", "[::1]", "fd12::3"):
        assert guard.permits_host(host), host
    for host in ("127.0.0.2", "10.2.0.1", "fc00::2", "192.168.0.1"):
        assert not guard.permits_host(host), host


def test_localhost_is_open_with_its_address() -> None:
    assert AddressGuard(["127.0.0.0/8"]).permits_host("localhost")
    assert AddressGuard(["localhost"]).permits_host("localhost")


def test_an_opened_name_may_lead_anywhere_and_others_may_not() -> None:
    guard = AddressGuard(["news.intra"])

    assert guard.permits_name("news.intra")
    assert not guard.permits_name("evil.example")
    assert not guard.permits_address("10.0.0.1")


@pytest.mark.parametrize("text", ["", "no address", "999.1.1.1", "1.2.3", "::g"])
def test_what_is_no_address_is_not_permitted_as_one(text: str) -> None:
    assert not AddressGuard(["0.0.0.0/0", "::/0"]).permits_address(text)
