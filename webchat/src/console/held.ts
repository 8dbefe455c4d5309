/**
 * What the console holds: its signals, and what is read out of them.
 *
 * Invariant: they are changed by `state` alone, and by whoever a signal belongs to by its comment; everybody may read them.
 */

import { computed, signal } from "@preact/signals";
import type { AgentSend, AgentWelcome, QueueRow } from "../wire/frames.js";
import { emptyTimeline } from "../wire/timeline.js";
import type { Me } from "./http";
import type { Log } from "./log";

export type Tab = "waiting" | "mine" | "bot" | "closed";
export const TABS: readonly Tab[] = ["waiting", "mine", "bot", "closed"];
export type Mode = "reply" | "note";
export type Duty = AgentWelcome["standing"];
export type Drafts = Readonly<Record<Mode, string>>;

export interface Notice {
  readonly code: string;
  readonly facts: Readonly<Record<string, string>>;
  /** The words are back in the draft. */
  readonly kept: boolean;
}

/** `lost` only after two seconds, so that a blink of the network does not flash. */
export type Standing = "connecting" | "live" | "lost" | "resync";

/** A colleague at the same conversation; forgotten unless they say again that they are. */
export interface Look {
  readonly name: string;
  readonly writing: boolean;
  readonly until: number;
}

/** A waiting chat should be taken within this time; amber from its half on. */
export const TARGET_SECONDS = 60;
const NO_LOG: Log = emptyTimeline<AgentSend>();

export const me = signal<Me | null>(null);
/** The session ended by itself: the login says so. */
export const expired = signal(false);
/** Somebody has just signed in by hand: they come to the desk and take chats. */
export const arriving = signal(false);
export const agentsAvailable = signal(0);
/** Every conversation that is listed, and those that were asked for one by one. */
export const rows = signal<ReadonlyMap<string, QueueRow>>(new Map());
/** How many there are with the bot and closed, listed or not. */
export const totals = signal<Readonly<Record<"bot" | "closed", number>>>({ bot: 0, closed: 0 });
export const inboxKnown = signal(false);
/** Up to where the list is known; another connection goes on from there. */
export const inboxCursor = signal<string | null>(null);
/** Whether chats are offered to this agent. */
export const duty = signal<Duty>("away");
export const logs = signal<ReadonlyMap<string, Log>>(new Map());
/** Which log the cached conversations are of. */
export const logName = signal<string | null>(null);
export const selected = signal<string | null>(null);
/** The customer who is looked at without a conversation, by number. */
export const person = signal<string | null>(null);
export const tab = signal<Tab>("waiting");
export const drafts = signal<ReadonlyMap<string, Drafts>>(new Map());
export const notices = signal<ReadonlyMap<string, Notice>>(new Map());
export const typing = signal<ReadonlyMap<string, { name: string; until: number }>>(new Map());
/** The step of ownership that is under way, by conversation: its `cid`, and its place in the log once it has one. */
export const busy = signal<ReadonlyMap<string, { readonly cid: string; readonly seq?: number }>>(new Map());
export const readUpTo = signal<ReadonlyMap<string, number>>(new Map());
export const standing = signal<Standing>("connecting");
/** Colleagues who have a conversation before them, by conversation and agent. */
export const looks = signal<ReadonlyMap<string, ReadonlyMap<string, Look>>>(new Map());
export const now = signal(Date.now());

export const rowOf = (conversation: string | null): QueueRow | undefined => rows.value.get(conversation ?? "");

export const current = computed(() => rowOf(selected.value));
export const isMine = (row: QueueRow): boolean => row.controller === "agent" && row.agent === me.value?.agent;
export const logOf = (conversation: string): Log => logs.value.get(conversation) ?? NO_LOG;

/** How far an agent has read: by the log, or told just now. */
export const readSeq = (conversation: string): number =>
  Math.max(logOf(conversation).read.agent, readUpTo.value.get(conversation) ?? 0);

/** The map with another value, or without one. */
export const put = <V>(map: ReadonlyMap<string, V>, key: string, value: V | undefined): ReadonlyMap<string, V> => {
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
};
