/** German texts of saved replies, search, labels, mentions, files and labelled turns; as `console.de.ts`. */

export const workDe = {
  // saved replies
  replies: "Textbausteine",
  replies_search: "Textbaustein suchen",
  replies_hint: "Enter fügt ein, Umschalt+Enter auf {lang}. Gesendet wird nichts.",
  replies_in: "Text auf {lang}",
  replies_failed: "Der Textbaustein konnte nicht gefüllt werden. Bitte versuchen Sie es noch einmal.",
  fits: "Passt",
  fits_label: "Passende Textbausteine",
  gap_left: "Bitte füllen Sie die Lücke ⟦…⟧, bevor Sie senden.",
  n_unfilled_gap: "In der Antwort ist noch eine Lücke ⟦…⟧. Sie wurde nicht gesendet.",
  choose_none: "Nichts gefunden.",

  // files
  attach: "Datei anhängen",
  file_adding: "{name} wird geprüft …",
  file_remove: "{name} entfernen",
  file_too_big: "{name}: höchstens 5 MB.",
  file_type: "{name}: nur PDF, PNG und JPEG.",
  file_refused: "{name} wird nicht angenommen: Die Datei ist beschädigt oder enthält aktive Inhalte.",
  file_failed: "{name} konnte nicht hochgeladen werden.",
  file_many: "Mehr Dateien gehen in diesem Gespräch nicht.",
  files_failed: "Die Dateien wurden nicht gesendet. Ihr Text ist noch da.",

  // search and filters
  find: "Suchen",
  find_ph: "Wörter, Name, Nummer",
  find_clear: "Suche beenden",
  filters: "Filter",
  f_skill: "Thema",
  f_locale: "Sprache",
  f_label: "Label",
  f_state: "Stand",
  f_all: "alle",
  f_mine: "Bei mir",
  f_mentions: "Erwähnt mich",
  mentions_n: "{n} ungelesen",
  found_n: "{n} Gespräche",
  found_1: "1 Gespräch",
  found_more: "Weitere anzeigen",
  found_none: "Kein Gespräch gefunden.",
  found_none_hint: "Gesucht wird nach Wortanfängen, alle Wörter müssen vorkommen.",
  found_failed: "Die Suche hat nicht geklappt.",

  // several at once
  select: "Auswählen",
  select_end: "Auswahl beenden",
  select_row: "{name} auswählen",
  selected_n: "{n} ausgewählt",
  b_take: "Übernehmen",
  b_label: "Label …",
  b_close: "Abschließen",
  b_sure_take: "Auswahl übernehmen ({n})?",
  b_sure_label: "Auswahl mit „{label}“ kennzeichnen ({n})?",
  b_sure_close: "Auswahl abschließen ({n})?",
  b_only_mine: "Abgeschlossen werden nur Gespräche, die Sie selbst führen.",
  b_done: "{n} erledigt.",
  b_some: "{n} erledigt, {m} nicht: Jemand anderes war schneller, oder das Gespräch ist nicht bei Ihnen.",

  // labels, language, mentions
  label_add: "Label hinzufügen",
  label_remove: "Label {name} entfernen",
  language_of: "Sprache des Kunden",
  mentioned: "erwähnt Sie",
  mention_list: "Kollegen erwähnen",
  work_failed: "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.",

  // turns of the bot
  guess: "Verstanden als",
  guess_unknown: "nicht verstanden",
  turn_title: "Was war gemeint?",
  turn_search: "Thema suchen",
  turn_hint: "Enter speichert. Das Redaktionsteam lernt daraus; der Kunde merkt nichts.",
  turn_labelled: "gemeint: {intent}",
  turn_none: "In diesem Gespräch hat der Bot noch nichts eingeordnet.",
  turn_back: "Kennzeichnung zurücknehmen",

  // keys
  k_replies: "Textbausteine öffnen (auch im leeren Textfeld)",
  k_find: "Gespräche suchen",
  k_turn: "Falsch verstandene Nachricht kennzeichnen",

  // customers who were looked for
  people: "Kunden",
  people_failed: "Kunden konnten nicht gesucht werden.",
  invoice_n: "Rechnung {n}",
  chats: "Gespräche",
  never_wrote: "Hat noch nie geschrieben.",
  only_look: "Ohne Gespräch nur zum Ansehen. Ihr Blick steht im Protokoll.",

  // promises
  p_promised: "Zugesagt",
  p_due: "bis {t}",
  pr_first_answer: "Erste Antwort",
  pr_waiting: "Antwort nach der Öffnung",
  pr_callback: "Rückruf",
  pr_written: "Schriftliche Antwort",
  ps_open: "offen",
  ps_kept: "gehalten",
  ps_kept_late: "verspätet gehalten",
  ps_broken: "gebrochen",
  ps_withdrawn: "zurückgenommen",
};
