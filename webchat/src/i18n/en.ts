/**
 * English texts of the chat.
 */
import type { Facts, Texts } from "./de.js";

const range = (from: number, to: number): string => (from === to ? `${to}` : `${from} to ${to}`);

export const en: Texts = {
  locale: "en",
  region: "en-GB",
  languageName: "English",
  open: "Open chat",
  unread: (n) => (n === 1 ? "1 unread message" : `${n} unread messages`),
  loadFailed: "The chat could not be loaded. Please try again.",
  close: "Close chat",
  menu: "More options",
  language: "Language",
  transcript: "Download conversation",
  transcriptFile: "conversation.txt",
  bot: "Automated assistant",
  botRole: "Not a person",
  waitingTitle: "Waiting in line",
  waitingRole: "You can keep writing",
  person: "Member of staff",
  personRole: "A person is answering you",
  closedRole: "The case is closed",
  you: "You",
  system: "Notice",
  log: "Conversation",
  loading: "Loading the conversation …",
  offline: "No connection. Your messages are kept and will be sent.",
  connecting: "Connecting …",
  unavailable: "The chat cannot be reached right now. We keep trying.",
  place: (n) => `You are number ${n} in line.`,
  wait: (from, to) => `About ${range(from, to)} ${to === 1 ? "minute" : "minutes"}.`,
  talkToPerson: "Talk to a person",
  calling: "Calling a person …",
  inLine: "You are waiting for a person.",
  withPerson: (name) => `You are talking to ${name || "a person"}.`,
  write: "Write a message",
  send: "Send message",
  left: (n) => (n === 1 ? "1 character left" : `${n} characters left`),
  over: (n) => (n === 1 ? "1 character too many" : `${n} characters too many`),
  waiting: "Waiting to send",
  sent: "Sent",
  seen: "Seen",
  failed: "Not sent",
  again: "Send again",
  discard: "Discard",
  pressFailed: "This choice is no longer valid.",
  needsConnection: "This needs a connection.",
  typing: (name) => `${name} is typing …`,
  newMessages: "New messages",
  replies: "Suggested replies",
  options: (n) => (n === 1 ? "1 option" : `${n} options`),
  links: (n) => (n === 1 ? "1 link" : `${n} links`),
  newTab: "opens in a new tab",
  today: "Today",
  yesterday: "Yesterday",
  edited: (text: string) => `${text}\n\n*edited*`,
  deleted: (_: string) => "*Message deleted*",
  codes: {
    welcome: (_: Facts) =>
      "Hello! I am the **automated assistant**, not a person. I explain invoices, sort out open payments, " +
      "change plans and take cancellations.\n\nYou can reach a person at any time with “Talk to a person”.",
    welcome_back: (_: Facts) => "This is the **automated assistant** again, not a person. How can I help further?",
    bot_unavailable: (_: Facts) =>
      "The automated assistant cannot be reached right now. Your message has arrived and goes to a person.",
    queued: (_: Facts) =>
      "We are connecting you with a person. They have the conversation so far, so there is no need to repeat anything.",
    nobody_available: (f: Facts) =>
      "Nobody is at the desk right now." +
      (f.case_number ? ` Your request is on record under number ${f.case_number}.` : " Your request is on record.") +
      (f.hours ? ` Service hours: ${f.hours}.` : "") +
      " You can keep writing here; the answer will appear in this chat. Or choose something else:",
    agent_joined: (f: Facts) => `${f.agent || "A person"} has joined the chat.`,
    agent_left: (f: Facts) => `${f.agent || "The person"} has left the chat.`,
    identified: (f: Facts): string => (f.by === "site" ? "You are signed in." : "Confirmed by code: we now know who is writing."),
    handed_back: (f: Facts) => `${f.agent || "The person"} has handed the chat back to the automated assistant.`,
    case_closed: (f: Facts) =>
      `Case${f.case_number ? ` ${f.case_number}` : ""} is closed. Just write if you need anything else.`,
    agent_lost: (f: Facts) =>
      `The connection to ${f.agent || "the person"} was lost. You are back in line and your waiting time still counts.`,
  },
};
