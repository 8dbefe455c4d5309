/**
 * The lists behind the tabs, and what wants somebody now.
 *
 * Invariants: derived from the state, never kept; each list is in the order in which it should be worked; what is offered to a
 * colleague wants nobody else.
 */

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { QueueRow } from "../wire/frames.js";
import { clockOffset } from "./http";
import { unreadAfter } from "./log";
import { inboxKnown, isMine, logOf, me, now, readSeq, rows, totals, type Tab } from "./state";

const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const newest = (a: QueueRow, b: QueueRow): number =>
  before(b.updated_at, a.updated_at) || before(a.conversation, b.conversation);
const since = (row: QueueRow): string => row.waiting_since ?? row.updated_at;
/** Who must be answered first; before it is known when, whoever has waited longest. */
const dueFirst = (a: QueueRow, b: QueueRow): number =>
  before(a.deadline ?? since(a), b.deadline ?? since(b)) ||
  before(since(a), since(b)) ||
  before(a.conversation, b.conversation);

const rowsUnder = (controller: QueueRow["controller"]): QueueRow[] => {
  const found: QueueRow[] = [];
  for (const row of rows.value.values()) if (row.controller === controller) found.push(row);
  return found;
};

/** What the customer wrote in own chats since one last read there. */
export const unread = (row: QueueRow): number =>
  isMine(row) ? unreadAfter(logOf(row.conversation), readSeq(row.conversation)) : 0;

const waiting = computed(() => rowsUnder("queue").sort(dueFirst));
const withAgents = computed(() => rowsUnder("agent").sort(newest));
/** The chats of this agent, in no order of work. */
export const own = computed(() => withAgents.value.filter(isMine));
const mine = computed(() =>
  [...own.value].sort((a, b) => Number(unread(b) > 0) - Number(unread(a) > 0) || newest(a, b)),
);
const bot = computed(() => rowsUnder("bot").sort(newest));
const closed = computed(() => rowsUnder("closed").sort(newest));

export const lists: Readonly<Record<Tab, ReadonlySignal<readonly QueueRow[]>>> = { waiting, mine, bot, closed };

/** Chats of colleagues: readable under "Mine", never counted there. */
export const colleagues = computed(() => withAgents.value.filter((row) => !isMine(row)));

/** How many conversations a list has, shown or not. */
export const countOf = (tab: Tab): number => {
  const listed = lists[tab].value.length;
  return tab === "bot" || tab === "closed" ? Math.max(listed, totals.value[tab]) : listed;
};

/** Milliseconds by the server's clock. */
export const serverNow = (): number => now.value + clockOffset();

/** Offers that were declined here, until the list says so too. */
export const declined = signal<ReadonlySet<string>>(new Set());
export const offerKey = (row: QueueRow): string => `${row.conversation} ${row.offer?.until ?? ""}`;

/** Waiting chats that are offered to this agent and not run out, the most urgent first. */
export const offers = computed(() =>
  waiting.value.filter(
    (row) =>
      row.offer?.agent === me.value?.agent &&
      row.offer !== null &&
      row.offer !== undefined &&
      Date.parse(row.offer.until) > serverNow() &&
      !declined.value.has(offerKey(row)),
  ),
);

/** Chats that want somebody now: waiting ones that no colleague is asked for, and own ones with something unread. */
export const attention = computed(() => {
  if (!inboxKnown.value) return 0;
  const free = waiting.value.filter((row) => !row.offer || row.offer.agent === me.value?.agent).length;
  return free + mine.value.filter((row) => unread(row) > 0).length;
});

/** Seconds a row has waited, by the server's clock; null when it does not wait. */
export const waited = (row: QueueRow): number | null =>
  row.waiting_since ? Math.max(0, (serverNow() - Date.parse(row.waiting_since)) / 1000) : null;

const CONFIRMED_MS = 600_000;

/** The level of identity that counts now: "freshly confirmed" falls back ten minutes after its proof. */
export const levelOf = ({ level, proven_at }: QueueRow): number =>
  level === 2 && (!proven_at || serverNow() - Date.parse(proven_at) > CONFIRMED_MS) ? 1 : level;
