"""The composition root: the only module that knows every action and what they stand on.

Invariants: nothing is built at import; each action of the dialogue is registered once, by name.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from rasa_sdk.executor import ActionExecutor

from actions.base import BotAction
from actions.billing import BalanceNextCharge, ExplainCharge
from actions.cancellation import CancelSubscription
from actions.confirmation import Affirm, Deny, Inform, Repeat, StopFlow, SwitchLanguage
from actions.fallback import Fallback, OutOfScope
from actions.handing_over import Crisis, NotCovered, RequestHuman
from actions.login import ResetPassword
from actions.payments import RetryPayment, WhyPaymentFailed
from actions.plans import ComparePlans, DowngradePlan, UpgradePlan
from actions.services import Services
from actions.settings import ActionSettings
from actions.skills import load_skills
from actions.smalltalk import AboutBot, Goodbye, Greet, Thank
from actions.texts import load_texts
from subscriptions import utc_now
from subscriptions.connecting import open_business

ACTIONS: tuple[type[BotAction], ...] = (
    ExplainCharge,
    BalanceNextCharge,
    WhyPaymentFailed,
    RetryPayment,
    ResetPassword,
    ComparePlans,
    UpgradePlan,
    DowngradePlan,
    CancelSubscription,
    RequestHuman,
    NotCovered,
    Crisis,
    Greet,
    Thank,
    Goodbye,
    AboutBot,
    OutOfScope,
    Fallback,
    Affirm,
    Deny,
    Inform,
    StopFlow,
    Repeat,
    SwitchLanguage,
)


def build_services(settings: ActionSettings, clock: Callable[[], datetime] = utc_now) -> Services:
    """Open the business and read texts and skills; raises if a text or the table is wrong."""
    return Services(
        subscriptions=open_business(settings.business, clock, settings.business.connections(clock)),
        texts=load_texts(settings.data_dir / "responses"),
        skills=load_skills(settings.data_dir / "skills.yml"),
        clock=clock,
        zone=ZoneInfo(settings.timezone),
    )


def build_executor(services: Services) -> ActionExecutor:
    """The SDK's dispatcher with all our actions; nothing is discovered by scanning packages."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action(services))
    return executor
