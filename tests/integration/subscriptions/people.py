"""Who calls in these tests, at which moment, and through which payment provider."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from subscriptions.model.base import Caller, Level
from subscriptions.outbox import Message
from subscriptions.provider import (
    ChargeAnswer,
    ChargeRequest,
    ProviderUnavailableError,
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


@dataclass
class CountingProvider:
    """The simulator, with a record of what was charged and a switch to go down."""

    down: bool = False
    references: list[str] = field(default_factory=list)

    def charge(self, request: ChargeRequest) -> ChargeAnswer:
        """Charge as the simulator does, and remember the reference."""
        if self.down:
            raise ProviderUnavailableError
        self.references.append(request.reference)
        return SimulatedProvider().charge(request)


@dataclass
class Mailbox:
    """Messages with secrets that would have been sent."""

    sent: list[Message] = field(default_factory=list)

    def __call__(self, message: Message) -> None:
        self.sent.append(message)
