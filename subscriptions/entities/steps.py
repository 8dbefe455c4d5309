"""A step that a state machine does not know."""

from enum import StrEnum

from subscriptions.errors import Code, SubscriptionError


def illegal_step(machine: str, old: StrEnum, new: StrEnum) -> SubscriptionError:
    return SubscriptionError(Code.ILLEGAL_STEP, machine=machine, old=old.value, new=new.value)
