/** German texts of offers, passing on, colleagues at the same conversation, sound and keys; as `console.de.ts`. */

export const shellDe = {
  supervision: "Leitung",
  // standing, and why nobody is asked
  not_responding: "Keine Antwort",
  offered_you: "Für Sie",
  offered_to: "→ {name}",
  why_nobody: "niemand da",
  why_team_closed: "Team zu",
  why_no_skill: "Thema unbesetzt",
  why_no_language: "Sprache unbesetzt",
  why_busy: "alle ausgelastet",
  why_dropped: "abgelehnt",

  // offers
  offers: "Angebote",
  offer_new: "Neuer Chat für Sie",
  offer_more: "und {n} weitere",
  offer_left: "noch {n} s",
  accept: "Annehmen",
  decline: "Ablehnen",
  offer_said: "Neuer Chat für Sie: {name}, {reason}. Annehmen mit A, ablehnen mit D.",
  missed: "Sie haben ein Angebot nicht beantwortet. Es kommen keine neuen Chats.",
  come_back: "Ich bin wieder da",
  missed_said: "Ein Angebot ist abgelaufen. Mit B nehmen Sie wieder Chats an.",

  // passing on
  transfer: "Übergeben",
  tr_title: "Gespräch übergeben",
  tr_to: "An wen?",
  tr_filter: "Name, Team oder Thema",
  tr_skills: "Themen",
  tr_teams: "Teams",
  tr_agents: "Kolleginnen und Kollegen",
  tr_none: "Nichts gefunden.",
  tr_failed: "Die Liste konnte nicht geladen werden.",
  tr_closed: "gerade niemand da",
  tr_note: "Notiz für die Übernahme",
  tr_note_hint: "Nur für das Team. Das Gespräch wartet mit seiner bisherigen Wartezeit weiter.",
  tr_pick: "Bitte wählen Sie, an wen.",
  n_unknown_destination: "Diese Person oder dieses Team gibt es nicht mehr.",

  // colleagues at the same conversation
  looks_1: "{a} ist auch hier",
  looks_2: "{a} und {b} sind auch hier",
  looks_n: "{a} und {n} weitere sind auch hier",
  writes: "{a} schreibt gerade",

  // in the log of a chat that was passed on
  sys_passed_on_agent: "{agent} hat das Gespräch an {to} weitergegeben.",
  sys_passed_on_team: "{agent} hat das Gespräch an das Team {to} weitergegeben.",
  sys_passed_on_skill: "{agent} hat das Gespräch an den Bereich {to} weitergegeben.",

  // sound and notifications
  alerts_on: "Ton und Mitteilungen ausschalten",
  alerts_off: "Ton und Mitteilungen einschalten",
  say_offer: "Neuer Chat für Sie",
  say_message: "Neue Nachricht in Ihrem Chat",

  // lists and rows
  asking: "Gespräch wird geladen …",
  ask_failed: "Das Gespräch konnte nicht geladen werden.",

  // keys
  kg_lists: "Listen",
  kg_chat: "Gespräch",
  kg_duty: "Angebote",
  k_accept: "Angebot annehmen",
  k_decline: "Angebot ablehnen",
  k_back: "Wieder da nach einem verpassten Angebot",
  k_transfer: "Gespräch übergeben",
  k_tabs: "Liste wechseln",
};
