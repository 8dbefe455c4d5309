/**
 * Loads the customer overview of the open conversation, and keeps it while it is of use.
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

const set = (conversation: string, value: Loaded): void => {
  loaded.value = new Map(loaded.value).set(conversation, value);
};

export async function load(conversation: string): Promise<void> {
  const before = loaded.value.get(conversation);
  if (before?.state === "loading") return;
  const old = before?.old ?? null;
  set(conversation, { state: "loading", old });
  try {
    set(conversation, { state: "ready", old: await overview(conversation) });
  } catch (error) {
    // Gone or no customer any more: then the old data must not stay either.
    const gone = error instanceof HttpError && error.status === 404;
    set(conversation, { state: "failed", old: gone ? null : old });
  }
}

export const forgetCustomers = (): void => {
  loaded.value = new Map();
};
