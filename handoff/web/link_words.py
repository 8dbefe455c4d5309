"""The words on the pages behind links, German and English alike: what it is, what happens, what to do next.

Invariant: whatever addresses the reader in German stands with "Sie" here and with "du" in `link_words_du`.
"""

from handoff.web.link_words_du import FAMILIAR
from handoff.web.wording import Wording, Words

_GERMAN = {
    # Before the button is pressed.
    "undo": Words(
        "Änderung rückgängig machen",
        (
            "Wir haben Ihnen geschrieben, dass Kontaktdaten Ihres Kontos geändert wurden oder geändert werden sollen.",
            "Das waren nicht Sie, oder es soll doch nicht so sein? Dann gilt nach dem Druck auf den Knopf wieder, was "
            "vor der Änderung galt. Spätere Änderungen derselben Angabe fallen mit weg.",
        ),
        "Rückgängig machen",
    ),
    "confirm": Words(
        "Neue E-Mail-Adresse bestätigen",
        (
            "Die Adresse, an die unsere Nachricht ging, soll künftig für ein Konto bei uns gelten.",
            "Bestätigen Sie das nur, wenn Sie es selbst gewünscht haben. Sonst brauchen Sie nichts zu tun.",
        ),
        "Adresse bestätigen",
    ),
    "consent": Words(
        "Zustimmung bestätigen",
        (
            "In unserer Nachricht steht, was wir Ihnen künftig per E-Mail schicken dürfen, wenn Sie es bestätigen.",
            "Sie können das jederzeit im Chat zurücknehmen. Haben Sie es nicht gewünscht, brauchen Sie nichts zu tun.",
        ),
        "Bestätigen",
    ),
    "pay": Words(
        "Offenen Betrag bezahlen",
        (
            "Sie bezahlen auf der Seite unseres Zahlungsanbieters. Ihre Karten- und Kontodaten sehen wir nicht.",
        ),
        "Weiter zur Bezahlung",
    ),
    # After it.
    "undone": Words(
        "Rückgängig gemacht",
        (
            "Es gilt wieder, was vor der Änderung galt. Das haben wir Ihnen auch geschrieben.",
            "Hat jemand Fremdes Ihre Daten geändert? Dann sagen Sie uns im Chat „mein Konto ist gehackt“, und ein Mensch "
            "kümmert sich zuerst darum.",
        ),
    ),
    "confirmed": Words(
        "Adresse bestätigt",
        (
            "Ab jetzt gilt diese E-Mail-Adresse für Ihr Konto.",
            "Soll es doch nicht so sein? Mit dem Link in unserer nächsten Nachricht machen Sie es rückgängig.",
        ),
    ),
    "newsletter": Words(
        "Newsletter bestätigt",
        (
            "Danke. Der Newsletter kommt an diese Adresse. Sie können ihn jederzeit im Chat abbestellen.",
        ),
    ),
    "offers": Words(
        "Angebote bestätigt",
        (
            "Danke. Wir dürfen Ihnen Angebote per E-Mail schicken. Sie können das jederzeit im Chat zurücknehmen.",
        ),
    ),
    # Instead of it.
    "paid": Words(
        "Schon bezahlt", ("Für diesen Link ist nichts mehr zu zahlen. Sie brauchen nichts zu tun.",)
    ),
    "over": Words(
        "Dieser Link gilt nicht",
        (
            "Er ist abgelaufen, wurde schon benutzt, durch einen neueren ersetzt oder ist nicht vollständig. Es hat sich "
            "nichts geändert.",
            "Im Chat bekommen Sie einen neuen. Haben Sie den Link kopiert? Dann prüfen Sie bitte, ob er ganz in der "
            "Adresszeile steht.",
        ),
    ),
    "undo_over": Words(
        "Dieser Link gilt nicht",
        (
            "Er ist abgelaufen, wurde schon benutzt oder ist nicht vollständig. Es hat sich nichts geändert.",
            "Waren Sie das nicht, der Ihre Kontaktdaten geändert hat? Dann sagen Sie uns im Chat „mein Konto ist gehackt“, "
            "und ein Mensch kümmert sich zuerst darum.",
        ),
    ),
    "address_taken": Words(
        "Diese Adresse gehört schon zu einem Konto",
        (
            "Inzwischen ist diese E-Mail-Adresse bei einem anderen Konto eingetragen, deshalb hat sich nichts geändert.",
            "Sind beide Konten Ihre? Dann führt sie ein Mensch gern mit Ihnen zusammen: Fragen Sie im Chat danach.",
        ),
    ),
    "on_hold": Words(
        "Das geht gerade nicht",
        (
            "Für dieses Konto wurde gemeldet, dass ein Fremder darin war. Bis ein Mensch das geprüft hat, ändern sich "
            "keine Kontaktdaten.",
            "Haben Sie Fragen dazu? Im Chat erfahren Sie, wie weit die Prüfung ist.",
        ),
    ),
    "later": Words(
        "Das hat gerade nicht geklappt",
        (
            "Es liegt an uns, nicht an Ihnen. Bitte versuchen Sie es in ein paar Minuten mit demselben Link noch einmal.",
            "Klappt es dann nicht, helfen wir Ihnen im Chat.",
        ),
    ),
    "too_often": Words(
        "Bitte warten Sie einen Moment",
        (
            "Von Ihrem Anschluss kamen sehr viele Anfragen. Bitte versuchen Sie es in einer Minute mit demselben Link "
            "noch einmal.",
        ),
    ),
    # Names of facts.
    "amount": Words("Betrag", ()),
    "invoice": Words("Rechnung", ()),
    "invoices": Words("Rechnungen", ()),
    "state": Words("Stand", ("offen", "bezahlt")),
}
_ENGLISH = {
    "undo": Words(
        "Undo a change",
        (
            "We wrote to you that contact data of your account were changed or are to be changed.",
            "This was not you, or it should not be so after all? After you press the button, what held before the "
            "change holds again. Later changes of the same data go with it.",
        ),
        "Undo the change",
    ),
    "confirm": Words(
        "Confirm a new e-mail address",
        (
            "The address to which our message went is to be used for an account with us.",
            "Confirm that only if you wished it yourself. Otherwise there is nothing to do.",
        ),
        "Confirm the address",
    ),
    "consent": Words(
        "Confirm your consent",
        (
            "Our message says what we may send you by e-mail from now on if you confirm it.",
            "You can take it back in the chat at any time. If you did not wish it, there is nothing to do.",
        ),
        "Confirm",
    ),
    "pay": Words(
        "Pay what is open",
        (
            "You pay on the page of our payment provider. We do not see the data of your card or account.",
        ),
        "Go on to pay",
    ),
    "undone": Words(
        "Undone",
        (
            "What held before the change holds again. We have written that to you, too.",
            'Did a stranger change your data? Then tell us in the chat "my account was hacked", and a person will look '
            "after it first.",
        ),
    ),
    "confirmed": Words(
        "Address confirmed",
        (
            "From now on this e-mail address is used for your account.",
            "It should not be so after all? The link in our next message undoes it.",
        ),
    ),
    "newsletter": Words(
        "Newsletter confirmed",
        (
            "Thank you. The newsletter will come to this address. You can end it in the chat at any time.",
        ),
    ),
    "offers": Words(
        "Offers confirmed",
        (
            "Thank you. We may send you offers by e-mail. You can take that back in the chat at any time.",
        ),
    ),
    "paid": Words(
        "Already paid", ("There is nothing left to pay with this link. You need not do anything.",)
    ),
    "over": Words(
        "This link is not valid",
        (
            "It has expired, was used before, was replaced by a newer one, or is incomplete. Nothing has changed.",
            "You get a new one in the chat. Did you copy the link? Then please check that all of it is in the address "
            "bar.",
        ),
    ),
    "undo_over": Words(
        "This link is not valid",
        (
            "It has expired, was used before, or is incomplete. Nothing has changed.",
            'Was it not you who changed your contact data? Then tell us in the chat "my account was hacked", and a '
            "person will look after it first.",
        ),
    ),
    "address_taken": Words(
        "This address already belongs to an account",
        (
            "Meanwhile this e-mail address was entered for another account, so nothing has changed.",
            "Are both accounts yours? Then a person will gladly join them with you: ask for it in the chat.",
        ),
    ),
    "on_hold": Words(
        "This cannot be done right now",
        (
            "It was reported for this account that a stranger was in it. Until a person has looked into that, no contact "
            "data change.",
            "Do you have questions about it? In the chat you learn how far we are.",
        ),
    ),
    "later": Words(
        "That did not work just now",
        (
            "The fault is ours, not yours. Please try again with the same link in a few minutes.",
            "If it does not work then, we will help you in the chat.",
        ),
    ),
    "too_often": Words(
        "Please wait a moment",
        (
            "Very many requests came from your connection. Please try again with the same link in a minute.",
        ),
    ),
    "amount": Words("Amount", ()),
    "invoice": Words("Invoice", ()),
    "invoices": Words("Invoices", ()),
    "state": Words("State", ("open", "paid")),
}
WORDS = Wording(de=_GERMAN, en=_ENGLISH, du=FAMILIAR)
