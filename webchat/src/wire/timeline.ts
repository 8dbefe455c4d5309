/**
 * The state of one conversation as a client knows it, and the pure steps that change it.
 *
 * Invariants: `entries` ascend strictly by seq; nothing at or below `last` is taken twice; while a gap is open
 * (`wants` is set) nothing beyond it is taken; an outgoing item whose cid is in the log is not in `outbox`.
 */
import type { Author, Controller, LogEvent, LogFrame, Of } from "./frames.js";

/** Anything that is sent once under a client id. */
export interface Cid {
  readonly cid: string;
}

/** waiting: not yet committed. sent: committed, its event is under way. failed: refused for good. */
export interface Outgoing<F extends Cid = Cid> {
  readonly frame: F;
  /** When it was made, ms since 1970; what is older than a day is not sent any more. */
  readonly at: number;
  /** Order among items of one millisecond and tab. */
  readonly n: number;
  readonly state: "waiting" | "sent" | "failed";
  /** Where the gateway put it, once committed. */
  readonly seq?: number;
  /** Why it failed. */
  readonly code?: string;
}

/** Its words were put right, or taken back, by who wrote them. */
export type Amended = "edited" | "deleted";

export interface Entry {
  readonly seq: number;
  readonly at: string;
  readonly event: LogEvent;
  readonly amended?: Amended;
}

export interface Timeline<F extends Cid = Cid> {
  readonly conversation: string | null;
  readonly entries: readonly Entry[];
  readonly last: number;
  /** A gap was seen: ask the gateway for the log from here. Null when the log is whole. */
  readonly wants: number | null;
  readonly outbox: readonly Outgoing<F>[];
  readonly controller: Controller;
  readonly epoch: number;
  readonly agentName: string;
  readonly caseNumber: string | null;
  /** How far each side has read. */
  readonly read: Readonly<Record<Author, number>>;
}

export type Step<F extends Cid = Cid> =
  | { type: "welcome"; conversation: string; reset: boolean }
  | { type: "event"; frame: LogFrame }
  | { type: "ack"; cid: string; seq: number }
  | { type: "nack"; cid: string; code: string }
  /** The stored outbox of all tabs, as it is now. */
  | { type: "stored"; items: readonly Outgoing<F>[] };

export function emptyTimeline<F extends Cid>(): Timeline<F> {
  return {
    conversation: null,
    entries: [],
    last: 0,
    wants: null,
    outbox: [],
    controller: "bot",
    epoch: 0,
    agentName: "",
    caseNumber: null,
    read: { subscriber: 0, bot: 0, agent: 0, system: 0 },
  };
}

/** The next state. Returns the same object when nothing changed. */
export function reduce<F extends Cid>(now: Timeline<F>, step: Step<F>): Timeline<F> {
  switch (step.type) {
    case "welcome":
      return welcomed(now, step.conversation, step.reset);
    case "event":
      return logged(now, step.frame);
    case "ack":
      return settled(patched(now, step.cid, { state: "sent", seq: step.seq }));
    case "nack":
      return patched(now, step.cid, { state: "failed", code: step.code });
    case "stored": {
      const outbox = merged(now.outbox, step.items);
      const same = outbox.length === now.outbox.length && outbox.every((item, i) => item === now.outbox[i]);
      return same ? now : settled({ ...now, outbox });
    }
  }
}

function welcomed<F extends Cid>(now: Timeline<F>, conversation: string, reset: boolean): Timeline<F> {
  const other = now.conversation !== null && now.conversation !== conversation;
  const base = reset || other ? { ...emptyTimeline<F>(), outbox: now.outbox } : now;
  return { ...base, conversation, wants: null };
}

function logged<F extends Cid>(now: Timeline<F>, frame: LogFrame): Timeline<F> {
  if (now.conversation !== null && frame.conversation !== now.conversation) return now;
  if (frame.seq <= now.last) return now;
  if (frame.after > now.last) return now.wants === now.last ? now : { ...now, wants: now.last };
  const { event, seq, at } = frame;
  const next = { ...now, ...effect(now, event), last: seq, wants: null };
  if (event.kind === "edit") next.entries = now.entries.map((entry) => (entry.seq === event.seq ? amended(entry, event) : entry));
  else if (event.kind !== "read") next.entries = [...now.entries, { seq, at, event }];
  return settled(next);
}

function amended(entry: Entry, { text }: Of<"edit">): Entry {
  return { ...entry, event: { ...entry.event, text: text ?? "" } as LogEvent, amended: text ? "edited" : "deleted" };
}

function effect<F extends Cid>(now: Timeline<F>, event: LogEvent): Partial<Timeline<F>> {
  switch (event.kind) {
    case "control":
      return {
        controller: event.controller,
        epoch: event.epoch,
        agentName: event.controller === "agent" ? event.agent_name : "",
        caseNumber: event.case_number ?? now.caseNumber,
      };
    case "read":
      return { read: { ...now.read, [event.author]: Math.max(now.read[event.author], event.up_to) } };
    default:
      return {};
  }
}

function patched<F extends Cid>(now: Timeline<F>, cid: string, change: Partial<Outgoing<F>>): Timeline<F> {
  if (!now.outbox.some((item) => item.frame.cid === cid)) return now;
  return { ...now, outbox: now.outbox.map((item) => (item.frame.cid === cid ? { ...item, ...change } : item)) };
}

/** Drops what is in the log: by its cid, or because the log has passed the place the gateway gave it. */
function settled<F extends Cid>(now: Timeline<F>): Timeline<F> {
  if (!now.outbox.length) return now;
  const known = cidsInLog(now.entries);
  const left = now.outbox.filter(({ frame, seq }) => !known.has(frame.cid) && !(seq !== undefined && seq <= now.last));
  return left.length === now.outbox.length ? now : { ...now, outbox: left };
}

/** Every client id the log holds. */
export function cidsInLog(entries: readonly Entry[]): Set<string> {
  const cids = new Set<string>();
  for (const { event } of entries) if (event.kind === "message" && event.cid) cids.add(event.cid);
  return cids;
}

/** What is stored, plus what left the store because it was committed or refused but is still to be shown. */
function merged<F extends Cid>(
  shown: readonly Outgoing<F>[],
  stored: readonly Outgoing<F>[],
): readonly Outgoing<F>[] {
  const mine = new Map(shown.map((item) => [item.frame.cid, item]));
  const kept = shown.filter(({ state, frame }) => state !== "waiting" && !stored.some((s) => s.frame.cid === frame.cid));
  const fresh = stored.map((item) => mine.get(item.frame.cid) ?? item);
  return [...kept, ...fresh].sort(inOrder);
}

/** Outgoing items in the order they were made. */
export function inOrder(a: Outgoing, b: Outgoing): number {
  return a.at - b.at || a.n - b.n || (a.frame.cid < b.frame.cid ? -1 : 1);
}

/** Messages of the log, with their place and time. */
export function messages(now: Timeline): (Entry & { event: Of<"message"> })[] {
  return now.entries.filter((entry): entry is Entry & { event: Of<"message"> } => entry.event.kind === "message");
}

/** Whether a message of ours at `seq` was seen by any of `readers`. */
export function seenBy(now: Timeline, seq: number, ...readers: Author[]): boolean {
  return readers.some((reader) => now.read[reader] >= seq);
}
