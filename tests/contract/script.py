"""The conversations that are recorded between Rasa, the actions and the gateway.

Invariants: a scene is one conversation; a line is typed text, the code of the newest mail or the press of a button of
the answer before;
`steady` lines answer alike whatever the day, so their recorded answers can be compared with fresh ones.
"""

from dataclasses import dataclass

from handoff.contract import HandbackBrief, Locale


@dataclass(frozen=True, slots=True)
class Line:
    """One message. `press` is the intent of a button instead of a text, `code` types the code of the newest mail."""

    text: str = ""
    press: str | None = None
    code: bool = False
    steady: bool = True
    handback: HandbackBrief | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """Who talks, in which language the gateway knows them, and what they write."""

    name: str
    subscriber: str | None
    locale: Locale
    lines: tuple[Line, ...]


# A yes depends on a proposal of the same minute and on invoices of the day of seeding, a code on its mail.
SCENES = (
    Scene("greeting", None, "en", (Line("Good morning to you"), Line("are you a bot"))),
    Scene("charge", "K-1001", "de", (Line("Wofür ist diese Abbuchung auf meinem Konto?"),)),
    Scene("stranger", None, "de", (Line("Wofür ist diese Abbuchung auf meinem Konto?"),)),
    Scene(
        "proof",
        None,
        "de",
        (
            Line("Wofür ist diese Abbuchung auf meinem Konto?"),
            Line("marcus.okafor@example.org"),
            Line(code=True, steady=False),
            Line("Wann bucht ihr das nächste Mal ab?"),
        ),
    ),
    Scene(
        "interrupted",
        "K-1006",
        "de",
        (
            Line("Ich möchte in einen kleineren Tarif wechseln"),
            Line("Wann bucht ihr das nächste Mal ab?"),
            Line("Wer bekommt meine Daten eigentlich zu sehen?"),
            Line("Abbrechen bitte"),
        ),
    ),
    Scene("balance", "K-1002", "en", (Line("How much do I owe and when is the next payment?"),)),
    Scene("hard-method", "K-1005", "de", (Line("Warum ist meine Zahlung fehlgeschlagen?"),)),
    Scene(
        "retry",
        "K-1001",
        "de",
        (
            Line("Bitte buchen Sie die fehlgeschlagene Zahlung noch einmal ab"),
            Line(press="affirm", steady=False),
        ),
    ),
    Scene(
        "upgrade",
        "K-1004",
        "en",
        (
            Line("I want to upgrade to a bigger plan"),
            Line("yes", steady=False),
            Line(press="affirm", steady=False),
        ),
    ),
    Scene("downgrade", "K-1006", "de", (Line("Ich möchte in einen kleineren Tarif wechseln"),)),
    Scene(
        "plans",
        None,
        "en",
        (Line("Compare the plans please"), Line(press="inform"), Line("and the streaming plans?")),
    ),
    Scene("cancel-unknown", None, "de", (Line("Hiermit kündige ich mein Abo"),)),
    Scene("cancel", "K-1002", "en", (Line("I want to cancel my subscription"),)),
    Scene(
        "reset",
        None,
        "de",
        (Line("Ich habe mein Passwort vergessen"), Line("nobody@example.org")),
    ),
    Scene(
        "lost",
        None,
        "de",
        (
            Line("Wie wird das Wetter morgen?"),
            Line("Es geht um die Sache von gestern, Sie wissen schon"),
        ),
    ),
    Scene(
        "person",
        "K-1003",
        "de",
        (
            Line("Warum ist meine Zahlung fehlgeschlagen?"),
            Line("Ich möchte mit einem Menschen sprechen"),
        ),
    ),
    Scene(
        "hand-back",
        "K-1006",
        "de",
        (
            Line("Danke schön", handback=HandbackBrief(agent="Maya", outcome="Adresse geändert")),
            Line("Let us speak English please"),
            Line("say that again please"),
        ),
    ),
    Scene("other-topic", "K-1002", "en", (Line("I need all my invoices of last year as PDF"),)),
)
