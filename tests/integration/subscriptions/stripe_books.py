"""What the stand-in for Stripe remembers: money that moved, and idempotency keys until it forgets them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Form = dict[str, str]
Answer = tuple[int, Any]
INTENTS, REFUNDS = "/v1/payment_intents", "/v1/refunds"


@dataclass
class Books:
    """PaymentIntents and refunds as they were made, oldest first; `status` is what a new intent becomes."""

    clock: Callable[[], datetime]
    status: str = "succeeded"
    decline: str = ""
    made: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {INTENTS: [], REFUNDS: []}
    )
    keys: dict[str, tuple[Form, Answer]] = field(default_factory=dict)

    def forget_keys(self) -> None:
        """As Stripe does after 24 hours."""
        self.keys.clear()

    def references(self, path: str = INTENTS) -> list[str]:
        """Our references of what was made."""
        return [each["metadata"]["reference"] for each in self.made[path]]

    def answer(self, method: str, path: str, form: Form, key: str) -> Answer | None:
        """The answer to a request; None when these books do not know of such things."""
        if path not in self.made:
            whole, _, name = path.rpartition("/")
            found = [each for each in self.made.get(whole, []) if each["id"] == name]
            return (200, found[0]) if found else None
        if method == "GET":
            return 200, {"object": "list", "data": self._listed(path, form), "has_more": False}
        if key in self.keys:
            first, answer = self.keys[key]
            return answer if first == form else (400, _conflict())
        answer = self._make(path, form)
        self.keys[key] = (form, answer)
        return answer

    def _listed(self, path: str, form: Form) -> list[dict[str, Any]]:
        by = "customer" if path == INTENTS else "payment_intent"
        since = int(form.get("created[gte]", 0))
        listed = [e for e in self.made[path] if e[by] == form[by] and e["created"] >= since]
        return listed[::-1]

    def _make(self, path: str, form: Form) -> Answer:
        made = {
            "id": f"{'pi' if path == INTENTS else 're'}_{len(self.made[path]) + 1}",
            "object": "payment_intent" if path == INTENTS else "refund",
            "status": self.status,
            "amount": int(form["amount"]),
            "customer": form.get("customer"),
            "payment_intent": form.get("payment_intent"),
            "created": int(self.clock().timestamp()),
            "metadata": {
                name.removeprefix("metadata[").removesuffix("]"): value
                for name, value in form.items()
                if name.startswith("metadata[")
            },
        }
        if self.decline:
            made["status"] = "requires_payment_method"
            made["last_payment_error"] = {"type": "card_error", "code": self.decline}
        self.made[path].append(made)
        if self.decline:
            said = {"type": "card_error", "code": self.decline, "payment_intent": made}
            return 402, {"error": said}
        return 200, made


def _conflict() -> dict[str, Any]:
    return {"error": {"type": "idempotency_error", "message": "Keys for idempotent requests ..."}}
