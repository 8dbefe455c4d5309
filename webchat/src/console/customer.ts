/**
 * Loads the customer overview of the open conversation, or of a customer who was looked for, and keeps it while it is of use.
 *
 * Invariants: what was shown stays on the screen while it is asked again, with its time; an answer for a
 * conversation that is no longer open changes nothing; every look is logged by the gateway, so nothing is
 * asked twice without a reason.
 */

import { signal } from "@preact/signals";
import { HttpError, overview } from "./http";
import type { Overview } from "./overview";

export type Loaded =
  | { readonly state: "loading"; readonly old: Overview | null }
  | { readonly state: "ready"; readonly old: Overview }
  | { readonly state: "failed"; readonly old: Overview | null };

export const loaded = signal<ReadonlyMap<string, Loaded>>(new Map());

const set = (key: string, value: Loaded): void => {
  loaded.value = new Map(loaded.value).set(key, value);
};

const PERSON = "customers/";
/** The key of a customer who is looked at without a conversation; else the conversation is the key. */
export const keyOf = (number: string): string => PERSON + encodeURIComponent(number);

export async function load(key: string): Promise<void> {
  const before = loaded.value.get(key);
  if (before?.state === "loading") return;
  const old = before?.old ?? null;
  set(key, { state: "loading", old });
  try {
    const of = key.startsWith(PERSON) ? key : `conversations/${encodeURIComponent(key)}`;
    set(key, { state: "ready", old: await overview(of) });
  } catch (error) {
    // Gone or no customer any more: then the old data must not stay either.
    const gone = error instanceof HttpError && error.status === 404;
    set(key, { state: "failed", old: gone ? null : old });
  }
}

export const forgetCustomers = (): void => {
  loaded.value = new Map();
};
