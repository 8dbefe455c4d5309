"""A remote billing system on the loopback, in the shape of Kill Bill's answers, that can misbehave on demand."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ACCOUNT = {
    "accountId": "a-1",
    "externalKey": "K-77",
    "name": "Ada Meyer",
    "email": "ada@example.org",
    "locale": "de_DE",
    "currency": "EUR",
    "unheardOf": True,
}
INVOICES = [
    {
        "invoiceId": f"i-{number}",
        "invoiceNumber": f"{number}",
        "invoiceDate": day,
        "targetDate": day,
        "amount": 11.99,
        "balance": balance,
        "currency": "EUR",
        "status": status,
        "items": [
            {
                "itemType": "RECURRING",
                "amount": 11.99,
                "description": "Stream Standard",
                "planName": "stream-standard",
                "startDate": day,
                "endDate": "2026-12-15",
            }
        ],
    }
    for number, day, balance, status in [
        (8, "2026-11-15", 11.99, "COMMITTED"),
        (7, "2026-10-15", 0, "COMMITTED"),
        (9, "2026-11-15", 99.99, "VOID"),
    ]
]
BUNDLES = [
    {
        "subscriptions": [
            {
                "subscriptionId": "s-1",
                "planName": "stream-standard",
                "productCategory": "BASE",
                "billingPeriod": "MONTHLY",
                "state": "ACTIVE",
                "startDate": "2025-03-15",
                "chargedThroughDate": "2026-12-15",
            }
        ]
    }
]


def tried(identifier: str, status: str, code: str | None, at: str) -> dict[str, Any]:
    """One transaction."""
    return {
        "transactionId": identifier,
        "transactionType": "PURCHASE",
        "status": status,
        "amount": 11.99,
        "currency": "EUR",
        "effectiveDate": at,
        "gatewayErrorCode": code,
    }


def payments() -> list[dict[str, Any]]:
    """Invoice 8 failed once; 7 was paid."""
    return [
        {
            "paymentId": "p-1",
            "targetInvoiceId": "i-8",
            "transactions": [
                tried("t-1", "PAYMENT_FAILURE", "insufficient_funds", "2026-11-16T05:00:00Z")
            ],
        },
        {
            "paymentId": "p-0",
            "targetInvoiceId": "i-7",
            "transactions": [tried("t-0", "SUCCESS", None, "2026-10-15T05:00:00Z")],
        },
    ]


@dataclass
class RemoteSystem:
    """What the system knows and how it behaves: `ok`, `slow`, `drip`, `500`, `half`, `nonsense`, `wrong`, `401`."""

    behaviour: str = "ok"
    tries: list[dict[str, Any]] = field(default_factory=payments)
    outcome: tuple[str, str | None] = ("SUCCESS", None)
    others: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    url: str = ""

    def answer(self, method: str, address: str, body: Any) -> Any:
        """The answer to a proper request; None is 404."""
        parts = urlsplit(address)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append((method, parts.path, body or query))
        path = parts.path.removeprefix("/1.0/kb")
        if method == "DELETE":
            return {}
        if method == "POST":
            status, code = self.outcome
            again = tried("t-2", status, code, "2026-11-21T10:00:00Z")
            self.tries[0]["transactions"].append(again)
            return {}
        if path == "/accounts":
            return ACCOUNT if query.get("externalKey") == "K-77" else None
        if path.startswith("/accounts/search/"):
            words = unquote(path.rpartition("/")[2]).lower()
            people = [ACCOUNT, *self.others]
            found = [one for one in people if words in f"{one['name']} {one['email']}".lower()]
            start, most = int(query["offset"]), int(query["limit"])
            return found[start : start + most]
        return {
            "/accounts/a-1": ACCOUNT,
            "/invoices/byNumber/2008": {"invoiceId": "i-8", "accountId": "a-1"},
            "/accounts/a-1/invoices": INVOICES,
            "/accounts/a-1/payments": self.tries,
            "/accounts/a-1/bundles": BUNDLES,
        }.get(path)


class _Handler(BaseHTTPRequestHandler):
    system: RemoteSystem

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        sent = json.loads(self.rfile.read(length)) if length else None
        found = self.system.answer(self.command, self.path, sent)
        behaviour = self.system.behaviour
        if behaviour == "slow":
            time.sleep(2.5)
        content = _NONSENSE.get(behaviour) or json.dumps(found).encode()
        self.send_response(_STATUS.get(behaviour, 200 if found is not None else 404))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self._write(content, behaviour)

    def _write(self, content: bytes, behaviour: str) -> None:
        if behaviour == "half":
            content = content[: len(content) // 2]
            self.close_connection = True
        for place in range(0, len(content), 1 if behaviour == "drip" else len(content)):
            self.wfile.write(content[place:][: 1 if behaviour == "drip" else None])
            self.wfile.flush()
            if behaviour == "drip":
                time.sleep(0.3)

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the names the server looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Tests are quiet."""

    def handle_one_request(self) -> None:
        """A client that gave up is no error of ours."""
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


_STATUS = {"500": 500, "401": 401}
_NONSENSE = {"nonsense": b"<html>maintenance</html>", "wrong": b'{"surprise": 1}'}


@contextmanager
def running(system: RemoteSystem) -> Iterator[RemoteSystem]:
    """The system on a free port of the loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"system": system}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    system.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield system
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
