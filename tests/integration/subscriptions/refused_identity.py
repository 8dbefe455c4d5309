"""What the use cases of identity refuse."""

from contextlib import suppress
from datetime import timedelta

from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller
from subscriptions.model.identity import CodePurpose
from tests.integration.subscriptions.making_identity import LABEL, POSTCODE, label, locked_login
from tests.integration.subscriptions.people import NOBODY, bot_for
from tests.integration.subscriptions.refusals import Refused, World

ANNA, GONE = bot_for("K-1001"), bot_for("K-9999")
MAIL = "anna.lindqvist@example.org"


def profile(world: World, caller: Caller) -> object:
    return world.business.identity.profile(caller)


def send(
    world: World,
    address: str | None = MAIL,
    *,
    caller: Caller = NOBODY,
    purpose: CodePurpose = CodePurpose.IDENTIFY,
    key: str = "send",
) -> object:
    return world.business.identity.send_code(caller, address, purpose=purpose, key=key)


def sent(world: World) -> None:
    """A code that was sent; its handle is the only one there is."""
    send(world)


def handle(world: World) -> str:
    """The handle of the code in `sent`, as the same key gives it again."""
    return world.business.identity.send_code(NOBODY, MAIL, key="send").handle


def digits(world: World) -> str:
    return world.mailbox.sent[-1].secret


def wrong(world: World) -> str:
    return "000000" if digits(world) != "000000" else "000001"


def check(world: World, typed: str, *, key: str = "check") -> object:
    return world.business.identity.check_code(NOBODY, handle(world), typed, key=key)


def tries_spent(world: World) -> None:
    sent(world)
    for n in range(3):
        with suppress(SubscriptionError):
            check(world, wrong(world), key=f"c{n}")


def code_used(world: World) -> None:
    sent(world)
    check(world, digits(world), key="first")


def code_old(world: World) -> None:
    sent(world)
    world.clock.forward(timedelta(minutes=10))


def code_replaced(world: World) -> None:
    sent(world)
    world.clock.forward(timedelta(minutes=1))
    send(world, key="second")


def link(
    world: World, number: str = LABEL, postcode: str = POSTCODE, *, caller: Caller = ANNA
) -> object:
    return world.business.identity.link_access(caller, number, postcode, key="k")


def free_label(world: World) -> None:
    label(world.engine, "S-1005")


def guessed(world: World) -> None:
    free_label(world)
    for n in range(10):
        with suppress(SubscriptionError):
            world.business.identity.link_access(ANNA, f"AB-{n}", POSTCODE, key=f"g{n}")


def linked_label(world: World) -> None:
    free_label(world)
    link(world)


def sign_out(world: World, device: str | None, caller: Caller = ANNA) -> object:
    return world.business.identity.sign_out_devices(caller, device, key="k")


def reset_used(world: World) -> None:
    world.business.identity.request_reset(NOBODY, MAIL, key="ask")
    world.business.identity.use_reset(NOBODY, world.mailbox.sent[0].secret, key="use")


def reset_asked(world: World) -> None:
    world.business.identity.request_reset(NOBODY, MAIL, key="k")


def signed_out(world: World) -> None:
    sign_out(world, None)


def unlocked(world: World) -> None:
    locked_login(world.engine, "K-1001")
    world.business.identity.unlock(NOBODY, MAIL, key="k")


REFUSED: tuple[Refused, ...] = (
    Refused("identity.profile", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: profile(w, NOBODY)),
    Refused("identity.profile", "no such customer", Code.NOT_FOUND, lambda w: profile(w, GONE)),
    Refused("identity.request_reset", "no address", Code.BAD_INPUT, lambda w: w.business.identity.request_reset(NOBODY, " ", key="k")),
    Refused("identity.request_reset", "no such customer", Code.NOT_FOUND, lambda w: w.business.identity.request_reset(GONE, None, key="k")),
    Refused("identity.request_reset", "the key of another address", Code.KEY_REUSED, lambda w: w.business.identity.request_reset(NOBODY, "x@example.org", key="k"), reset_asked),
    Refused("identity.use_reset", "an unknown link", Code.TOKEN_INVALID, lambda w: w.business.identity.use_reset(NOBODY, "no-such-token", key="k")),
    Refused("identity.use_reset", "a used link", Code.TOKEN_INVALID, lambda w: w.business.identity.use_reset(NOBODY, w.mailbox.sent[0].secret, key="k"), reset_used),
    Refused("identity.use_reset", "the key of another link", Code.KEY_REUSED, lambda w: w.business.identity.use_reset(NOBODY, "other", key="use"), reset_used),
    Refused("identity.send_code", "nothing to find an account by", Code.BAD_INPUT, lambda w: send(w, " \u3000 ")),
    Refused("identity.send_code", "an endless address", Code.BAD_INPUT, lambda w: send(w, "a" * 321)),
    Refused("identity.send_code", "to confirm nobody", Code.IDENTITY_NEEDED, lambda w: send(w, purpose=CodePurpose.CONFIRM)),
    Refused("identity.send_code", "no such customer", Code.NOT_FOUND, lambda w: send(w, caller=GONE)),
    Refused("identity.send_code", "the key of another address", Code.KEY_REUSED, lambda w: send(w, "x@example.org"), sent),
    Refused("identity.check_code", "letters", Code.BAD_INPUT, lambda w: check(w, "abcdef"), sent),
    Refused("identity.check_code", "five digits", Code.BAD_INPUT, lambda w: check(w, "12345"), sent),
    Refused("identity.check_code", "wrong digits", Code.CODE_WRONG, lambda w: check(w, wrong(w)), sent, leaves_trace=True),
    Refused("identity.check_code", "right digits after three wrong tries", Code.CODE_TOO_OFTEN, lambda w: check(w, digits(w)), tries_spent, leaves_trace=True),
    Refused("identity.check_code", "a used code", Code.CODE_EXPIRED, lambda w: check(w, digits(w)), code_used, leaves_trace=True),
    Refused("identity.check_code", "a code of ten minutes ago", Code.CODE_EXPIRED, lambda w: check(w, digits(w)), code_old, leaves_trace=True),
    Refused("identity.check_code", "a code that a newer one replaced", Code.CODE_EXPIRED, lambda w: check(w, w.mailbox.sent[0].secret), code_replaced, leaves_trace=True),
    Refused("identity.check_code", "an unknown handle", Code.CODE_EXPIRED, lambda w: w.business.identity.check_code(NOBODY, "no-such", "123456", key="k"), leaves_trace=True),
    Refused("identity.check_code", "the key of another try", Code.KEY_REUSED, lambda w: check(w, "123456", key="first"), code_used),
    Refused("identity.login_status", "no such customer", Code.NOT_FOUND, lambda w: w.business.identity.login_status(GONE)),
    Refused("identity.unlock", "no address", Code.BAD_INPUT, lambda w: w.business.identity.unlock(NOBODY, None, key="k")),
    Refused("identity.unlock", "no such customer", Code.NOT_FOUND, lambda w: w.business.identity.unlock(GONE, key="k")),
    Refused("identity.unlock", "the key of another address", Code.KEY_REUSED, lambda w: w.business.identity.unlock(NOBODY, "x@example.org", key="k"), unlocked),
    Refused("identity.link_access", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: link(w, caller=NOBODY)),
    Refused("identity.link_access", "no such customer", Code.NOT_FOUND, lambda w: link(w, caller=GONE), free_label),
    Refused("identity.link_access", "a wrong number", Code.ACCESS_NUMBER_UNKNOWN, lambda w: link(w, "AB-1"), free_label, leaves_trace=True),
    Refused("identity.link_access", "a wrong postcode", Code.ACCESS_NUMBER_UNKNOWN, lambda w: link(w, postcode="25814"), free_label, leaves_trace=True),
    Refused("identity.link_access", "ten guesses within the hour", Code.TOO_OFTEN, link, guessed),
    Refused("identity.link_access", "a label of another account", Code.ACCESS_TAKEN, lambda w: link(w, caller=bot_for("K-1002")), linked_label, leaves_trace=True),
    Refused("identity.link_access", "the key of another label", Code.KEY_REUSED, lambda w: link(w, "AB-1"), linked_label),
    Refused("identity.devices", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: w.business.identity.devices(NOBODY)),
    Refused("identity.devices", "no such customer", Code.NOT_FOUND, lambda w: w.business.identity.devices(GONE)),
    Refused("identity.sign_out_devices", "nobody is identified", Code.IDENTITY_NEEDED, lambda w: sign_out(w, None, NOBODY)),
    Refused("identity.sign_out_devices", "an unknown device", Code.DEVICE_UNKNOWN, lambda w: sign_out(w, "DV-nobody")),
    Refused("identity.sign_out_devices", "the key of another sign-out", Code.KEY_REUSED, lambda w: sign_out(w, "DV-1"), signed_out),
)  # fmt: skip
