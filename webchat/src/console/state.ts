/**
 * What changes the state of the console; what it is stands in `held`.
 *
 * Invariants: the server's frames are the truth, nothing is guessed ahead of them; what an agent typed
 * is in a draft, in the outbox or in the log, never nowhere; a reply and a note have drafts of their own.
 */

import { batch, computed } from "@preact/signals";
import type { AgentSend, InboxFrame, LogFrame, LooksFrame, Nack, Of, QueueRow, ToAgent } from "../wire/frames.js";
import { Outbox } from "../wire/outbox.js";
import { reduce, type Outgoing, type Step } from "../wire/timeline.js";
import { forgetUnsent, keepUnsent, tabShelf, unsent } from "./device";
import {
  agentsAvailable,
  busy,
  drafts,
  duty,
  inboxCursor,
  inboxKnown,
  logName,
  logOf,
  logs,
  looks,
  me,
  notices,
  person,
  put,
  readUpTo,
  rowOf,
  rows,
  selected,
  tab,
  totals,
  typing,
  type Drafts,
  type Look,
  type Mode,
  type Notice,
} from "./held";
import type { Log } from "./log";

export * from "./held";

const TYPING_SHOWN_MS = 8000;
const LOOK_SHOWN_MS = 30_000;
const NO_DRAFTS: Drafts = { reply: "", note: "" };

const outbox = new Outbox<AgentSend>(tabShelf, Date.now);

function advance(conversation: string, step: Step<AgentSend>): Log {
  const before = logOf(conversation);
  const after = reduce(before, step);
  if (after !== before) logs.value = put(logs.value, conversation, after);
  return after;
}

// --- words that are not sent yet

export const draftOf = (conversation: string): Drafts => drafts.value.get(conversation) ?? NO_DRAFTS;

export function setDraft(conversation: string, mode: Mode, text: string): void {
  drafts.value = put(drafts.value, conversation, { ...draftOf(conversation), [mode]: text });
  keepUnsent("drafts", [...drafts.value]);
}

/** Sends wait here until they are committed. */
export const waiting = (): readonly AgentSend[] => outbox.list().map((item) => item.frame);

export const unsentCount = computed(() =>
  [...logs.value.values()].reduce((n, log) => n + log.outbox.filter((item) => item.state === "waiting").length, 0),
);

const showStored = (conversation: string): void => {
  const items = outbox.list().filter((item) => item.frame.conversation === conversation);
  advance(conversation, { type: "stored", items });
};

export function enqueue(frame: AgentSend): void {
  outbox.add(frame);
  showStored(frame.conversation);
}

/** Puts refused words back where they were typed, in their order, before what was typed since. */
function returnToDraft(items: readonly Outgoing<AgentSend>[]): void {
  const first = items[0];
  if (!first) return;
  const { conversation, note } = first.frame;
  const mode: Mode = note ? "note" : "reply";
  for (const item of items) outbox.remove(item.frame.cid);
  const typed = draftOf(conversation)[mode];
  setDraft(conversation, mode, [...items.map((item) => item.frame.text), ...(typed ? [typed] : [])].join("\n"));
  showStored(conversation);
}

export const setNotice = (conversation: string, notice?: Notice): void => {
  notices.value = put(notices.value, conversation, notice);
};

export const setBusy = (conversation: string, cid?: string): void => {
  busy.value = put(busy.value, conversation, cid === undefined ? undefined : { cid });
};

export const markRead = (conversation: string, seq: number): void => {
  readUpTo.value = put(readUpTo.value, conversation, seq);
};

/** Brings back what a reload of the tab interrupted. */
export function restore(): void {
  drafts.value = new Map(unsent<[string, Drafts][]>("drafts", []));
  for (const frame of waiting()) showStored(frame.conversation);
}

/** After signing out nothing of a customer stays on the device. */
export function forget(): void {
  forgetUnsent();
  me.value = null;
  inboxKnown.value = false;
  selected.value = null;
  person.value = null;
  tab.value = "waiting";
  logs.value = new Map();
  drafts.value = new Map();
  notices.value = new Map();
  typing.value = new Map();
  busy.value = new Map();
  readUpTo.value = new Map();
  looks.value = new Map();
  rows.value = new Map();
  inboxCursor.value = null;
}

// --- what the server says

/** Takes a frame of the server; whoever owns the socket asks for the gaps that `logs` then show. */
export function accept(frame: ToAgent): void {
  switch (frame.type) {
    case "welcome":
      welcomed(frame.log);
      me.value = { agent: frame.agent, name: frame.name, role: frame.role };
      duty.value = frame.standing;
      return;
    case "standing":
      duty.value = frame.standing;
      return;
    case "inbox":
      return batch(() => listed(frame));
    case "looks":
      return looked(frame);
    case "event":
      return acceptEvent(frame);
    case "ack":
      return acknowledged(frame.cid, frame.seq);
    case "nack":
      return refused(frame);
    case "typing":
      if (frame.author !== "subscriber") return;
      typing.value = put(
        typing.value,
        frame.conversation,
        frame.on ? { name: frame.name, until: Date.now() + TYPING_SHOWN_MS } : undefined,
      );
  }
}

/** What is new in the list. A row that is older than what its log has told of the owner does not take that back. */
function listed(frame: InboxFrame): void {
  const before = rows.value;
  const next = new Map(frame.whole ? [] : before);
  for (const conversation of frame.gone ?? []) next.delete(conversation);
  for (const row of frame.rows ?? []) {
    const known = before.get(row.conversation);
    next.set(row.conversation, known && known.epoch > row.epoch ? { ...row, ...owner(known) } : row);
  }
  rows.value = next;
  totals.value = { bot: frame.bot, closed: frame.closed };
  agentsAvailable.value = frame.agents_available;
  if (frame.cursor === null) return;
  inboxCursor.value = frame.cursor;
  inboxKnown.value = true;
}

/** A row that was asked for by itself. */
export function list(more: readonly QueueRow[]): void {
  const next = new Map(rows.value);
  for (const row of more) if ((next.get(row.conversation)?.epoch ?? 0) <= row.epoch) next.set(row.conversation, row);
  rows.value = next;
}

const owner = ({ controller, epoch, agent, agent_name, case_number }: QueueRow) => ({
  controller,
  epoch,
  agent,
  agent_name,
  case_number,
});

/** A change of owner counts as soon as the log tells it; the list follows. */
function owned(conversation: string, event: Of<"control">): void {
  const row = rowOf(conversation);
  if (!row || event.epoch <= row.epoch) return;
  const { controller, epoch, agent = null, agent_name = "" } = event;
  const case_number = event.case_number ?? row.case_number;
  rows.value = put(rows.value, conversation, { ...row, controller, epoch, agent, agent_name, case_number, offer: null });
}

function looked({ conversation, agent, name, on, writing }: LooksFrame): void {
  const look = on ? { name, writing, until: Date.now() + LOOK_SHOWN_MS } : undefined;
  const there = put(looks.value.get(conversation) ?? new Map<string, Look>(), agent, look);
  looks.value = put(looks.value, conversation, there.size ? there : undefined);
}

/** Of another log than before (a backup was restored) nothing that is remembered counts; unsent words stay. */
function welcomed(log: string): void {
  const replaced = logName.value !== null && logName.value !== log;
  logName.value = log;
  if (!replaced) return;
  rows.value = new Map();
  inboxCursor.value = null;
  inboxKnown.value = false;
  logs.value = new Map();
  readUpTo.value = new Map();
  for (const frame of waiting()) showStored(frame.conversation);
}

function acceptEvent(frame: LogFrame): void {
  const { conversation, event } = frame;
  const before = logOf(conversation);
  const after = advance(conversation, { type: "event", frame });
  if (after.last === before.last) return;
  for (const item of before.outbox) if (!after.outbox.includes(item)) outbox.remove(item.frame.cid);
  if (event.kind === "control") owned(conversation, event);
  const step = busy.value.get(conversation);
  if (step && (event.kind === "control" || event.kind === "edit" || (step.seq ?? Infinity) <= after.last))
    setBusy(conversation);
  if (event.kind === "message" && event.author === "subscriber")
    typing.value = put(typing.value, conversation, undefined);
}

const sent = (cid: string): Outgoing<AgentSend> | undefined => outbox.list().find((item) => item.frame.cid === cid);

function acknowledged(cid: string, seq: number): void {
  const item = sent(cid);
  if (!item) return stepDone(cid, seq);
  outbox.remove(cid);
  advance(item.frame.conversation, { type: "ack", cid, seq });
}

const stepOf = (cid: string): string | undefined => [...busy.value].find(([, step]) => step.cid === cid)?.[0];

/** A step is over once the log has reached it. */
function stepDone(cid: string, seq: number): void {
  const conversation = stepOf(cid);
  if (conversation === undefined) return;
  busy.value = put(busy.value, conversation, seq > logOf(conversation).last ? { cid, seq } : undefined);
}

/** A send goes back to its draft; a step (take, release) just ends. Only the reason stays. */
function refused({ cid, code, facts, retry }: Nack): void {
  const item = sent(cid);
  if (item) {
    if (retry) return;
    const { conversation, note } = item.frame;
    setNotice(conversation, { code, facts, kept: true });
    const lost = ["stale_epoch", "stale_view", "not_owner", "closed"].includes(code);
    const all = outbox.list().filter(({ frame }) => frame.conversation === conversation && !frame.note);
    returnToDraft(lost && !note ? all : [item]);
    return;
  }
  const conversation = stepOf(cid);
  if (!conversation) return;
  setBusy(conversation);
  setNotice(conversation, { code, facts, kept: false });
}
