"""Whoever collects money: the port, a simulator for the demo and the tests, and real providers.

May import `subscriptions.policy`, `entities`, `model`, `errors` and the provider's own SDK. Invariants: every
reference is an idempotency key; a provider that does not answer within 3 s raises, and then what was asked is looked
up before it is asked again; numbers of cards never come here, an IBAN passes through to the provider and is neither kept nor logged. Start at `port`.
"""

from subscriptions.provider.choice import ProviderChoice, choose_provider
from subscriptions.provider.collecting import SETTLING_BANK_DAYS, outcome_of, scheduled
from subscriptions.provider.port import (
    AccountRefusedError,
    AccountRequest,
    ChargeAnswer,
    Charged,
    ChargeRequest,
    EventKind,
    GivenBack,
    HostedPage,
    NotReachedError,
    PageLine,
    PageRequest,
    PaymentProvider,
    ProviderEvent,
    ProviderUnavailableError,
    RefundAnswer,
    RefundRequest,
    RefundResult,
    RegisteredMethod,
    ReturnsPage,
    SetupKind,
    SetupRequest,
    UntrustedEventError,
)
from subscriptions.provider.simulator import SimulatedProvider

__all__ = [
    "SETTLING_BANK_DAYS",
    "AccountRefusedError",
    "AccountRequest",
    "ChargeAnswer",
    "ChargeRequest",
    "Charged",
    "EventKind",
    "GivenBack",
    "HostedPage",
    "NotReachedError",
    "PageLine",
    "PageRequest",
    "PaymentProvider",
    "ProviderChoice",
    "ProviderEvent",
    "ProviderUnavailableError",
    "RefundAnswer",
    "RefundRequest",
    "RefundResult",
    "RegisteredMethod",
    "ReturnsPage",
    "SetupKind",
    "SetupRequest",
    "SimulatedProvider",
    "UntrustedEventError",
    "choose_provider",
    "outcome_of",
    "scheduled",
]
