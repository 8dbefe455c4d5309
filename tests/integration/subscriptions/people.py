"""Who calls in these tests, at which moment, and through which payment provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from subscriptions.model.base import Caller, Level
from subscriptions.outbox import Message
from subscriptions.provider import (
    AccountRefusedError,
    AccountRequest,
    ChargeAnswer,
    Charged,
    ChargeRequest,
    GivenBack,
    HostedPage,
    NotReachedError,
    PageRequest,
    ProviderEvent,
    RefundAnswer,
    RefundRequest,
    RegisteredMethod,
    ReturnsPage,
    SetupRequest,
    SimulatedProvider,
)

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
NOBODY = Caller(None, Level.ANONYMOUS, "bot")
AGENT = Caller(None, Level.ANONYMOUS, "agent:kim")


def bot_for(number: str, level: Level = Level.IDENTIFIED) -> Caller:
    """The bot, asking for an identified customer."""
    return Caller(number, level, "bot", NOW)


@dataclass
class SetClock:
    """A clock that tests move."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, step: timedelta) -> None:
        """Let time pass."""
        self.now += step


WEBHOOK_SECRET = "a secret of the tests"


@dataclass
class CountingProvider:
    """The simulator, with a record of what was asked and a switch to go down."""

    down: bool = False
    refuses_accounts: bool = False
    references: list[str] = field(default_factory=list)  # charges only
    asked: list[object] = field(default_factory=list)  # every other request
    simulator: SimulatedProvider = field(
        default_factory=lambda: SimulatedProvider(WEBHOOK_SECRET, sleep=lambda _: None)
    )
    name: str = "simulator"
    assigns_mandates: bool = False
    lists_returns: bool = False

    def charge(self, request: ChargeRequest) -> ChargeAnswer:
        """Charge as the simulator does, and remember the reference."""
        if self.down:
            raise NotReachedError
        self.references.append(request.reference)
        return self.simulator.charge(request)

    def outcome_of(self, charged: Charged, now: datetime) -> ChargeAnswer | None:
        self._ask(charged)
        return self.simulator.outcome_of(charged, now)

    def returns(self, since: datetime, until: datetime, after: str | None) -> ReturnsPage:
        return self.simulator.returns(since, until, after)

    def refund(self, request: RefundRequest) -> RefundAnswer:
        self._ask(request)
        return self.simulator.refund(request)

    def refund_outcome(self, given: GivenBack) -> RefundAnswer | None:
        self._ask(given)
        return self.simulator.refund_outcome(given)

    def payment_page(self, request: PageRequest) -> HostedPage:
        self._ask(request)
        return self.simulator.payment_page(request)

    def setup_page(self, request: SetupRequest) -> HostedPage:
        self._ask(request)
        return self.simulator.setup_page(request)

    def registered(self, reference: str, provider_reference: str) -> RegisteredMethod:
        self._ask(reference)
        return self.simulator.registered(reference, provider_reference)

    def register_account(self, request: AccountRequest) -> RegisteredMethod:
        if self.refuses_accounts:
            raise AccountRefusedError
        self._ask(request)
        return self.simulator.register_account(request)

    def verify(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> tuple[ProviderEvent, ...]:
        return self.simulator.verify(headers, body, now)

    def _ask(self, request: object) -> None:
        if self.down:
            raise NotReachedError
        self.asked.append(request)


@dataclass
class Mailbox:
    """Messages with secrets that would have been sent."""

    sent: list[Message] = field(default_factory=list)

    def __call__(self, message: Message) -> None:
        self.sent.append(message)
