"""Why something is not done, in words for the agent: what is in the way, and what to do instead.

Invariants: every code of an action's use cases and of the desk has its words in both languages (a test holds it); an
unknown code has words as well; nothing that a person wrote is in them.
"""

from collections.abc import Mapping

from handoff.desk.approvals.action import ActionRefused, Refusal
from handoff.desk.words import Words
from subscriptions.errors import Code, SubscriptionError

_OTHER = Words(
    de="Das geht gerade nicht. Bitte die Kundensicht neu laden und noch einmal ansehen.",
    en="This does not work now. Please load the customer's view again and look once more.",
)

DESK: Mapping[Refusal, Words] = {
    Refusal.NO_SUBSCRIBER: Words(
        de="Es ist nicht bekannt, wer schreibt. Erst anmelden lassen oder mit einem Code prüfen.",
        en="It is not known who writes. Ask them to sign in, or check with a code first.",
    ),
    Refusal.CHANGED: Words(
        de="Inzwischen wäre die Wirkung eine andere. Bitte neu ansehen und noch einmal bestätigen.",
        en="By now it would do something else. Please look again and confirm once more.",
    ),
    Refusal.KEY_REUSED: Words(
        de="Das wurde schon mit anderen Angaben abgeschickt. Bitte neu öffnen.",
        en="This was sent before with other values. Please open it anew.",
    ),
    Refusal.UNKNOWN: Words(
        de="Diesen Vorschlag gibt es nicht mehr. Bitte die Liste neu laden.",
        en="This proposal does not exist any more. Please load the list again.",
    ),
    Refusal.NOT_OPEN: Words(
        de="Darüber ist schon entschieden, oder die Zeit ist abgelaufen. Bitte neu laden.",
        en="This is decided already, or its time is over. Please load again.",
    ),
    Refusal.OWN_PROPOSAL: Words(
        de="Den eigenen Vorschlag entscheidet jemand anderes.",
        en="Somebody else decides about one's own proposal.",
    ),
    Refusal.NOT_ALLOWED: Words(
        de="Darüber entscheidet eine Person mit Leitungsrolle.",
        en="A supervisor decides about this.",
    ),
    Refusal.BROKEN: Words(
        de="Das ging technisch nicht, auch nach vielen Versuchen. Bitte in der Kundensicht prüfen, ob etwas geändert wurde.",
        en="This did not work technically, even after many tries. Please check in the customer's view whether anything changed.",
    ),
}

BUSINESS: Mapping[Code, Words] = {
    Code.IDENTITY_NEEDED: DESK[Refusal.NO_SUBSCRIBER],
    Code.STEP_UP_NEEDED: Words(
        de="Das muss die Person selbst frisch bestätigen.",
        en="The person has to confirm this freshly themselves.",
    ),
    Code.NOT_FOUND: Words(
        de="Das gehört nicht zu diesem Konto. Bitte die Nummer prüfen.",
        en="This does not belong to this account. Please check the number.",
    ),
    Code.ILLEGAL_STEP: Words(
        de="Der Vertrag ist dafür nicht im richtigen Stand. Bitte neu laden.",
        en="The contract is not in the right state for it. Please load again.",
    ),
    Code.KEY_REUSED: DESK[Refusal.KEY_REUSED],
    Code.BAD_INPUT: Words(
        de="Der Betrag passt nicht: Er muss über null liegen und darf nicht höher sein als die nächste Rechnung.",
        en="The amount does not fit: it must be above zero and not above the next invoice.",
    ),
    Code.TEXT_TOO_LONG: Words(de="Der Text ist zu lang.", en="The text is too long."),
    Code.STORE_UNAVAILABLE: Words(
        de="Die Abrechnung antwortet nicht. Bitte in einer Minute noch einmal.",
        en="Billing does not answer. Please try again in a minute.",
    ),
    Code.NOT_OFFERED: Words(
        de="Das kann die angeschlossene Abrechnung nicht.",
        en="The connected billing system does not offer this.",
    ),
    Code.ACCOUNT_ON_HOLD: Words(
        de="Das Konto ruht, weil ein Mensch etwas prüft. Erst den offenen Vorgang abschließen.",
        en="The account rests because a person checks something. Close the open case first.",
    ),
    Code.TOO_OFTEN: Words(
        de="Das war heute schon zu oft. Bitte morgen wieder.",
        en="This was done too often today. Please try tomorrow.",
    ),
    Code.CONTRACT_MISSING: Words(
        de="Es gibt keinen laufenden Vertrag.", en="There is no running contract."
    ),
    Code.WHICH_CONTRACT: Words(
        de="Es gibt mehrere Verträge. Bitte einen auswählen.",
        en="There are several contracts. Please choose one.",
    ),
    Code.PLAN_UNKNOWN: Words(
        de="Diesen Tarif gibt es nicht. Bitte einen aus der Liste wählen.",
        en="There is no such plan. Please choose one from the list.",
    ),
    Code.PLAN_NOT_AN_UPGRADE: Words(
        de="Der Tarif ist nicht größer.", en="The plan is not a bigger one."
    ),
    Code.PLAN_NOT_A_DOWNGRADE: Words(
        de="Der Tarif ist nicht kleiner.", en="The plan is not a smaller one."
    ),
    Code.CHANGE_PENDING: Words(
        de="Ein Wechsel ist schon geplant. Erst den zurücknehmen.",
        en="A change is planned already. Call that off first.",
    ),
    Code.FIXED_TERM: Words(de="Die Mindestlaufzeit läuft noch.", en="The minimum term still runs."),
    Code.SOLD_BY_PARTNER: Words(
        de="Der Vertrag läuft über einen Partner; der ändert und berechnet ihn.",
        en="The contract was sold by a partner, who changes and bills it.",
    ),
    Code.PAID_BY_OTHER: Words(
        de="Jemand anderes zahlt den Vertrag; nur diese Person kann das ändern.",
        en="Somebody else pays for the contract; only they can change this.",
    ),
    Code.PAST_DUE: Words(
        de="Es ist noch etwas offen. Erst die Zahlung klären, etwa mit einem Zahlungslink.",
        en="Something is still open. Settle the payment first, for example with a pay link.",
    ),
    Code.QUOTE_EXPIRED: DESK[Refusal.CHANGED],
    Code.PAUSE_TOO_LONG: Words(
        de="So lange geht eine Pause nicht. Bitte weniger Monate wählen.",
        en="A pause cannot be that long. Please choose fewer months.",
    ),
    Code.PAUSE_TOO_OFTEN: Words(
        de="In diesem Jahr gab es schon eine Pause.", en="There was a pause this year already."
    ),
    Code.DATE_IN_PAST: Words(
        de="Der Tag liegt in der Vergangenheit.", en="The day is in the past."
    ),
    Code.DATE_TOO_FAR: Words(
        de="Der Tag liegt zu weit in der Zukunft.", en="The day is too far ahead."
    ),
    Code.DATE_TOO_SOON: Words(
        de="Der Tag ist zu nah. Bitte einen späteren wählen.",
        en="The day is too soon. Please choose a later one.",
    ),
    Code.NOTHING_DUE: Words(de="Es ist nichts offen.", en="Nothing is open."),
    Code.PROVIDER_DOWN: Words(
        de="Der Zahlungsdienst antwortet nicht; geändert ist nichts. Bitte später noch einmal.",
        en="The payment service does not answer; nothing was changed. Please try later.",
    ),
    Code.PAYMENT_UNKNOWN: Words(
        de="Von einer Abbuchung ist noch nicht bekannt, ob sie gelang. Bitte in einer Stunde noch einmal.",
        en="It is not known yet whether a debit succeeded. Please try again in an hour.",
    ),
    Code.REFUND_UNKNOWN: Words(
        de="Von einer Erstattung ist noch nicht bekannt, ob sie gelang. Bitte in einer Stunde noch einmal.",
        en="It is not known yet whether a refund succeeded. Please try again in an hour.",
    ),
    Code.PAYMENT_DECLINED: Words(
        de="Die Zahlung wurde abgelehnt; geändert ist nichts. Einen anderen Zahlungsweg anbieten.",
        en="The payment was declined; nothing was changed. Offer another way to pay.",
    ),
    Code.PROMISE_TOO_LATE: Words(
        de="Der Tag ist zu spät: höchstens 14 Tage von heute.",
        en="The day is too late: 14 days from today at most.",
    ),
    Code.PROMISE_OPEN: Words(de="Ein Versprechen läuft schon.", en="A promise is running already."),
    Code.PROMISE_BROKEN: Words(
        de="Ein früheres Versprechen wurde nicht gehalten. Einen Zahlungslink anbieten.",
        en="An earlier promise was not kept. Offer a pay link.",
    ),
    Code.PROMISE_CAP: Words(
        de="In diesem Jahr sind alle Versprechen verbraucht. Einen Zahlungslink anbieten.",
        en="No more promises are left this year. Offer a pay link.",
    ),
    Code.ALREADY_HELD: Words(de="Es ruht schon.", en="It rests already."),
    Code.REFUND_ABOVE_LIMIT: Words(
        de="Das ist mehr, als ohne einen Menschen erstattet wird.",
        en="That is more than is refunded without a person.",
    ),
    Code.REFUND_IMPOSSIBLE: Words(
        de="So viel ging für diese Rechnung nicht ein, oder es ist schon zurück. Den Betrag prüfen.",
        en="That much did not come in for this invoice, or is back already. Check the amount.",
    ),
    Code.CODE_WRONG: Words(de="Der Code stimmt nicht.", en="The code is wrong."),
    Code.CODE_EXPIRED: Words(de="Der Code gilt nicht mehr.", en="The code has expired."),
    Code.CODE_TOO_OFTEN: Words(de="Zu viele Versuche.", en="Too many tries."),
    Code.ADDRESS_INVALID: Words(
        de="So kommt keine Post an: Straße mit Hausnummer, Postleitzahl und Ort prüfen.",
        en="Mail would not arrive: check street with number, postcode and town.",
    ),
    Code.ADDRESS_ABROAD: Words(
        de="Gedrucktes geht nicht dorthin. Bitte mit der Zustellung klären.",
        en="Printed issues do not go there. Please settle it with delivery.",
    ),
    Code.EMAIL_INVALID: Words(
        de="Das ist keine E-Mail-Adresse.", en="This is not an e-mail address."
    ),
    Code.EMAIL_TAKEN: Words(
        de="Die Adresse gehört zu einem anderen Konto.",
        en="The address belongs to another account.",
    ),
}


def words_of(code: str) -> Words:
    """What an agent reads for a code of the desk or of the business."""
    desk = next((words for each, words in DESK.items() if each.value == code), None)
    business = next((words for each, words in BUSINESS.items() if each.value == code), None)
    return desk or business or _OTHER


def explained(error: Exception) -> tuple[str, Words] | None:
    """The code of a refusal and its words; None for what is no refusal."""
    if isinstance(error, SubscriptionError | ActionRefused):
        return error.code.value, words_of(error.code.value)
    return None
