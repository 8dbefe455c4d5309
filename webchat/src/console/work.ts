/**
 * What agents work with, as the gateway keeps it: saved replies, labels, files, labelled turns; and the calls that change it.
 *
 * Invariants: nothing here sends a message by itself but `sendFiles`, which an agent presses; what fails leaves the draft alone.
 */

import { computed, signal } from "@preact/signals";
import type { Locale, QueueRow } from "../wire/frames.js";
import { call, HttpError } from "./http";
import * as state from "./state";
import { locale } from "./texts";

export interface SavedReply {
  readonly id: string;
  readonly name_de: string;
  readonly name_en: string;
  readonly text_de: string;
  readonly text_en: string;
  readonly cues: string;
}
export interface Label {
  readonly id: string;
  readonly name_de: string;
  readonly name_en: string;
  readonly colour: string;
  /** Conversations keep it, none gets it. */
  readonly archived: boolean;
}
export interface Attached {
  readonly id: string;
  readonly name: string;
  readonly size: number;
}

const GAP = /\u27e6[^\u27e6\u27e7]*\u27e7/;

export const replies = signal<readonly SavedReply[]>([]);
export const labels = signal<readonly Label[]>([]);
export const labelsInUse = computed(() => labels.value.filter(({ archived }) => !archived));
/** What the customer's message at a place of a log meant, as an agent said, by conversation. */
export const meant = signal<ReadonlyMap<string, ReadonlyMap<number, string>>>(new Map());
export const attached = signal<ReadonlyMap<string, readonly Attached[]>>(new Map());
/** What did not work, or is under way, in the open conversation. */
export const workNotice = signal("");

export const at = (conversation: string): string => `/api/agent/conversations/${encodeURIComponent(conversation)}`;
export const named = (one: { readonly name_de: string; readonly name_en: string }, of: Locale = locale.value): string =>
  of === "de" ? one.name_de : one.name_en;
export const textOf = (one: SavedReply, of: Locale): string => (of === "de" ? one.text_de : one.text_en);

const put = <V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> => new Map(map).set(key, value);

/** Once after signing in, and when a list is opened. */
export async function loadWork(): Promise<void> {
  const [found, known] = await Promise.all([
    call<SavedReply[]>("GET", "/api/agent/replies"),
    call<Label[]>("GET", "/api/agent/labels"),
  ]);
  replies.value = found;
  labels.value = known;
}

export const forgetWork = (): void => {
  attached.value = new Map();
  meant.value = new Map();
  workNotice.value = "";
};

export const suggestionsOf = (conversation: string): Promise<{ replies: string[] }> =>
  call("GET", `${at(conversation)}/suggestions`);

/** Puts a saved reply with its values behind what is typed; the first gap is selected. */
export async function insertReply(conversation: string, id: string, of: Locale): Promise<void> {
  const { text } = await call<{ text: string }>("GET", `${at(conversation)}/replies/${id}?locale=${of}`);
  const before = state.draftOf(conversation).reply;
  state.setDraft(conversation, "reply", before.trim() ? `${before.trimEnd()}\n${text}` : text);
}

export const gapIn = (text: string): boolean => GAP.test(text);

/** Puts the caret where something is to be filled in, else to the end. */
export function toGap(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  const gap = GAP.exec(field.value);
  field.focus();
  field.setSelectionRange(gap ? gap.index : field.value.length, gap ? gap.index + gap[0].length : field.value.length);
}

// --- labels, language, mentions

export const putLabel = (conversation: string, label: string, on: boolean): Promise<void> =>
  call(on ? "PUT" : "DELETE", `${at(conversation)}/labels/${label}`);
export const setCustomerLocale = (conversation: string, to: Locale): Promise<void> =>
  call("PUT", `${at(conversation)}/locale`, { locale: to });
export const readMentions = (conversation: string): Promise<void> => call("POST", `${at(conversation)}/mentions/read`);

// --- labelled turns

export async function loadMeant(conversation: string): Promise<void> {
  const found = await call<{ seq: number; right_intent: string }[]>("GET", `${at(conversation)}/turn-labels`);
  meant.value = put(meant.value, conversation, new Map(found.map((one) => [one.seq, one.right_intent])));
}

/** Null takes the label back. */
export async function labelTurn(conversation: string, seq: number, intent: string | null): Promise<void> {
  await call(intent === null ? "DELETE" : "PUT", `${at(conversation)}/turn-labels/${seq}`, intent === null ? undefined : { intent });
  await loadMeant(conversation);
}

// --- files

export async function loadFiles(conversation: string): Promise<void> {
  attached.value = put(attached.value, conversation, await call<Attached[]>("GET", `${at(conversation)}/files`));
}

export async function addFile(conversation: string, file: File): Promise<void> {
  await call("POST", `${at(conversation)}/files?${new URLSearchParams({ name: file.name })}`, file);
  await loadFiles(conversation);
}

export async function dropFile(conversation: string, id: string): Promise<void> {
  await call("DELETE", `/api/agent/files/${id}`);
  await loadFiles(conversation);
}

const keys = new Map<string, string>();

/** The draft with its files; pressed again after a failure it is the same message. */
export async function sendFiles(row: QueueRow, text: string): Promise<void> {
  const files = (attached.value.get(row.conversation) ?? []).map(({ id }) => id);
  const same = JSON.stringify([row.conversation, row.epoch, text, files]);
  const cid = keys.get(same) ?? crypto.randomUUID();
  keys.set(same, cid);
  const seen = state.logOf(row.conversation).last;
  await call("POST", `${at(row.conversation)}/files/send`, { cid, epoch: row.epoch, seen, text, files });
  keys.delete(same);
  if (state.draftOf(row.conversation).reply.trim() === text) state.setDraft(row.conversation, "reply", "");
  await loadFiles(row.conversation);
}

export const statusOf = (error: unknown): number => (error instanceof HttpError ? error.status : 0);
