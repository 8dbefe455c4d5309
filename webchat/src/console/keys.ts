/**
 * One-letter keys, on while nobody types and no window is open.
 *
 * Invariants: a key with Ctrl, Alt or Meta is never ours; Escape leaves what is open, innermost first.
 */

import { signal } from "@preact/signals";
import { act, type Letter } from "./conversation";
import { writeAs } from "./composer";
import * as state from "./state";
import { drawer } from "./subscriber";

export const helpOpen = signal(false);

const typingIn = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");

/** Moves the focus along the rows, from the focused or the open one. */
function move(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const focused = rows.indexOf(document.activeElement as HTMLElement);
  const open = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const from = focused >= 0 ? focused : open;
  const next = from < 0 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, from + step));
  rows[next]?.focus();
  rows[next]?.scrollIntoView({ block: "nearest" });
}

function escape(target: EventTarget | null): void {
  if (typingIn(target)) (target as HTMLElement).blur();
  else if (drawer.value) drawer.value = false;
}

/** Enter on a row is the row's own; elsewhere it goes to the text field of one's own chat. */
function enter(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (target.closest("a, button, summary, [role=log]")) return;
  if (state.current.value) {
    event.preventDefault();
    writeAs("reply");
  }
}

const LETTERS: readonly string[] = ["t", "e", "r", "n"];

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return escape(event.target);
  if (typingIn(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "enter") return enter(event);
  if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (LETTERS.includes(key)) act(key.toUpperCase() as Letter);
  else if (key === "?") helpOpen.value = true;
  else if (key === "]") drawer.value = !drawer.value;
  else return;
  event.preventDefault();
}

/** Listens until the returned function is called. */
export function listenToKeys(): () => void {
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
