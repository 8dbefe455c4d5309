"""The words on the page where somebody at the desk changes their own password, German and English alike."""

from handoff.desk.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD
from handoff.web.wording import Wording

_GERMAN = {
    "title": "Eigenes Passwort ändern",
    "login": "Anmeldename",
    "old": "Jetziges Passwort",
    "new": "Neues Passwort",
    "again": "Neues Passwort noch einmal",
    "hint": f"Mindestens {SHORTEST_PASSWORD} Zeichen; ein paar Wörter hintereinander genügen. Ohne den eigenen Namen.",
    "change": "Passwort ändern",
    "back": "Zurück zum Posteingang",
    "done": "Das Passwort ist geändert. Auf allen anderen Geräten muss man sich neu anmelden.",
    "wrong": "Das jetzige Passwort stimmt nicht.",
    "same": "Das neue Passwort ist das jetzige. Es muss ein anderes sein.",
    "short": f"Das neue Passwort ist zu kurz: mindestens {SHORTEST_PASSWORD} Zeichen.",
    "long": f"Das neue Passwort ist zu lang: höchstens {LONGEST_PASSWORD} Zeichen.",
    "unprintable": "Im neuen Passwort stehen Zeichen, die man nicht sieht. Bitte ohne sie.",
    "named": "Im neuen Passwort steht der eigene Name oder Anmeldename. Bitte ohne ihn.",
    "differ": "Die beiden neuen Passwörter sind verschieden. Bitte noch einmal eingeben.",
    "too_often": "Das waren zu viele Versuche. Bitte in einer Minute noch einmal.",
}
_ENGLISH = {
    "title": "Change your own password",
    "login": "Login",
    "old": "Present password",
    "new": "New password",
    "again": "New password once more",
    "hint": f"At least {SHORTEST_PASSWORD} characters; a few words in a row will do. Without your own name.",
    "change": "Change the password",
    "back": "Back to the inbox",
    "done": "The password is changed. All other devices have to sign in again.",
    "wrong": "The present password is wrong.",
    "same": "The new password is the present one. It has to be another.",
    "short": f"The new password is too short: at least {SHORTEST_PASSWORD} characters.",
    "long": f"The new password is too long: at most {LONGEST_PASSWORD} characters.",
    "unprintable": "The new password holds characters that cannot be seen. Please leave them out.",
    "named": "The new password holds your own name or login. Please leave it out.",
    "differ": "The two new passwords differ. Please type them again.",
    "too_often": "Those were too many tries. Please try again in a minute.",
}
WORDS = Wording(de=_GERMAN, en=_ENGLISH, du={})
