"""Where a link under the bot's words may lead; everything a browser could read otherwise is refused."""

import pytest

from handoff.conversations.links import allowed, on_our_page

HOSTS = ("checkout.stripe.com",)


@pytest.mark.parametrize(
    "url",
    [
        "/pay/abc-DEF_123",
        "/documents/eyJ.x~y",
        "/help/cancelling?lang=de#steps",
        "/simulator/pi_1",
        "https://checkout.stripe.com/c/pay/cs_test_1#fid=%2F",
        "https://CHECKOUT.stripe.com/c",
    ],
)
def test_our_pages_and_the_providers(url: str) -> None:
    assert allowed(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "pay/abc",
        "//evil.example/pay",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /pay/abc",
        "/pay/a b",
        "/pay/\u202eabc",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://checkout.stripe.com/c",
        "https:/checkout.stripe.com",
        "https:checkout.stripe.com",
        "https://evil.example/",
        "https://checkout.stripe.com.evil.example/",
        "https://checkout.stripe.com@evil.example/",
        "https://evil.example\\@checkout.stripe.com/",
        "https://user@checkout.stripe.com/",
        "https://checkout.stripe.com:8443/",
        "https://xcheckout.stripe.com/",
        "https://[checkout.stripe.com/",
        "https://сheckout.stripe.com/",
    ],
)
def test_nowhere_else(url: str) -> None:
    assert not allowed(url, HOSTS)


def test_without_hosts_only_our_own_pages() -> None:
    assert allowed("/pay/abc", ())
    assert not allowed("https://checkout.stripe.com/c", ())


@pytest.mark.parametrize("home", ["http://127.0.0.1:8000/", "http://127.0.0.1:8000"])
def test_an_address_of_the_gateway_itself_is_a_path_of_it(home: str) -> None:
    assert on_our_page("http://127.0.0.1:8000/simulator/pi_1", home) == "/simulator/pi_1"


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("http://127.0.0.1:80001/simulator/pi_1", "http://127.0.0.1:8000"),
        ("http://127.0.0.1:8000@evil.example/", "http://127.0.0.1:8000/"),
        ("https://checkout.stripe.com/c", "http://127.0.0.1:8000/"),
        ("http://evil.example/", ""),
        ("/pay/abc", ""),
    ],
)
def test_another_address_stays_as_it_is(url: str, home: str) -> None:
    assert on_our_page(url, home) == url


def test_nothing_slips_in_behind_our_own_address() -> None:
    assert not allowed(on_our_page("https://we.example//evil.example", "https://we.example"), ())
