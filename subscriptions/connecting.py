"""What the environment says about the business, the same for every process that opens it; and opening it.

Invariants: secrets never show in `repr` or in an error; what cannot be used is refused at the start with a sentence;
in production, which is the default, so is what belongs to the demo.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Literal, Self, TypeVar

from pydantic import SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from subscriptions import Connections, backing_of, open_subscriptions
from subscriptions.daily import Daily
from subscriptions.model.base import Clock, FormOfAddress
from subscriptions.outbox import check_outbox, close_outbox, open_outbox
from subscriptions.policy.house_facts import house_facts
from subscriptions.policy.limits import Limits
from subscriptions.policy.seller import of_the_demo, read_seller
from subscriptions.port import Business
from subscriptions.provider import ProviderChoice, choose_provider
from subscriptions.remote import RemoteSettings, open_remote
from subscriptions.store.engine import PREPARING

PREFIX = "SUBSCRIPTIONS_"
DEVELOPMENT_SECRET = "development-only-secret-not-for-production"  # noqa: S105  # refused there
SHORTEST_SECRET = 32

Read = TypeVar("Read", bound=BaseSettings)


class BusinessSettings(BaseSettings):
    """`SUBSCRIPTIONS_*`: what is the same in all processes, written once; see `docs/operations.md`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    mode: Literal["development", "production"] = "production"
    database_url: str = "sqlite:///var/subscriptions.db"
    payment_provider: Literal["simulator", "stripe"] = "simulator"
    payment_secret_key: SecretStr = SecretStr("")
    payment_webhook_secret: SecretStr = SecretStr("")
    payment_return_url: str = ""
    public_address: str = ""  # under which people reach the gateway, for links
    outbox: SecretStr = SecretStr("none")
    form_of_address: FormOfAddress = "sie"  # of German in the chat and in messages
    seller: str = ""  # JSON; who issues the invoices
    limits: str = ""  # JSON; where the operator is stricter or more generous than the defaults
    code_secret: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    remote_url: str = ""  # a billing system of one's own; empty: the built-in store
    remote_user: str = ""
    remote_password: SecretStr = SecretStr("")
    remote_api_key: str = ""
    remote_api_secret: SecretStr = SecretStr("")

    @property
    def informal(self) -> bool:
        """Whether German says "du" to subscribers."""
        return self.form_of_address == "du"

    @property
    def development(self) -> bool:
        """Whether demo data, demo pages and known secrets will do."""
        return self.mode == "development"

    @model_validator(mode="after")
    def _can_be_used(self) -> Self:
        """Say at the start what would only show when somebody pays, or waits for a code."""
        wrong = list(self._unusable())
        if not wrong and not self.development:
            wrong = list(self._not_for_production())
        if wrong:
            raise ValueError("\n".join(wrong))
        return self

    def _unusable(self) -> Iterator[str]:
        """A sentence for each value that can be used nowhere."""
        checks: dict[str, Callable[[], object]] = {
            "PAYMENT_PROVIDER": self._choice().check,
            "OUTBOX": lambda: check_outbox(self.outbox.get_secret_value(), self.public_address),
            "SELLER": lambda: read_seller(self.seller),
            "LIMITS": lambda: read_limits(self.limits),
        }
        for name, check in checks.items():
            try:
                check()
            except ValueError as error:
                yield f"{PREFIX}{name}: {error}"

    def _not_for_production(self) -> Iterator[str]:
        """A sentence for each value that is for the demo: nobody's money would move, nobody's name stand on invoices."""
        if weak(self.code_secret):
            yield f"production needs own secrets of at least {SHORTEST_SECRET} characters: {PREFIX}CODE_SECRET"
        made_up = of_the_demo(read_seller(self.seller))
        if made_up:
            yield f"production needs the operator's own particulars in {PREFIX}SELLER: {', '.join(made_up)}"
        if self.remote_url:
            return  # it collects, and what needs codes is not offered
        if self.payment_provider == "simulator":
            yield f"production needs a payment provider in {PREFIX}PAYMENT_PROVIDER: the simulator moves nobody's money"
        if not self.outbox.get_secret_value().startswith(("smtp:", "smtps:")):
            yield (
                f"production needs a mail server in {PREFIX}OUTBOX: a file keeps codes, and with none they reach nobody"
            )

    def _choice(self) -> ProviderChoice:
        return ProviderChoice(
            name=self.payment_provider,
            secret_key=self.payment_secret_key.get_secret_value(),
            webhook_secret=self.payment_webhook_secret.get_secret_value(),
            return_url=self.payment_return_url,
        )

    def connections(self, clock: Clock) -> Connections:
        """What an operator connected; raises ValueError for what cannot be."""
        return Connections(
            provider=choose_provider(self._choice(), clock),
            outbox=open_outbox(
                self.outbox.get_secret_value(), self.public_address, form=self.form_of_address
            ),
            limits=read_limits(self.limits),
            secret=self.code_secret.get_secret_value(),
            seller=read_seller(self.seller),
        )

    def facts(self) -> dict[str, str]:
        """The operator's numbers that texts for people may name."""
        return house_facts(read_limits(self.limits), read_seller(self.seller))

    def remote(self) -> RemoteSettings | None:
        """The remote billing system, if the operator has one."""
        if not self.remote_url:
            return None
        return RemoteSettings(
            url=self.remote_url,
            user=self.remote_user,
            password=self.remote_password.get_secret_value(),
            api_key=self.remote_api_key,
            api_secret=self.remote_api_secret.get_secret_value(),
        )


def weak(secret: SecretStr) -> bool:
    """Whether production refuses this secret: too short, or known to everybody."""
    value = secret.get_secret_value()
    return value == DEVELOPMENT_SECRET or len(value) < SHORTEST_SECRET


def read_or_end(kind: type[Read]) -> Read:
    """The settings from the environment; else a sentence for each wrong one, and the end of the process."""
    try:
        return kind()
    except ValidationError as error:
        inner = error.title == BusinessSettings.__name__
        prefix = PREFIX if inner else kind.model_config.get("env_prefix", "")
        for problem in error.errors():
            name = "_".join(str(part) for part in problem["loc"]).upper()
            for said in problem["msg"].removeprefix("Value error, ").splitlines():
                sys.stderr.write(f"settings: {name and f'{prefix}{name}: '}{said}\n")
        raise SystemExit(2) from None


def read_limits(setting: str) -> Limits:
    """The limits from a JSON object with some of their names, the rest at its default; raises ValueError."""
    if not setting.strip():
        return Limits()
    given = json.loads(setting)
    known = {each.name: each.type for each in fields(Limits)}
    if not isinstance(given, dict) or set(given) - set(known):
        raise ValueError(f"limits are a JSON object with some of {', '.join(sorted(known))}")
    wrong = [name for name, value in given.items() if type(value) is not known[name]]
    if wrong:
        raise ValueError(f"limits are whole numbers, or true and false: {', '.join(wrong)}")
    return Limits(**given)


def open_business(settings: BusinessSettings, clock: Clock, connections: Connections) -> Business:
    """The business: on the remote system if there is one, else on the built-in store."""
    remote = settings.remote()
    if remote is not None:
        return open_remote(remote, settings.database_url, clock, limits=connections.limits)
    return open_subscriptions(settings.database_url, clock, connections=connections)


@contextmanager
def opened_daily(database_url: str, clock: Clock, settings: BusinessSettings) -> Iterator[Daily]:
    """The day's run on a migrated database, patient with locks."""
    connections = settings.connections(clock)
    backing = backing_of(database_url, clock, connections, PREPARING)
    try:
        yield Daily(backing)
    finally:
        close_outbox(connections.outbox)
        backing.engine.dispose()
