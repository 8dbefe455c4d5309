/**
 * The state of the console, and what changes it.
 *
 * Invariants: the server's frames are the truth, nothing is guessed ahead of them; what an agent typed
 * is in a draft, in the outbox or in the log, never nowhere; a reply and a note have drafts of their own.
 */

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { AgentSend, LogFrame, Nack, QueueRow, ToAgent } from "../wire/frames.js";
import { Outbox } from "../wire/outbox.js";
import { emptyTimeline, reduce, type Outgoing, type Step } from "../wire/timeline.js";
import { forgetUnsent, keepUnsent, tabShelf, unsent } from "./device";
import { clockOffset, type Me } from "./http";
import { unreadAfter, type Log } from "./log";

export type Tab = "waiting" | "mine" | "bot" | "closed";
export type Mode = "reply" | "note";
export type Drafts = Readonly<Record<Mode, string>>;

export interface Notice {
  readonly code: string;
  readonly facts: Readonly<Record<string, string>>;
  /** The words are back in the draft. */
  readonly kept: boolean;
}

/** `lost` only after two seconds, so that a blink of the network does not flash. */
export type Standing = "connecting" | "live" | "lost" | "resync";

/** A waiting chat should be taken within this time; amber from its half on. */
export const TARGET_SECONDS = 60;
const TYPING_SHOWN_MS = 8000;
const NO_DRAFTS: Drafts = { reply: "", note: "" };
const NO_LOG: Log = emptyTimeline<AgentSend>();

export const me = signal<Me | null>(null);
/** The session ended by itself: the login says so. */
export const expired = signal(false);
/** Somebody has just signed in by hand: they come to the desk and take chats. */
export const arriving = signal(false);
export const available = signal(true);
export const agentsAvailable = signal(0);
export const rows = signal<readonly QueueRow[]>([]);
export const inboxKnown = signal(false);
export const logs = signal<ReadonlyMap<string, Log>>(new Map());
/** Which log the cached conversations are of. */
export const logName = signal<string | null>(null);
export const selected = signal<string | null>(null);
export const tab = signal<Tab>("waiting");
export const drafts = signal<ReadonlyMap<string, Drafts>>(new Map());
export const notices = signal<ReadonlyMap<string, Notice>>(new Map());
export const typing = signal<ReadonlyMap<string, { name: string; until: number }>>(new Map());
/** The `cid` of the step of ownership that is under way, by conversation. */
export const busy = signal<ReadonlyMap<string, string>>(new Map());
export const readUpTo = signal<ReadonlyMap<string, number>>(new Map());
export const standing = signal<Standing>("connecting");
export const now = signal(Date.now());

const outbox = new Outbox<AgentSend>(tabShelf, Date.now);

export const rowOf = (conversation: string | null): QueueRow | undefined =>
  rows.value.find((row) => row.conversation === conversation);

export const current = computed(() => rowOf(selected.value));
export const isMine = (row: QueueRow): boolean => row.controller === "agent" && row.agent === me.value?.agent;
export const logOf = (conversation: string): Log => logs.value.get(conversation) ?? NO_LOG;

const newest = (a: QueueRow, b: QueueRow): number => b.updated_at.localeCompare(a.updated_at);
const longest = (a: QueueRow, b: QueueRow): number =>
  (a.waiting_since ?? a.updated_at).localeCompare(b.waiting_since ?? b.updated_at);

/** How far an agent has read: by the log, or told just now. */
export const readSeq = (conversation: string): number =>
  Math.max(logOf(conversation).read.agent, readUpTo.value.get(conversation) ?? 0);

export const unread = (row: QueueRow): number =>
  isMine(row) ? unreadAfter(logOf(row.conversation), readSeq(row.conversation)) : 0;

/** The lists behind the tabs, each in the order in which it should be worked. */
export const lists: ReadonlySignal<Readonly<Record<Tab, readonly QueueRow[]>>> = computed(() => ({
  waiting: rows.value.filter((row) => row.controller === "queue").sort(longest),
  mine: rows.value.filter(isMine).sort((a, b) => Number(unread(b) > 0) - Number(unread(a) > 0) || newest(a, b)),
  bot: rows.value.filter((row) => row.controller === "bot").sort(newest),
  closed: rows.value.filter((row) => row.controller === "closed").sort(newest),
}));

/** Chats of colleagues: readable under "Mine", never counted there. */
export const colleagues = computed(() =>
  rows.value.filter((row) => row.controller === "agent" && !isMine(row)).sort(newest),
);

/** Chats that want somebody now: waiting ones, and own ones with something unread. */
export const attention = computed(
  () => lists.value.waiting.length + lists.value.mine.filter((row) => unread(row) > 0).length,
);

/** Seconds a row has waited, by the server's clock; null when it does not wait. */
export const waited = (row: QueueRow): number | null =>
  row.waiting_since ? Math.max(0, (now.value + clockOffset() - Date.parse(row.waiting_since)) / 1000) : null;

const CONFIRMED_MS = 600_000;

/** The level of identity that counts now: "freshly confirmed" falls back ten minutes after its proof. */
export const levelOf = ({ level, proven_at }: QueueRow): number =>
  level === 2 && (!proven_at || now.value + clockOffset() - Date.parse(proven_at) > CONFIRMED_MS) ? 1 : level;

const put = <V>(map: ReadonlyMap<string, V>, key: string, value: V | undefined): ReadonlyMap<string, V> => {
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
};

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
  busy.value = put(busy.value, conversation, cid);
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
  tab.value = "waiting";
  logs.value = new Map();
  drafts.value = new Map();
  notices.value = new Map();
  typing.value = new Map();
  busy.value = new Map();
  readUpTo.value = new Map();
  rows.value = [];
}

// --- what the server says

/** Takes a frame of the server; whoever owns the socket asks for the gaps that `logs` then show. */
export function accept(frame: ToAgent): void {
  switch (frame.type) {
    case "welcome":
      welcomed(frame.log);
      me.value = { agent: frame.agent, name: frame.name };
      available.value = frame.available;
      return;
    case "inbox":
      rows.value = frame.rows;
      agentsAvailable.value = frame.agents_available;
      inboxKnown.value = true;
      return;
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

/** Of another log than before (a backup was restored) nothing that is remembered counts; unsent words stay. */
function welcomed(log: string): void {
  const replaced = logName.value !== null && logName.value !== log;
  logName.value = log;
  if (!replaced) return;
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
  if (event.kind === "control" || event.kind === "edit") setBusy(conversation);
  if (event.kind === "message" && event.author === "subscriber")
    typing.value = put(typing.value, conversation, undefined);
}

const sent = (cid: string): Outgoing<AgentSend> | undefined => outbox.list().find((item) => item.frame.cid === cid);

function acknowledged(cid: string, seq: number): void {
  const item = sent(cid);
  if (!item) return;
  outbox.remove(cid);
  advance(item.frame.conversation, { type: "ack", cid, seq });
}

/** A send goes back to its draft; a step (take, release) just ends. Only the reason stays. */
function refused({ cid, code, facts, retry }: Nack): void {
  const item = sent(cid);
  if (item) {
    if (retry) return;
    const { conversation, note } = item.frame;
    setNotice(conversation, { code, facts, kept: true });
    const lost = code === "stale_epoch" || code === "not_owner" || code === "closed";
    const all = outbox.list().filter(({ frame }) => frame.conversation === conversation && !frame.note);
    returnToDraft(lost && !note ? all : [item]);
    return;
  }
  const conversation = [...busy.value].find(([, step]) => step === cid)?.[0];
  if (!conversation) return;
  setBusy(conversation);
  setNotice(conversation, { code, facts, kept: false });
}
