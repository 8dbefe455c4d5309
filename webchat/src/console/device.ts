/**
 * What the console keeps in the browser.
 *
 * Invariants: a preference lasts; words of customers and drafts live only as long as the tab and go when
 * the agent signs out; storage that is blocked or full never breaks the console.
 */

import { localShelf, readJson } from "../wire/storage.js";

/** What lasts on this device, for all tabs. */
export const lasting = localShelf("desk:");

/** Unsent words of this tab: they survive a reload, not the tab. */
export const tabShelf = localShelf("desk:", () => sessionStorage);

export const recall = (key: string): string | null => lasting.get(key);
export const remember = (key: string, value: string): void => lasting.set(key, value);

export const unsent = <T>(key: string, empty: T): T => readJson<T>(tabShelf, key) ?? empty;
export const keepUnsent = (key: string, value: unknown): void => tabShelf.set(key, JSON.stringify(value));

export function forgetUnsent(): void {
  for (const key of tabShelf.keys()) tabShelf.remove(key);
}

export const forgetSignIn = (): void => lasting.remove("signed-in");
