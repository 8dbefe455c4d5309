/**
 * Rows that the list does not have: a conversation opened by its address, and older ones when one scrolls to the end.
 *
 * Invariants: nothing is asked twice at the same time; what is found goes into the list, so that there is one truth.
 */

import { signal } from "@preact/signals";
import { HttpError, olderThan, rowOf } from "./http";
import { countOf, lists } from "./lists";
import * as state from "./state";

export type Asked = "asking" | "failed" | "none";

/** Conversations that are asked for, could not be asked for, or do not exist. */
export const asked = signal<ReadonlyMap<string, Asked>>(new Map());
/** Lists whose next page is asked for, or could not be asked for. */
export const more = signal<ReadonlyMap<state.Tab, "asking" | "failed">>(new Map());

const noted = <K, V>(map: ReadonlyMap<K, V>, key: K, value?: V): ReadonlyMap<K, V> => {
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
};

/** Asks for the row of a conversation that is opened and not listed. */
export async function askRow(conversation: string): Promise<void> {
  if (asked.value.get(conversation) === "asking") return;
  asked.value = noted(asked.value, conversation, "asking");
  try {
    state.list([await rowOf(conversation)]);
    asked.value = noted(asked.value, conversation);
  } catch (error) {
    const gone = error instanceof HttpError && error.status === 404;
    asked.value = noted(asked.value, conversation, gone ? "none" : "failed");
  }
}

/** Asks for the next page of a list that has more than is shown. */
export async function askOlder(tab: state.Tab): Promise<void> {
  if (tab !== "bot" && tab !== "closed") return;
  const shown = lists[tab].value;
  if (shown.length >= countOf(tab) || more.value.get(tab) === "asking") return;
  more.value = noted(more.value, tab, "asking");
  try {
    const found = await olderThan(tab, shown.at(-1)?.conversation ?? null);
    state.list(found);
    // Counted in the meantime, gone by now: there is no more to ask for.
    if (!found.length) state.totals.value = { ...state.totals.value, [tab]: shown.length };
    more.value = noted(more.value, tab);
  } catch {
    more.value = noted(more.value, tab, "failed");
  }
}
