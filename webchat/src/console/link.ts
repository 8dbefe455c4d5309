/**
 * The console's socket: says hello with cursors, asks for gaps, sends the outbox, and what agents do.
 *
 * Invariants: open are the selected conversation and all of one's own; "live" is said only after every
 * open log has reached the inbox; a send keeps its `cid` over reconnects, so it is stored once.
 */

import { effect, untracked } from "@preact/signals";
import type { AgentFrame, AgentSend, QueueRow, ToAgent, Transfer } from "../wire/frames.js";
import { ReconnectingSocket, socketUrl } from "../wire/socket.js";
import { HttpError, me as askWhoIAm } from "./http";
import { declined, offerKey, own } from "./lists";
import { lastTheirs } from "./log";
import * as state from "./state";

const BLINK_MS = 2000;
const RESYNC_AT_MOST_MS = 5000;
const AGAIN_MS = 3000;
const TYPING_PAUSE_MS = 3000;
const TYPING_AFTER_MS = 300;
const TOLD_AGAIN_MS = 30_000;

let socket: ReconnectingSocket<ToAgent, AgentFrame> | null = null;
let watched = new Set<string>();
let lostTimer = 0;
let resyncTimer = 0;
let againTimer = 0;
let touchedAt = Date.now();
let toldAt = 0;
/** Whether this connection has told what is new in the list. */
let listKnown = false;

const newCid = (): string => crypto.randomUUID();
const lastOf = (conversation: string): number => state.logOf(conversation).last;

const wanted = (): Set<string> => {
  const open = own.value.map((row) => row.conversation);
  return new Set(state.selected.value ? [...open, state.selected.value] : open);
};

const hello = (): AgentFrame => {
  listKnown = false;
  watched = untracked(wanted);
  const cursors = Object.fromEntries([...watched].map((id) => [id, lastOf(id)]));
  const idle = Math.round((Date.now() - touchedAt) / 1000);
  return { type: "hello", cursors, log: state.logName.value, inbox: state.inboxCursor.value, idle };
};

const watch = (conversation: string): void => {
  if (socket?.send({ type: "watch", conversation, since: lastOf(conversation) })) watched.add(conversation);
};

function follow(): void {
  const want = wanted();
  if (socket?.link !== "online") return;
  for (const id of watched) {
    if (!want.has(id) && socket.send({ type: "unwatch", conversation: id })) watched.delete(id);
  }
  for (const id of want) if (!watched.has(id)) watch(id);
}

const caughtUp = (): boolean =>
  listKnown &&
  [...watched].every((conversation) => lastOf(conversation) >= (state.rowOf(conversation)?.last ?? 0));

function settle(): void {
  if (state.standing.value === "resync" && caughtUp()) state.standing.value = "live";
}

function onFrame(frame: ToAgent): void {
  if (frame.type === "refused") return void signedOutOrNot();
  state.accept(frame);
  if (frame.type === "event" && state.logOf(frame.conversation).wants !== null) watch(frame.conversation);
  if (frame.type === "nack" && frame.retry) {
    watched.delete(frame.cid);
    tryAgainSoon();
  }
  if (frame.type === "inbox") {
    listKnown ||= frame.cursor !== null;
    follow();
  }
  settle();
}

/** Sends what may be lost: looks, and whatever is said again anyway. */
export const tell = (frame: AgentFrame): boolean => socket?.send(frame) ?? false;

function onLink(link: "connecting" | "online" | "offline"): void {
  clearTimeout(lostTimer);
  clearTimeout(resyncTimer);
  if (link === "online") {
    state.standing.value = state.standing.value === "lost" ? "resync" : "live";
    resyncTimer = window.setTimeout(() => (state.standing.value = "live"), RESYNC_AT_MOST_MS);
    flush();
    follow();
    if (state.arriving.value) setAvailable(true);
    state.arriving.value = false;
    return;
  }
  for (const conversation of state.busy.value.keys()) state.setBusy(conversation);
  if (link === "offline" && state.standing.value !== "lost") {
    lostTimer = window.setTimeout(() => {
      state.standing.value = "lost";
      void signedOutOrNot();
    }, BLINK_MS);
  }
}

/** A closed door may mean that the session has ended: then the login comes back, with all drafts. */
async function signedOutOrNot(): Promise<void> {
  try {
    await askWhoIAm();
  } catch (error) {
    if (error instanceof HttpError && error.status === 401) {
      disconnect();
      state.expired.value = true;
      state.me.value = null;
    }
  }
}

function flush(): void {
  for (const frame of state.waiting()) socket?.send(frame);
}

/** What was refused for the moment: sends under their own `cid`, a log under its conversation. */
function tryAgainSoon(): void {
  clearTimeout(againTimer);
  againTimer = window.setTimeout(() => {
    flush();
    follow();
  }, AGAIN_MS);
}

/** Somebody is at the console; told twice a minute at most. */
const touched = (): void => {
  touchedAt = Date.now();
  if (touchedAt - toldAt > TOLD_AGAIN_MS && socket?.send({ type: "active" })) toldAt = touchedAt;
};
const SIGNS = ["pointermove", "pointerdown", "keydown", "wheel"] as const;

let stopFollowing = (): void => {};

export function connect(): void {
  if (socket) return;
  socket = new ReconnectingSocket<ToAgent, AgentFrame>({ url: socketUrl("/ws/agent"), hello, onFrame, onLink });
  socket.start();
  touched();
  for (const sign of SIGNS) addEventListener(sign, touched, { passive: true });
  stopFollowing = effect(follow);
}

export function disconnect(): void {
  stopFollowing();
  for (const sign of SIGNS) removeEventListener(sign, touched);
  socket?.stop();
  socket = null;
  watched = new Set();
  for (const timer of [lostTimer, resyncTimer, againTimer]) clearTimeout(timer);
  state.standing.value = "connecting";
}

// --- what an agent does

export function send(conversation: string, mode: state.Mode): void {
  const row = state.rowOf(conversation);
  const text = state.draftOf(conversation)[mode].trim();
  if (!row || !text) return;
  const cid = newCid();
  const seen = lastOf(conversation);
  const frame: AgentSend = { type: "send", cid, conversation, epoch: row.epoch, seen, text, note: mode === "note" };
  state.setDraft(conversation, mode, "");
  state.setNotice(conversation);
  state.enqueue(frame);
  typed(conversation, false);
  socket?.send(frame);
}

type Step =
  | { type: "take" }
  | { type: "release"; to: "bot" | "queue" | "closed"; outcome: string }
  | { type: "transfer"; to: Transfer["to"]; id: string; note: string };

/** One step of ownership; never queued, because it must not happen minutes later. */
function step(conversation: string, what: Step): boolean {
  const row = state.rowOf(conversation);
  if (!row || state.busy.value.has(conversation)) return false;
  const cid = newCid();
  if (!socket?.send({ ...what, cid, conversation, epoch: row.epoch })) return false;
  state.setNotice(conversation);
  state.setBusy(conversation, cid);
  return true;
}

export const take = (conversation: string): boolean => step(conversation, { type: "take" });
export const release = (conversation: string, to: "bot" | "queue" | "closed", outcome: string): boolean =>
  step(conversation, { type: "release", to, outcome });

export const transfer = (conversation: string, to: Transfer["to"], id: string, note: string): boolean =>
  step(conversation, { type: "transfer", to, id, note });

/** Not this one; it goes to the next at once. */
export function decline(row: QueueRow): void {
  const { conversation, epoch } = row;
  if (!socket?.send({ type: "decline", cid: newCid(), conversation, epoch })) return;
  declined.value = new Set([...declined.value, offerKey(row)]);
}

/** Here again after an offer ran out. */
export const comeBack = (): void => void socket?.send({ type: "back" });

type Change = { type: "edit"; seq: number; text: string } | { type: "delete"; seq: number };

/** Own words are put right or taken back; not queued either. */
export function amend(conversation: string, what: Change): boolean {
  const row = state.rowOf(conversation);
  if (!row || state.busy.value.has(conversation)) return false;
  const cid = newCid();
  const frame = { ...what, cid, conversation };
  if (!socket?.send(frame.type === "edit" ? { ...frame, epoch: row.epoch } : frame)) return false;
  state.setNotice(conversation);
  state.setBusy(conversation, cid);
  return true;
}

export function setAvailable(on: boolean): void {
  if (socket?.send({ type: "available", on })) state.duty.value = on ? "available" : "away";
}

/** Tells the other side how far we have read, once per message of theirs. */
export function read(conversation: string): void {
  const seq = lastTheirs(state.logOf(conversation));
  if (seq <= state.readSeq(conversation)) return;
  state.markRead(conversation, seq);
  socket?.send({ type: "read", conversation, seq });
}

let typingIn: string | null = null;
let typingTimer = 0;
let typingStart = 0;

/** Typing is told after 300 ms and taken back after three quiet seconds, on send, or on leaving. */
export function typed(conversation: string, on: boolean): void {
  clearTimeout(typingTimer);
  if (!on) {
    clearTimeout(typingStart);
    typingStart = 0;
    if (typingIn) socket?.send({ type: "typing", conversation: typingIn, on: false });
    typingIn = null;
    return;
  }
  typingTimer = window.setTimeout(() => typed(conversation, false), TYPING_PAUSE_MS);
  if (typingIn === conversation || typingStart) return;
  typingStart = window.setTimeout(() => {
    typingStart = 0;
    typingIn = conversation;
    socket?.send({ type: "typing", conversation, on: true });
  }, TYPING_AFTER_MS);
}
