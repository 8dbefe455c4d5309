"""The words on the page where a subscriber confirms what an agent prepared, German and English alike."""

from handoff.web.wording import Wording, Words

_GERMAN = {
    "ask": Words(
        "Bitte bestätigen",
        (
            "Das hat unser Team im Chat für Sie vorbereitet. Es gilt erst, wenn Sie es hier bestätigen.",
            "Dazu schicken wir sechs Ziffern an die Adresse, die für Ihr Konto hinterlegt ist.",
        ),
        "Code senden",
    ),
    "code": Words(
        "Bitte bestätigen",
        ("Geben Sie die sechs Ziffern ein, die wir gerade geschickt haben.",),
        "Bestätigen",
    ),
    "order": Words("Bestellen", (), "zahlungspflichtig bestellen"),
    "again": Words("Neuen Code senden", (), "Neuen Code senden"),
    "digits": Words("Sechs Ziffern", ()),
    "no": Words("Nein", (), "Nein, nicht ändern"),
    "sent": Words("Gesendet", ("Gesendet an",)),
    "code_wrong": Words("", ("Diese Ziffern stimmen nicht. Bitte prüfen Sie sie.",)),
    "code_expired": Words(
        "", ("Dieser Code gilt nicht mehr. Lassen Sie sich einen neuen senden.",)
    ),
    "code_too_often": Words(
        "", ("Das waren zu viele Versuche. Lassen Sie sich einen neuen Code senden.",)
    ),
    "changed": Words(
        "",
        ("Inzwischen hat sich etwas geändert. So wäre es jetzt; bitte sehen Sie noch einmal hin.",),
    ),
    "done": Words("Bestätigt", ("Im Chat steht es auch.",)),
    "under_way": Words(
        "Wird ausgeführt", ("Das dauert noch einen Moment. Im Chat steht dann, was daraus wurde.",)
    ),
    "failed": Words(
        "Das ging nicht",
        ("Geändert ist nichts. Bitte schreiben Sie uns im Chat, wir suchen einen anderen Weg.",),
    ),
    "declined": Words("In Ordnung", ("Es bleibt alles, wie es ist.",)),
}
_ENGLISH = {
    "ask": Words(
        "Please confirm",
        (
            "Our team prepared this for you in the chat. It holds only once you confirm it here.",
            "For that we send six digits to the address on file for your account.",
        ),
        "Send the code",
    ),
    "code": Words("Please confirm", ("Type the six digits that we have just sent.",), "Confirm"),
    "order": Words("Order", (), "Order with obligation to pay"),
    "again": Words("Send a new code", (), "Send a new code"),
    "digits": Words("Six digits", ()),
    "no": Words("No", (), "No, do not change it"),
    "sent": Words("Sent", ("Sent to",)),
    "code_wrong": Words("", ("These digits are wrong. Please check them.",)),
    "code_expired": Words("", ("This code has expired. Have a new one sent.",)),
    "code_too_often": Words("", ("Those were too many tries. Have a new code sent.",)),
    "changed": Words(
        "",
        ("Something has changed meanwhile. This is how it would be now; please look once more.",),
    ),
    "done": Words("Confirmed", ("It stands in the chat as well.",)),
    "under_way": Words(
        "Being done", ("This takes another moment. The chat will say what came of it.",)
    ),
    "failed": Words(
        "That did not work",
        ("Nothing was changed. Please write to us in the chat, and we look for another way.",),
    ),
    "declined": Words("All right", ("Everything stays as it is.",)),
}
# What German says otherwise where it says "du".
_FAMILIAR = {
    "ask": Words(
        "Bitte bestätigen",
        (
            "Das hat unser Team im Chat für dich vorbereitet. Es gilt erst, wenn du es hier bestätigst.",
            "Dazu schicken wir sechs Ziffern an die Adresse, die für dein Konto hinterlegt ist.",
        ),
        "Code senden",
    ),
    "code": Words(
        "Bitte bestätigen",
        ("Gib die sechs Ziffern ein, die wir gerade geschickt haben.",),
        "Bestätigen",
    ),
    "code_wrong": Words("", ("Diese Ziffern stimmen nicht. Bitte prüf sie.",)),
    "code_expired": Words("", ("Dieser Code gilt nicht mehr. Lass dir einen neuen senden.",)),
    "code_too_often": Words(
        "", ("Das waren zu viele Versuche. Lass dir einen neuen Code senden.",)
    ),
    "changed": Words(
        "",
        ("Inzwischen hat sich etwas geändert. So wäre es jetzt; bitte sieh noch einmal hin.",),
    ),
    "failed": Words(
        "Das ging nicht",
        ("Geändert ist nichts. Bitte schreib uns im Chat, wir suchen einen anderen Weg.",),
    ),
}
WORDS = Wording(de=_GERMAN, en=_ENGLISH, du=_FAMILIAR)
