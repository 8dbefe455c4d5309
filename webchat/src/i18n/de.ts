/**
 * German texts of the chat. `Texts`, their shape, is taken from here; the other languages must match it.
 */

/** What the gateway tells along with a system code. */
export type Facts = Readonly<Record<string, string | undefined>>;

const range = (from: number, to: number): string => (from === to ? `${to}` : `${from} bis ${to}`);

export const de = {
  locale: "de",
  /** Whose way of writing dates and numbers. */
  region: "de-DE",
  languageName: "Deutsch",
  open: "Chat öffnen",
  unread: (n: number) => (n === 1 ? "1 ungelesene Nachricht" : `${n} ungelesene Nachrichten`),
  loadFailed: "Der Chat konnte nicht geladen werden. Bitte noch einmal versuchen.",
  close: "Chat schließen",
  menu: "Weitere Optionen",
  language: "Sprache",
  transcript: "Gespräch herunterladen",
  transcriptFile: "gespraech.txt",
  bot: "Automatischer Assistent",
  botRole: "Kein Mensch",
  waitingTitle: "In der Warteschlange",
  waitingRole: "Sie können weiterschreiben",
  person: "Mitarbeiterin oder Mitarbeiter",
  personRole: "Ein Mensch antwortet Ihnen",
  closedRole: "Der Vorgang ist abgeschlossen",
  you: "Sie",
  system: "Hinweis",
  log: "Gespräch",
  loading: "Das Gespräch wird geladen …",
  offline: "Keine Verbindung. Ihre Nachrichten bleiben erhalten und werden gesendet.",
  connecting: "Verbindung wird aufgebaut …",
  unavailable: "Der Chat ist gerade nicht erreichbar. Wir versuchen es weiter.",
  place: (n: number) => `Sie sind an Position ${n}.`,
  wait: (from: number, to: number) => `Voraussichtlich ${range(from, to)} ${to === 1 ? "Minute" : "Minuten"}.`,
  talkToPerson: "Mit einem Menschen sprechen",
  calling: "Ein Mensch wird angefragt …",
  inLine: "Sie warten auf einen Menschen.",
  withPerson: (name: string) => `Sie sprechen mit ${name || "einem Menschen"}.`,
  write: "Nachricht schreiben",
  send: "Nachricht senden",
  left: (n: number) => (n === 1 ? "Noch 1 Zeichen" : `Noch ${n} Zeichen`),
  over: (n: number) => `${n} Zeichen zu viel`,
  waiting: "Wartet auf Versand",
  sent: "Gesendet",
  seen: "Gesehen",
  failed: "Nicht gesendet",
  again: "Noch einmal senden",
  discard: "Verwerfen",
  pressFailed: "Diese Auswahl gilt nicht mehr.",
  needsConnection: "Dafür wird eine Verbindung gebraucht.",
  typing: (name: string) => `${name} schreibt …`,
  newMessages: "Neue Nachrichten",
  replies: "Antwortvorschläge",
  options: (n: number) => (n === 1 ? "1 Auswahl" : `${n} Auswahlmöglichkeiten`),
  links: (n: number) => (n === 1 ? "1 Link" : `${n} Links`),
  newTab: "öffnet in neuem Tab",
  today: "Heute",
  yesterday: "Gestern",
  edited: (text: string) => `${text}\n\n*bearbeitet*`,
  deleted: (_: string) => "*Nachricht gelöscht*",
  codes: {
    welcome: (_: Facts) =>
      "Guten Tag! Ich bin der **automatische Assistent**, kein Mensch. Ich erkläre Rechnungen, helfe bei offenen Zahlungen, " +
      "ändere Tarife und nehme Kündigungen entgegen.\n\nEinen Menschen erreichen Sie jederzeit über „Mit einem Menschen sprechen“.",
    welcome_back: (_: Facts) => "Hier ist wieder der **automatische Assistent**, kein Mensch. Wie kann ich weiterhelfen?",
    bot_unavailable: (_: Facts) =>
      "Der automatische Assistent ist gerade nicht erreichbar. Ihre Nachricht ist angekommen und geht an einen Menschen.",
    queued: (_: Facts) =>
      "Wir verbinden Sie mit einem Menschen. Ihr bisheriges Gespräch liegt dort vor, Sie müssen nichts wiederholen.",
    nobody_available: (f: Facts) =>
      "Im Moment ist niemand am Platz." +
      (f.case_number ? ` Ihr Anliegen ist unter der Nummer ${f.case_number} festgehalten.` : " Ihr Anliegen ist festgehalten.") +
      (f.hours ? ` Servicezeiten: ${f.hours}.` : "") +
      " Sie können hier weiterschreiben, die Antwort erscheint in diesem Chat. Oder Sie wählen etwas anderes:",
    agent_joined: (f: Facts) => `${f.agent || "Ein Mensch"} ist jetzt im Chat.`,
    agent_left: (f: Facts) => `${f.agent || "Die Person"} hat den Chat verlassen.`,
    identified: (f: Facts): string => (f.by === "site" ? "Sie sind angemeldet." : "Per Code bestätigt: Jetzt ist klar, wer schreibt."),
    handed_back: (f: Facts) => `${f.agent || "Die Person"} hat den Chat an den automatischen Assistenten zurückgegeben.`,
    case_closed: (f: Facts) =>
      `Der Vorgang${f.case_number ? ` ${f.case_number}` : ""} ist abgeschlossen. Schreiben Sie einfach, wenn Sie noch etwas brauchen.`,
    agent_lost: (f: Facts) =>
      `Die Verbindung zu ${f.agent || "der Person"} ist abgebrochen. Sie stehen wieder in der Warteschlange, Ihre Wartezeit zählt weiter.`,
  },
};

/** Every text of the chat, the same in each language. */
export type Texts = typeof de;
/** The system texts that the gateway names by code. */
export type Code = keyof Texts["codes"];
