/**
 * One-letter keys, on while nobody types and no window is open.
 *
 * Invariants: a key with Ctrl, Alt or Meta is never ours but Ctrl+K, the search; Escape leaves what is open, innermost first.
 */

import { signal } from "@preact/signals";
import { toActions } from "./action_card";
import { act, type Letter } from "./conversation";
import { writeAs } from "./composer";
import { toFind } from "./find";
import { wanted } from "./list";
import { colleagues, lists } from "./lists";
import { accept, refuse, returnToDuty } from "./offers";
import { repliesOpen } from "./replies";
import * as state from "./state";
import { drawer } from "./subscriber";
import { labelNewest } from "./turn_label";

export const helpOpen = signal(false);

const typingIn = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");

/** Moves the focus along the list, from the focused row or the open one; rows that are not drawn are reached too. */
function move(step: 1 | -1): void {
  const found = [...document.querySelectorAll<HTMLElement>(".found [data-row]")];
  const listed = [...lists[state.tab.value].value, ...(state.tab.value === "mine" ? colleagues.value : [])];
  const ids = found.length ? found.map((row) => row.dataset["row"]!) : listed.map((row) => row.conversation);
  const focused = ids.indexOf((document.activeElement as HTMLElement | null)?.dataset["row"] ?? "");
  const from = focused >= 0 ? focused : ids.indexOf(state.selected.value ?? "");
  const next = from < 0 ? (step === 1 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, from + step));
  if (found.length) found[next]!.focus();
  else wanted.value = ids[next] ?? null;
}

/** Shows a list by its number, and goes to its first row. */
function toList(at: number): void {
  state.tab.value = state.TABS[at]!;
  wanted.value = lists[state.tab.value].value[0]?.conversation ?? null;
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

const LETTERS: readonly string[] = ["t", "e", "r", "p", "n"];

/** To the saved replies, in one's own chat. */
function toReplies(): void {
  const row = state.current.value;
  if (!row || !state.isMine(row)) return;
  writeAs("reply");
  repliesOpen.value = true;
}

const PLAIN: Readonly<Record<string, () => void>> = {
  j: () => move(1),
  k: () => move(-1),
  a: () => accept(),
  d: () => refuse(),
  b: returnToDuty,
  c: toActions,
  l: labelNewest,
  "/": toReplies,
  "?": () => (helpOpen.value = true),
  "]": () => (drawer.value = !drawer.value),
};

function onKey(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key === "k" && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    return toFind();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return escape(event.target);
  if (typingIn(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "enter") return enter(event);
  const inList = (event.target as HTMLElement).dataset["row"] !== undefined;
  if (Object.hasOwn(PLAIN, key)) PLAIN[key]!();
  else if (inList && (key === "arrowdown" || key === "arrowup")) move(key === "arrowdown" ? 1 : -1);
  else if (/^[1-4]$/.test(key)) toList(Number(key) - 1);
  else if (LETTERS.includes(key)) act(key.toUpperCase() as Letter);
  else return;
  event.preventDefault();
}

/** Listens until the returned function is called. */
export function listenToKeys(): () => void {
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
