"""Sums of money as the world's papers write them."""

import pytest

from crawler.enrichment.funding.money import find_money, rates, usd


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$5m", 5e6, "USD"),
        ("US$1.5bn", 1.5e9, "USD"),
        ("HK$140 million", 140e6, "HKD"),
        ("S$30 million", 30e6, "SGD"),
        ("€4,2 Mio", 4.2e6, "EUR"),
        ("10 Mio. Euro", 10e6, "EUR"),
        ("£12.5m", 12.5e6, "GBP"),
        ("₹45 crore", 450e6, "INR"),
        ("Rs 3 lakh", 300e3, "INR"),
        ("2亿元", 200e6, "CNY"),
        ("5000万美元", 50e6, "USD"),
        ("1.5亿美元", 150e6, "USD"),
        ("38億円", 3.8e9, "JPY"),
        ("2億5000万円", 250e6, "JPY"),
        ("新台幣3億元", 300e6, "TWD"),
        ("R$ 540 milhões", 540e6, "BRL"),
        ("Rp190 miliar", 190e9, "IDR"),
        ("Rp 2 triliun", 2e12, "IDR"),
        ("150억원", 15e9, "KRW"),
        ("1조5000억원", 1.5e12, "KRW"),
        ("500만 달러", 5e6, "USD"),
        ("12 millones de dólares", 12e6, "USD"),
        ("6 milioni di euro", 6e6, "EUR"),
        ("1.500.000 euros", 1.5e6, "EUR"),
        ("40 करोड़ रुपये", 400e6, "INR"),
        ("7 ملايين دولار", 7e6, "USD"),
        ("300 млн рублей", 300e6, "RUB"),
    ],
)
def test_a_sum_is_read_in_whole_units(text: str, amount: float, currency: str) -> None:
    found = find_money(f"x {text} y")

    assert [(money.amount, money.currency) for money in found] == [(amount, currency)]


def test_sums_of_all_rated_currencies_become_dollars() -> None:
    assert usd(7.16, "CNY") == 1.0
    assert all(rate > 0 for rate in rates().values())
    with pytest.raises(KeyError):
        usd(1, "XXX")
