/**
 * What is searched for and found, and which conversations are chosen for one step together.
 *
 * Invariants: an answer to a question that is no longer asked changes nothing; nothing happens to several before it was confirmed.
 */

import { computed, signal } from "@preact/signals";
import type { Locale, QueueRow } from "../wire/frames.js";
import { call } from "./http";
import * as state from "./state";

export interface Filters {
  readonly words: string;
  readonly skill: string;
  readonly locale: Locale | "";
  readonly label: string;
  readonly controller: string;
  readonly mine: boolean;
  readonly mentions: boolean;
}
interface Hit {
  readonly row: QueueRow;
  readonly seq: number | null;
  readonly excerpt: string;
}
export interface Found {
  readonly chats: readonly Hit[];
  readonly more: boolean;
}

export interface Someone {
  readonly number: string;
  readonly name: string;
  readonly locale: Locale;
  readonly email: string;
  readonly invoice: string | null;
}
interface People {
  readonly customers: readonly Someone[];
  readonly more: string | null;
}

export const NONE: Filters = { words: "", skill: "", locale: "", label: "", controller: "", mine: false, mentions: false };
const PAUSE_MS = 300;

export const filters = signal<Filters>(NONE);
export const filtersOpen = signal(false);
export const found = signal<Found | "asking" | "failed" | null>(null);
/** Customers who fit the words, also those who never wrote. */
export const people = signal<People | "failed" | null>(null);
export const choosing = signal(false);
export const chosen = signal<ReadonlySet<string>>(new Set());

export const asking = computed(() => (Object.keys(NONE) as (keyof Filters)[]).some((key) => filters.value[key] !== NONE[key]));
/** Instead of the lists stands what was found, or what may be chosen. */
export const finding = computed(() => asking.value || choosing.value);
export const unreadMentions = computed(
  () => [...state.rows.value.values()].filter((row) => row.mentioned.includes(state.me.value?.agent ?? "")).length,
);

let timer = 0;
let round = 0;

async function ask(before?: string): Promise<void> {
  const mine = ++round;
  const old = before && typeof found.value === "object" ? (found.value?.chats ?? []) : [];
  if (!before) found.value = "asking";
  const asked = Object.entries({ ...filters.value, before: before ?? "" }).filter(([, value]) => value !== "" && value !== false);
  try {
    const page = await call<Found>("GET", `/api/agent/search?${new URLSearchParams(asked.map(([k, v]) => [k, String(v)]))}`);
    if (mine === round) found.value = { chats: [...old, ...page.chats], more: page.more };
  } catch {
    if (mine === round && !before) found.value = "failed";
  }
}

/** Customers are asked for by words alone: two letters or digits at least, no filter set. */
async function askPeople(after = ""): Promise<void> {
  const mine = round;
  const { words, ...others } = filters.value;
  const old = after && people.value && people.value !== "failed" ? people.value.customers : [];
  if (!after) people.value = null;
  if ((words.match(/[\p{L}\p{N}]/gu)?.length ?? 0) < 2 || Object.values(others).some(Boolean)) return;
  try {
    const page = await call<People>("GET", `/api/agent/customers?${new URLSearchParams({ words, after })}`);
    if (mine === round) people.value = { customers: [...old, ...page.customers], more: page.more };
  } catch {
    if (mine === round && !after) people.value = "failed";
  }
}

export function morePeople(): void {
  if (people.value && people.value !== "failed" && people.value.more) void askPeople(people.value.more);
}

function askBoth(): void {
  void ask();
  void askPeople();
}

/** Changes what is searched for; typed words wait a moment. */
export function narrow(change: Partial<Filters>): void {
  filters.value = { ...filters.value, ...change };
  clearTimeout(timer);
  chosen.value = new Set();
  if (!asking.value) {
    round += 1;
    found.value = null;
    people.value = null;
    return;
  }
  timer = window.setTimeout(askBoth, "words" in change ? PAUSE_MS : 0);
}

export const askAgain = askBoth;
export function askMore(): void {
  const last = found.value && typeof found.value === "object" ? found.value.chats.at(-1) : null;
  if (last) void ask(last.row.conversation);
}

export function endFinding(): void {
  filtersOpen.value = false;
  choosing.value = false;
  narrow(NONE);
}

export function choose(conversation: string, on: boolean): void {
  const next = new Set(chosen.value);
  if (on) next.add(conversation);
  else next.delete(conversation);
  chosen.value = next;
}

export type Step = "take" | "label" | "close";
const cids = new Map<string, string>();

/** One step for all that are chosen; returns how many were done, and how many not. */
export async function several(
  action: Step,
  rows: readonly QueueRow[],
  more: { readonly label?: string; readonly outcome?: string },
): Promise<{ readonly done: number; readonly not: number }> {
  const chats = rows.map(({ conversation, epoch }) => ({ conversation, epoch }));
  const same = JSON.stringify([action, chats, more]);
  const cid = cids.get(same) ?? crypto.randomUUID();
  cids.set(same, cid);
  const results = await call<{ code: string }[]>("POST", "/api/agent/bulk", { cid, action, chats, ...more });
  cids.delete(same);
  chosen.value = new Set();
  const done = results.filter(({ code }) => !code).length;
  return { done, not: results.length - done };
}
