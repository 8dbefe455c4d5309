"""Which provider collects: one choice for every process, made of what the operator's environment says.

Invariants: a provider that lacks a secret is refused at the start, with a sentence that names what is missing and
holds no secret.
"""

from dataclasses import dataclass, field

from subscriptions.model.base import Clock
from subscriptions.provider.port import PaymentProvider
from subscriptions.provider.simulator import SimulatedProvider
from subscriptions.provider.stripe_calls import StripeProvider
from subscriptions.provider.stripe_line import StripeAccess


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """What a process was told. `webhook_secret` may hold two, with a comma between them, while one replaces the other.

    `return_url` is where people come back to from a page of the provider; for the simulator it is the gateway,
    which also serves its pages.
    """

    name: str = "simulator"
    secret_key: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    return_url: str = ""

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The one or two that are valid."""
        return tuple(part.strip() for part in self.webhook_secret.split(",") if part.strip())

    def check(self) -> None:
        """Raise ValueError when something is missing or the name is unknown."""
        if self.name == "simulator":
            return
        if self.name != "stripe":
            raise ValueError(f"payment provider {self.name!r} is unknown: simulator or stripe")
        given = {
            "secret key": self.secret_key,
            "webhook secret": "".join(self.webhook_secrets),
            "return URL": self.return_url,
        }
        missing = [what for what, value in given.items() if not value]
        if missing:
            raise ValueError(f"Stripe needs the payment provider's {', '.join(missing)}")


def choose_provider(choice: ProviderChoice, clock: Clock) -> PaymentProvider:
    """The chosen provider; raises ValueError when something is missing or the name is unknown."""
    choice.check()
    secrets = choice.webhook_secrets
    if choice.name == "simulator":
        return SimulatedProvider(secrets[0] if secrets else "", choice.return_url.rstrip("/"))
    return StripeProvider(StripeAccess(choice.secret_key, secrets, choice.return_url), clock)
