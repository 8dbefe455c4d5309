"""Whoever collects money: the port, a simulator for the demo and the tests, and real providers.

May import `subscriptions.policy`, `entities`, `model`, `errors` and the provider's own SDK. Invariants: every
reference is an idempotency key; a provider that does not answer within 3 s raises and nothing is stored; numbers
of cards never come here, an IBAN passes through to the provider and is neither kept nor logged. Start at `port`.
"""

from subscriptions.provider.choice import ProviderChoice, choose_provider
from subscriptions.provider.collecting import SETTLING_BANK_DAYS, collect, outcome_of
from subscriptions.provider.port import (
    AccountRefusedError,
    AccountRequest,
    ChargeAnswer,
    Charged,
    ChargeRequest,
    EventKind,
    HostedPage,
    PageLine,
    PageRequest,
    PaymentProvider,
    ProviderEvent,
    ProviderUnavailableError,
    RefundAnswer,
    RefundRequest,
    RefundResult,
    RegisteredMethod,
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
    "HostedPage",
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
    "SetupKind",
    "SetupRequest",
    "SimulatedProvider",
    "UntrustedEventError",
    "choose_provider",
    "collect",
    "outcome_of",
]
