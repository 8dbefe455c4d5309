"""The words on the pages of a transcript and of a comment, German and English alike."""

from handoff.web.wording import Wording

_GERMAN = {
    "title": "Ihr Gespräch",
    "save": "Als Textdatei speichern",
    "empty": "In diesem Gespräch wurde nichts geschrieben.",
    "file": "gespraech.txt",
    "masked": "Kontonummern, E-Mail-Adressen und Telefonnummern sind verkürzt.",
    "feedback": "Möchten Sie etwas dazu schreiben?",
    "label": "Ihr Kommentar (freiwillig, höchstens 1.000 Zeichen)",
    "hint": "Bitte keine Zugangs- oder Zahlungsdaten. Für eine Antwort schreiben Sie uns bitte im Chat.",
    "send": "Kommentar senden",
    "thanks": "Danke, Ihr Kommentar ist angekommen.",
    "nothing": "Es wurde nichts geschrieben.",
}
_ENGLISH = {
    "title": "Your conversation",
    "save": "Save as a text file",
    "empty": "Nothing was written in this conversation.",
    "file": "conversation.txt",
    "masked": "Account numbers, e-mail addresses and phone numbers are shortened.",
    "feedback": "Would you like to add a comment?",
    "label": "Your comment (voluntary, up to 1,000 characters)",
    "hint": "Please leave out passwords and payment data. For an answer please write to us in the chat.",
    "send": "Send comment",
    "thanks": "Thank you, your comment has arrived.",
    "nothing": "Nothing was written.",
}
# What German says otherwise where it says "du".
_FAMILIAR = {
    "title": "Dein Gespräch",
    "feedback": "Möchtest du etwas dazu schreiben?",
    "label": "Dein Kommentar (freiwillig, höchstens 1.000 Zeichen)",
    "hint": "Bitte keine Zugangs- oder Zahlungsdaten. Für eine Antwort schreib uns bitte im Chat.",
    "thanks": "Danke, dein Kommentar ist angekommen.",
}
WORDS = Wording(de=_GERMAN, en=_ENGLISH, du=_FAMILIAR)
