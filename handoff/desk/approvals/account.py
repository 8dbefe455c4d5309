"""The account: a locked login, a new address, another e-mail address.

Invariants: nothing here tells more of an account than its holder may see in the chat; another e-mail address is
confirmed by the subscriber before it is asked for, because the business wants level 2.
"""

from handoff.desk.approvals.action import Foreseen, Outcome
from handoff.desk.approvals.doing import Doing, Order, Seen, line
from handoff.desk.approvals.wishes import Address, Email, Unlock
from handoff.desk.words import Words, day, put, same
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller
from subscriptions.model.identity import UnlockOutcome
from subscriptions.model.profile import NewAddress
from subscriptions.port import Business

_LOGIN = {
    "tries": Words(de="gesperrt nach falschen Passwörtern", en="locked after wrong passwords"),
    "compromised": Words(
        de="gesperrt, weil ein Fremder im Konto war: das entscheidet die Sicherheit",
        en="locked because a stranger was in the account: security decides",
    ),
    "free": Words(de="nicht gesperrt", en="not locked"),
}


def _foresee_unlock(business: Business, caller: Caller, _wish: Unlock) -> Seen:
    status = business.identity.login_status(caller)
    now = _LOGIN.get(status.state or "", same("–"))
    title = Words(de="Anmeldung entsperren", en="Unlock the login")
    return Seen(Foreseen(title=title, lines=(line("Jetzt", "Now", now),)))


def _unlock(business: Business, caller: Caller, _wish: Unlock, order: Order) -> Outcome:
    made = business.identity.unlock(caller, key=order.key)
    if made.outcome is UnlockOutcome.PERSON:
        told = put(
            "Die Anmeldung bleibt zum Schutz gesperrt; die Sicherheit sieht sich das an (Vorgang {case}).",
            "The login stays locked for protection; security looks into it (case {case}).",
            case=same(made.case or ""),
        )
    elif made.outcome is UnlockOutcome.WAS_FREE:
        told = Words(
            de="Die Anmeldung war nicht gesperrt. Hilft das Passwort nicht, kommt auf Wunsch ein Link für ein neues.",
            en="The login was not locked. If the password does not help, a link for a new one can be sent.",
        )
    else:
        told = Words(de="Die Anmeldung ist wieder frei.", en="The login is open again.")
    return Outcome(told=told)


def _wanted(wish: Address) -> NewAddress:
    return NewAddress(
        kind=wish.use,
        street=wish.street,
        postcode=wish.postcode,
        city=wish.city,
        country=wish.country,
        from_on=wish.from_on,
        name=wish.name,
    )


_USES = {
    "postal": Words(de="Neue Postanschrift", en="New postal address"),
    "delivery": Words(de="Neue Lieferanschrift", en="New delivery address"),
}


def _foresee_address(business: Business, caller: Caller, wish: Address) -> Seen:
    found = business.profile.check_address(caller, _wanted(wish))
    place = same(f"{found.street}, {found.postcode} {found.city}, {found.country}")
    lines = (
        line("Name", "Name", same(found.name)),
        line("Anschrift", "Address", place),
        line("Gilt ab", "Holds from", day(found.valid_from)),
    )
    return Seen(Foreseen(title=_USES[wish.use], lines=lines))


def _address(business: Business, caller: Caller, wish: Address, order: Order) -> Outcome:
    made = business.profile.change_address(caller, _wanted(wish), key=order.key)
    told = put(
        "{what} ab {on}: {place}. Eine Bestätigung kommt per E-Mail.",
        "{what} from {on}: {place}. A confirmation comes by e-mail.",
        what=_USES[wish.use],
        on=day(made.address.valid_from),
        place=same(f"{made.address.postcode} {made.address.city}"),
    )
    return Outcome(told=told)


def _foresee_email(business: Business, caller: Caller, wish: Email) -> Seen:
    held = business.profile.contact_details(caller)
    if "@" not in wish.email:
        raise SubscriptionError(Code.EMAIL_INVALID)
    title = Words(de="Andere E-Mail-Adresse", en="Another e-mail address")
    lines = (
        line("Bisher", "So far", same(held.email)),
        line("Neu", "New", same(wish.email)),
        line(
            "Danach",
            "Then",
            Words(
                de="beide Adressen werden benachrichtigt; die neue gilt, wenn ihr Postfach bestätigt",
                en="both addresses are told; the new one holds once its mailbox confirms",
            ),
        ),
    )
    return Seen(Foreseen(title=title, lines=lines, customer=True))


def _email(business: Business, caller: Caller, wish: Email, order: Order) -> Outcome:
    made = business.profile.change_email(caller, wish.email, key=order.key)
    told = put(
        "Ein Link zur Bestätigung ging an {new}; so lange gilt die bisherige Adresse.",
        "A link to confirm went to {new}; until then the former address holds.",
        new=same(made.new),
    )
    return Outcome(told=told)


UNLOCK = Doing(_foresee_unlock, _unlock)
ADDRESS = Doing(_foresee_address, _address)
EMAIL = Doing(_foresee_email, _email)
