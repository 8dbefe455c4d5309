"""A server on 127.0.0.1 that answers in the shapes of Stripe's documented API, and misbehaves when told to.

It remembers what it was asked, so that tests see the real requests of the SDK.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from tests.integration.subscriptions.stripe_books import Books

KEY = "sk_test_not_a_real_key"
WEBHOOK = "whsec_not_a_real_secret"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class FakeStripe:
    """What is answered, by method and path; `trouble` is how it misbehaves."""

    answers: dict[tuple[str, str], tuple[int, Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    trouble: str = (
        ""  # slow, dripping, half, text; lost: does it and never answers; silent: reads are not
    )
    # answered either; deaf: never hears what is sent
    books: Books | None = None  # without any, `answers` is all it knows
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by path, newest first
    address: str = ""

    def on(self, method: str, path: str, body: Any, status: int = 200) -> None:
        """Answer such requests so from now on."""
        self.answers[(method, path)] = (status, body)

    @property
    def last(self) -> Asked:
        """The newest request."""
        return self.asked[-1]


def page(listed: list[dict[str, Any]], form: dict[str, str]) -> dict[str, Any]:
    """A page of a list, as Stripe's `created`, `limit` and `starting_after` cut it."""
    since, until = int(form.get("created[gte]", 0)), int(form.get("created[lt]", 2**40))
    found = [each for each in listed if since <= each["created"] < until]
    names = [each["id"] for each in found]
    begin = names.index(form["starting_after"]) + 1 if "starting_after" in form else 0
    end = begin + int(form.get("limit", 10))
    return {"object": "list", "data": found[begin:end], "has_more": end < len(found)}


def error(kind: str, **more: Any) -> dict[str, Any]:
    """An error body."""
    return {"error": {"type": kind, "message": "a sentence that repeats what was sent", **more}}


def intent(status: str, **more: Any) -> dict[str, Any]:
    """A PaymentIntent."""
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": 1990,
        "currency": "eur",
        "status": status,
        "metadata": {"reference": "RE-1-1", "for": "attempt", "kind": "sepa"},
        **more,
    }


def method_card(**card: Any) -> dict[str, Any]:
    """A PaymentMethod that is a card."""
    given = {"brand": "visa", "last4": "4242", "exp_month": 2, "exp_year": 2028, "wallet": None}
    return {
        "id": "pm_1",
        "object": "payment_method",
        "type": "card",
        "card": given | card,
        "billing_details": {"name": "Ben Carter"},
    }


def method_sepa() -> dict[str, Any]:
    """A PaymentMethod that is a bank account."""
    return {
        "id": "pm_2",
        "object": "payment_method",
        "type": "sepa_debit",
        "sepa_debit": {"last4": "3201", "country": "AT", "fingerprint": "f"},
        "billing_details": {"name": "Júlia Szabó"},
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeStripe

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Tests stay quiet."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        path, _, query = self.path.partition("?")
        form = dict(parse_qsl(self.rfile.read(length).decode() or query))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.fake.asked.append(Asked(self.command, path, form, headers))
        if self.fake.trouble == "silent" and self.command == "GET":
            self.close_connection = True
            return
        if self.fake.trouble == "deaf" and self.command == "POST":
            self.close_connection = True
            return
        status, body = self._found(path, form, headers.get("idempotency-key", ""))
        if self.fake.trouble in {"lost", "silent"} and self.command == "POST":
            self.close_connection = True  # it was done, and nobody hears of it
            return
        try:
            self._answer(status, json.dumps(body).encode())
        except OSError:
            self.close_connection = True  # the client gave up

    def _found(self, path: str, form: dict[str, str], key: str) -> tuple[int, Any]:
        if path in self.fake.lists:
            return 200, page(self.fake.lists[path], form)
        kept = self.fake.books and self.fake.books.answer(self.command, path, form, key)
        unknown = (404, error("invalid_request_error", code="resource_missing"))
        return kept or self.fake.answers.get((self.command, path), unknown)

    def _answer(self, status: int, body: bytes) -> None:
        trouble = self.fake.trouble
        if trouble == "slow":
            time.sleep(4)
        if trouble == "text":
            body = b"<html>Bad Gateway</html>"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Request-Id", "req_1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if trouble == "dripping":
            for index in range(len(body)):
                self.wfile.write(body[index : index + 1])
                self.wfile.flush()
                time.sleep(0.2)
            return
        self.wfile.write(body[: len(body) // 2] if trouble == "half" else body)
        self.close_connection = trouble == "half"


@contextmanager
def serving() -> Iterator[FakeStripe]:
    """The server on a free port, until the block ends."""
    fake = FakeStripe()
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    fake.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
