/**
 * Sound and notifications: a chat is offered, an offer ran out, a customer writes in an own chat that is not before one's eyes.
 *
 * Invariants: of all tabs of an agent exactly one makes a sound, once for each occasion; a notification says no word of a
 * customer, because it may lie on a locked screen; nobody is asked for permission before they press the bell.
 */

import { effect, signal, untracked } from "@preact/signals";
import { readJson } from "../wire/storage.js";
import { lasting, recall, remember } from "./device";
import { lastTheirs } from "./log";
import { offerKey, offers, own, serverNow } from "./lists";
import * as state from "./state";
import { t, type TextKey } from "./texts";

/** Off only when somebody has turned it off. */
export const on = signal(recall("alerts") !== "off");

export async function toggle(): Promise<void> {
  on.value = !on.value;
  remember("alerts", on.value ? "on" : "off");
  if (!on.value) return;
  chime([660, 880]);
  if (typeof Notification !== "undefined" && Notification.permission === "default") await Notification.requestPermission();
}

const REMEMBERED = 40;
const NEWS_MS = 60_000;
const READ_FIRST_MS = 400;
const CLAIMED = "rang";

/** Does it in one tab only, once for each key. */
export async function once(key: string, act: () => void): Promise<void> {
  const claim = (): void => {
    const rang = readJson<string[]>(lasting, CLAIMED) ?? [];
    if (rang.includes(key)) return;
    remember(CLAIMED, JSON.stringify([...rang.slice(-REMEMBERED), key]));
    act();
  };
  // Without a secure context there are no locks; then two tabs may now and then both ring.
  if (navigator.locks) await navigator.locks.request("desk:rang", claim);
  else claim();
}

let audio: AudioContext | null = null;

/** A few soft notes, one after the other. */
function chime(notes: readonly number[]): void {
  audio ??= new AudioContext();
  void audio.resume();
  notes.forEach((hertz, i) => {
    const start = audio!.currentTime + i * 0.14;
    const tone = new OscillatorNode(audio!, { frequency: hertz });
    const loud = new GainNode(audio!, { gain: 0 });
    loud.gain.linearRampToValueAtTime(0.12, start + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.001, start + 0.3);
    tone.connect(loud).connect(audio!.destination);
    tone.start(start);
    tone.stop(start + 0.32);
  });
}

const seen = (): boolean => !document.hidden && document.hasFocus();

function notify(words: TextKey, conversation: string): void {
  if (seen() || typeof Notification === "undefined" || Notification.permission !== "granted") return;
  const note = new Notification(t(words), { tag: conversation });
  note.onclick = () => {
    focus();
    location.hash = `#/c/${conversation}`;
    note.close();
  };
}

/** The tab before one's eyes comes first; only without one does another tab ring, and notify. */
function ring(key: string, notes: readonly number[], words: TextKey, conversation: string): void {
  if (!on.peek()) return;
  const act = (): void => {
    chime(notes);
    notify(words, conversation);
  };
  setTimeout(() => void once(key, act), seen() ? 0 : READ_FIRST_MS);
}

/** A new message: the tab in which it is read claims it in silence. */
function heard(conversation: string, seq: number): void {
  const entry = state.logOf(conversation).entries.find((one) => one.seq === seq);
  if (!entry || Date.parse(entry.at) < serverNow() - NEWS_MS) return;
  const key = `message ${conversation} ${seq}`;
  if (state.selected.value === conversation && seen()) void once(key, () => {});
  else ring(key, [520], "say_message", conversation);
}

/** Follows what happens, until the returned function is called. What was said long ago is no news. */
export function listen(): () => void {
  const offered = effect(() => {
    for (const row of offers.value) ring(`offer ${offerKey(row)}`, [660, 880, 660], "say_offer", row.conversation);
  });
  const told = new Map<string, number>();
  const written = effect(() => {
    for (const { conversation } of own.value) {
      const last = lastTheirs(state.logOf(conversation));
      if (last <= (told.get(conversation) ?? 0)) continue;
      told.set(conversation, last);
      untracked(() => heard(conversation, last));
    }
  });
  return () => {
    offered();
    written();
  };
}
