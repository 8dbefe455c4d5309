"""One running product and one browser for the whole tier; people come and go in contexts of their own."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from launch.system import BROWSERS
from tests.e2e.pages import PATIENT, Agent, Subscriber, sign_in
from tests.product import Product, fresh_product

expect.set_options(timeout=PATIENT)


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The product, started once for all who meet it in a browser."""
    with fresh_product() as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    path = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def subscriber(browser: Browser, product: Product) -> Iterator[Callable[..., Subscriber]]:
    """A factory of subscribers; all leave at the end, and none may have seen a script error."""
    people: list[Subscriber] = []

    def arrive(customer: str | None, *, locale: str = "de") -> Subscriber:
        people.append(Subscriber(browser, product.base, customer, locale=locale))
        return people[-1]

    yield arrive
    for person in people:
        person.close()


@pytest.fixture
def agent(browser: Browser, product: Product) -> Iterator[Callable[..., Agent]]:
    """A factory of signed-in agents who leave at the end."""
    people: list[Agent] = []

    def arrive(login: str = "maya") -> Agent:
        people.append(sign_in(browser, product.base, login, product.password))
        return people[-1]

    yield arrive
    for person in people:
        person.leave()


@pytest.fixture
def data(product: Product) -> Callable[..., list[tuple[Any, ...]]]:
    """Look into the business database with SQL, read-only."""
    return partial(product.rows, "subscriptions")
