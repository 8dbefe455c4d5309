/**
 * Tells colleagues which conversation one has before one's eyes, and who of them has it too.
 *
 * Invariants: a page that nobody sees looks at nothing; who has not said it again for a while is gone.
 */

import { effect, signal } from "@preact/signals";
import { tell } from "./link";
import * as state from "./state";
import { t } from "./texts";

const WRITING_MS = 4000;

const writing = signal(false);
let pause = 0;

/** Something was typed in the open conversation, or no longer. */
export function wrote(on: boolean): void {
  clearTimeout(pause);
  writing.value = on;
  if (on) pause = window.setTimeout(() => wrote(false), WRITING_MS);
}

/** Tells until the returned function is called; a new connection is told anew. */
export function look(): () => void {
  const shown = signal(!document.hidden);
  const onShown = (): void => void (shown.value = !document.hidden);
  document.addEventListener("visibilitychange", onShown);
  const stop = effect(() => {
    const conversation = shown.value ? state.selected.value : null;
    if (state.standing.value === "live") tell({ type: "look", conversation, writing: writing.value });
  });
  return () => {
    stop();
    document.removeEventListener("visibilitychange", onShown);
  };
}

/** Who else is here, in words; null: nobody. Who writes comes first. */
export function othersWords(conversation: string): string | null {
  const there = [...(state.looks.value.get(conversation)?.values() ?? [])].filter((one) => one.until > state.now.value);
  const writes = there.find((one) => one.writing);
  if (writes) return t("writes", { a: writes.name });
  const [a, b] = there.map((one) => one.name);
  if (!a) return null;
  if (!b) return t("looks_1", { a });
  return there.length === 2 ? t("looks_2", { a, b }) : t("looks_n", { a, n: there.length - 1 });
}
