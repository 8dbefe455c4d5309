/**
 * What the console reads out of a conversation's timeline.
 *
 * Invariants: pure; the timeline itself is changed by `wire/timeline` alone.
 */

import type { AgentSend, Packet } from "../wire/frames.js";
import type { Timeline } from "../wire/timeline.js";

export type Log = Timeline<AgentSend>;

/** The customer's messages after `seq`: what is unread. */
export function unreadAfter(log: Log, seq: number): number {
  return log.entries.filter((e) => e.seq > seq && e.event.kind === "message" && e.event.author === "subscriber").length;
}

/** The seq of the customer's newest message, 0 without one. */
export function lastTheirs(log: Log): number {
  for (let i = log.entries.length - 1; i >= 0; i -= 1) {
    const entry = log.entries[i]!;
    if (entry.event.kind === "message" && entry.event.author === "subscriber") return entry.seq;
  }
  return 0;
}

/** The last proof of who writes: from which level to which, how and when. */
export interface Identity {
  readonly before: string;
  readonly level: string;
  readonly by: string;
  readonly at: string;
}

export function identityOf(log: Log): Identity | null {
  const found = log.entries.findLast(({ event }) => event.kind === "message" && event.code === "identified");
  if (found?.event.kind !== "message") return null;
  const { before = "", level = "", by = "", proven_at = found.at } = found.event.facts;
  return { before, level, by, at: proven_at };
}

/** The case packet of the newest hand-over, and whether a person has answered since. */
export function packetOf(log: Log): { readonly packet: Packet; readonly answered: boolean } | null {
  let answered = false;
  for (let i = log.entries.length - 1; i >= 0; i -= 1) {
    const event = log.entries[i]!.event;
    if (event.kind === "packet") return { packet: event.packet, answered };
    if (event.kind === "message" && event.author === "agent") answered = true;
  }
  return null;
}
