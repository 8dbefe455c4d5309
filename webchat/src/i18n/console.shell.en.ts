/** English texts of offers, passing on, colleagues, sound and keys; the same keys as the German ones, checked by the type. */

import type { shellDe } from "./console.shell.de";

export const shellEn: Record<keyof typeof shellDe, string> = {
  supervision: "Supervision",
  not_responding: "Not responding",
  offered_you: "For you",
  offered_to: "→ {name}",
  why_nobody: "nobody there",
  why_team_closed: "team closed",
  why_no_skill: "skill missing",
  why_no_language: "language missing",
  why_busy: "all busy",
  why_dropped: "declined",

  offers: "Offers",
  offer_new: "New chat for you",
  offer_more: "and {n} more",
  offer_left: "{n} s left",
  accept: "Accept",
  decline: "Decline",
  offer_said: "New chat for you: {name}, {reason}. A accepts, D declines.",
  missed: "You did not answer an offer. No new chats will come.",
  come_back: "I am back",
  missed_said: "An offer ran out. Press B to get chats again.",

  transfer: "Transfer",
  tr_title: "Transfer the conversation",
  tr_to: "To whom?",
  tr_filter: "Name, team or skill",
  tr_skills: "Skills",
  tr_teams: "Teams",
  tr_agents: "Colleagues",
  tr_none: "Nothing found.",
  tr_failed: "The list could not be loaded.",
  tr_closed: "nobody there now",
  tr_note: "Note for whoever takes it",
  tr_note_hint: "For the team only. The conversation waits on with the time it has waited so far.",
  tr_pick: "Please choose to whom.",
  n_unknown_destination: "This person or team no longer exists.",

  looks_1: "{a} is here too",
  looks_2: "{a} and {b} are here too",
  looks_n: "{a} and {n} more are here too",
  writes: "{a} is writing",

  sys_passed_on_agent: "{agent} passed the chat on to {to}.",
  sys_passed_on_team: "{agent} passed the chat on to the team {to}.",
  sys_passed_on_skill: "{agent} passed the chat on to the area {to}.",

  alerts_on: "Turn sound and notifications off",
  alerts_off: "Turn sound and notifications on",
  say_offer: "New chat for you",
  say_message: "New message in your chat",

  asking: "Loading the conversation …",
  ask_failed: "The conversation could not be loaded.",

  kg_lists: "Lists",
  kg_chat: "Conversation",
  kg_duty: "Offers",
  k_accept: "Accept an offer",
  k_decline: "Decline an offer",
  k_back: "Back after a missed offer",
  k_transfer: "Transfer the conversation",
  k_tabs: "Switch the list",
};
