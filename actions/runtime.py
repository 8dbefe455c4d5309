"""The composition root: the only module that knows every action and what they stand on.

Invariants: nothing is built at import; each action of the dialogue is registered once, by name.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from rasa_sdk.executor import ActionExecutor

from actions.dialogue.acts import Affirm, Deny, Inform, Repeat, StopFlow, SwitchLanguage
from actions.dialogue.fallback import Fallback, OutOfScope
from actions.dialogue.frame import BotAction
from actions.dialogue.identify import Identify
from actions.dialogue.serving import ServedAction
from actions.services import Services
from actions.settings import ActionSettings
from actions.skills import load_skills
from actions.texts import load_texts
from actions.topics.access import AccountCompromised, DeviceLimit, LinkAccess
from actions.topics.addons import ManageAddon
from actions.topics.billing import BalanceNextCharge, ExplainCharge
from actions.topics.billing_checks import WrongOrDoubleCharge
from actions.topics.billing_details import ChangeInvoiceDetails
from actions.topics.billing_prices import PriceChange
from actions.topics.cancellation import CancelSubscription
from actions.topics.cancellation_special import (
    CancelForCause,
    SubscriberDeceased,
    WithdrawContract,
)
from actions.topics.cancellation_status import CancellationStatus
from actions.topics.care_calls import CallBack
from actions.topics.care_calls_withdrawn import WithdrawCall
from actions.topics.case_state import CaseState
from actions.topics.cases import Complaint
from actions.topics.collections_claims import AlreadyPaid
from actions.topics.collections_instalments import Instalments
from actions.topics.collections_objections import DisputeClaim, FinancialHardship
from actions.topics.collections_pay import PayNow
from actions.topics.collections_promise import PromiseToPay
from actions.topics.collections_retry import RetryPayment
from actions.topics.collections_standing import AccessBlocked, DunningLetter
from actions.topics.contracts import WhatIHave
from actions.topics.debit_day import ChangeDebitDate
from actions.topics.delivery import DeliveryProblem
from actions.topics.delivery_suspending import SuspendDelivery
from actions.topics.handing_over import Crisis, RequestHuman
from actions.topics.invoices import GetInvoice
from actions.topics.knowledge import KNOWLEDGE_ANSWERS
from actions.topics.login import CannotLogIn, ResetPassword
from actions.topics.methods import AboutMandate, ChangeBankAccount, ChangePaymentMethod
from actions.topics.offers import AskForBetterOffer
from actions.topics.orders import FindOrder
from actions.topics.outages import TellOutages
from actions.topics.pause import PauseSubscription
from actions.topics.payments import WhyPaymentFailed
from actions.topics.plans import DowngradePlan, UpgradePlan
from actions.topics.plans_compared import ComparePlans
from actions.topics.preferences import ContactPreferences
from actions.topics.privacy import DataErasure, DataExport, DataObjection
from actions.topics.profile import ChangeAddress
from actions.topics.profile_contact import ChangeContactDetails
from actions.topics.refunds import GiveBack
from actions.topics.smalltalk import AboutBot, Goodbye, Greet, Thank
from actions.topics.vouchers import RedeemVoucher
from handoff.knowledge import read_knowledge
from subscriptions import utc_now
from subscriptions.connecting import open_business

ACTIONS: tuple[type[BotAction], ...] = (
    ExplainCharge,
    GetInvoice,
    BalanceNextCharge,
    WrongOrDoubleCharge,
    RedeemVoucher,
    PriceChange,
    ChangeInvoiceDetails,
    GiveBack,
    WhyPaymentFailed,
    RetryPayment,
    PayNow,
    PromiseToPay,
    Instalments,
    FinancialHardship,
    AlreadyPaid,
    DunningLetter,
    DisputeClaim,
    AccessBlocked,
    ResetPassword,
    CannotLogIn,
    LinkAccess,
    DeviceLimit,
    AccountCompromised,
    ChangeAddress,
    ChangeContactDetails,
    ContactPreferences,
    ChangeBankAccount,
    ChangePaymentMethod,
    AboutMandate,
    ChangeDebitDate,
    ComparePlans,
    UpgradePlan,
    DowngradePlan,
    WhatIHave,
    ManageAddon,
    CancelSubscription,
    CancelForCause,
    WithdrawContract,
    CancellationStatus,
    PauseSubscription,
    AskForBetterOffer,
    SubscriberDeceased,
    Complaint,
    CaseState,
    DataExport,
    DataErasure,
    DataObjection,
    DeliveryProblem,
    SuspendDelivery,
    TellOutages,
    FindOrder,
    RequestHuman,
    CallBack,
    WithdrawCall,
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
    Identify,
    *KNOWLEDGE_ANSWERS,
)


def build_services(settings: ActionSettings, clock: Callable[[], datetime] = utc_now) -> Services:
    """Open the business and read texts and skills; raises if a text or the table is wrong."""
    facts = settings.business.facts()
    return Services(
        subscriptions=open_business(settings.business, clock, settings.business.connections(clock)),
        texts=load_texts(settings.data_dir / "responses", settings.business.form_of_address),
        skills=load_skills(settings.data_dir / "skills.yml"),
        knowledge=read_knowledge(
            settings.data_dir / "knowledge",
            facts,
            informal=settings.business.informal,
        ),
        clock=clock,
        zone=ZoneInfo(settings.timezone),
        facts=facts,
    )


def build_actions(services: Services) -> Mapping[str, BotAction]:
    """Every action by its intent; they reach each other through this table only."""
    actions: dict[str, BotAction] = {}
    for kind in ACTIONS:
        actions[kind.intent] = kind(services, actions)
    return actions


def build_executor(services: Services) -> ActionExecutor:
    """The SDK's dispatcher with all our actions; nothing is discovered by scanning packages."""
    executor = ActionExecutor()
    for action in build_actions(services).values():
        executor.register_action(ServedAction(action))
    return executor
