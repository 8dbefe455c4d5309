"""The German words on the pages behind links where the operator says "du"; the same names as in `link_words`."""

from handoff.web.wording import Words

FAMILIAR = {
    "undo": Words(
        "Änderung rückgängig machen",
        (
            "Wir haben dir geschrieben, dass Kontaktdaten deines Kontos geändert wurden oder geändert werden sollen.",
            "Das warst du nicht, oder es soll doch nicht so sein? Dann gilt nach dem Druck auf den Knopf wieder, was "
            "vor der Änderung galt. Spätere Änderungen derselben Angabe fallen mit weg.",
        ),
        "Rückgängig machen",
    ),
    "confirm": Words(
        "Neue E-Mail-Adresse bestätigen",
        (
            "Die Adresse, an die unsere Nachricht ging, soll künftig für ein Konto bei uns gelten.",
            "Bestätige das nur, wenn du es selbst gewünscht hast. Sonst brauchst du nichts zu tun.",
        ),
        "Adresse bestätigen",
    ),
    "consent": Words(
        "Zustimmung bestätigen",
        (
            "In unserer Nachricht steht, was wir dir künftig per E-Mail schicken dürfen, wenn du es bestätigst.",
            "Du kannst das jederzeit im Chat zurücknehmen. Hast du es nicht gewünscht, brauchst du nichts zu tun.",
        ),
        "Bestätigen",
    ),
    "pay": Words(
        "Offenen Betrag bezahlen",
        (
            "Du bezahlst auf der Seite unseres Zahlungsanbieters. Deine Karten- und Kontodaten sehen wir nicht.",
        ),
        "Weiter zur Bezahlung",
    ),
    "undone": Words(
        "Rückgängig gemacht",
        (
            "Es gilt wieder, was vor der Änderung galt. Das haben wir dir auch geschrieben.",
            "Hat jemand Fremdes deine Daten geändert? Dann sag uns im Chat „mein Konto ist gehackt“, und ein Mensch "
            "kümmert sich zuerst darum.",
        ),
    ),
    "confirmed": Words(
        "Adresse bestätigt",
        (
            "Ab jetzt gilt diese E-Mail-Adresse für dein Konto.",
            "Soll es doch nicht so sein? Mit dem Link in unserer nächsten Nachricht machst du es rückgängig.",
        ),
    ),
    "newsletter": Words(
        "Newsletter bestätigt",
        (
            "Danke. Der Newsletter kommt an diese Adresse. Du kannst ihn jederzeit im Chat abbestellen.",
        ),
    ),
    "offers": Words(
        "Angebote bestätigt",
        (
            "Danke. Wir dürfen dir Angebote per E-Mail schicken. Du kannst das jederzeit im Chat zurücknehmen.",
        ),
    ),
    "paid": Words(
        "Schon bezahlt", ("Für diesen Link ist nichts mehr zu zahlen. Du brauchst nichts zu tun.",)
    ),
    "over": Words(
        "Dieser Link gilt nicht",
        (
            "Er ist abgelaufen, wurde schon benutzt, durch einen neueren ersetzt oder ist nicht vollständig. Es hat sich "
            "nichts geändert.",
            "Im Chat bekommst du einen neuen. Hast du den Link kopiert? Dann prüf bitte, ob er ganz in der "
            "Adresszeile steht.",
        ),
    ),
    "undo_over": Words(
        "Dieser Link gilt nicht",
        (
            "Er ist abgelaufen, wurde schon benutzt oder ist nicht vollständig. Es hat sich nichts geändert.",
            "Hast nicht du deine Kontaktdaten geändert? Dann sag uns im Chat „mein Konto ist gehackt“, und ein Mensch "
            "kümmert sich zuerst darum.",
        ),
    ),
    "address_taken": Words(
        "Diese Adresse gehört schon zu einem Konto",
        (
            "Inzwischen ist diese E-Mail-Adresse bei einem anderen Konto eingetragen, deshalb hat sich nichts geändert.",
            "Sind beide Konten deine? Dann führt sie ein Mensch gern mit dir zusammen: Frag im Chat danach.",
        ),
    ),
    "on_hold": Words(
        "Das geht gerade nicht",
        (
            "Für dieses Konto wurde gemeldet, dass ein Fremder darin war. Bis ein Mensch das geprüft hat, ändern sich "
            "keine Kontaktdaten.",
            "Hast du Fragen dazu? Im Chat erfährst du, wie weit die Prüfung ist.",
        ),
    ),
    "later": Words(
        "Das hat gerade nicht geklappt",
        (
            "Es liegt an uns, nicht an dir. Bitte versuch es in ein paar Minuten mit demselben Link noch einmal.",
            "Klappt es dann nicht, helfen wir dir im Chat.",
        ),
    ),
    "too_often": Words(
        "Bitte warte einen Moment",
        (
            "Von deinem Anschluss kamen sehr viele Anfragen. Bitte versuch es in einer Minute mit demselben Link "
            "noch einmal.",
        ),
    ),
}
