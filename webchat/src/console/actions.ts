/**
 * Actions for a customer as the gateway offers them: what one would do, doing it, deciding about proposals.
 *
 * Invariants: amounts are whole cents from the first digit on; a refusal keeps the server's words, which say what to do;
 * what was asked for one conversation is never shown at another.
 */

import { signal } from "@preact/signals";
import { call, HttpError } from "./http";
import type { Words } from "./overview";
import { locale, t } from "./texts";

export type Kind =
  "credit" | "refund" | "pause" | "plan" | "hold" | "promise" | "pay_link" | "unlock" | "address" | "email";
export type Wish = { readonly kind: Kind } & Readonly<Record<string, unknown>>;
export type Way = "at_once" | "second_person" | "subscriber";

export interface Line {
  readonly label: Words;
  readonly value: Words;
}

export interface Consequence {
  readonly title: Words;
  readonly lines: readonly Line[];
  readonly way: Way;
  readonly digest: string;
}

export interface Action {
  readonly id: string;
  readonly conversation: string;
  readonly kind: Kind;
  readonly state: string;
  readonly agent_name: string;
  readonly mine: boolean;
  readonly may_decide: boolean;
  readonly title: Words;
  readonly lines: readonly Line[];
  readonly digest: string;
  readonly asked_at: string;
  readonly expires_at: string;
  readonly decided_by: string;
  readonly comment: string;
  readonly told: Words | null;
  readonly refusal: Words | null;
}

export interface OfferedPlan {
  readonly code: string;
  readonly product: string;
  readonly name: Words;
  readonly price: Words;
}

const of = (conversation: string): string => `/api/agent/conversations/${encodeURIComponent(conversation)}/actions`;
const one = (action: string): string => `/api/agent/approvals/${encodeURIComponent(action)}`;

export const foresee = (conversation: string, epoch: number, wish: Wish): Promise<Consequence> =>
  call("POST", `${of(conversation)}/foresee`, { epoch, wish });
export const start = (conversation: string, body: { epoch: number; wish: Wish; cid: string; seen: string }) =>
  call<Action>("POST", of(conversation), body);
export const decide = (action: Action, approve: boolean, comment: string): Promise<Action> =>
  call("POST", `${one(action.id)}/decision`, { approve, seen: action.digest, comment });
export const withdraw = (action: Action): Promise<Action> => call("POST", `${one(action.id)}/withdrawal`, {});
export const offeredPlans = (): Promise<readonly OfferedPlan[]> => call("GET", "/api/agent/plans");

/** What failed, in words with what to do. */
export function troubleOf(error: unknown): string {
  if (!(error instanceof HttpError)) return t("x_failed");
  if (error.words) return error.words[locale.value];
  if (error.status === 429) return t("x_busy");
  return t(error.status === 409 ? "x_stale" : "x_failed");
}

/** Cents of a typed amount, `12,50` or `12.50`; null when it is none. */
export function cents(typed: string): number | null {
  const found = /^(\d{1,5})(?:[.,](\d{1,2}))?$/.exec(typed.trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
}

// --- lists that are kept while they are of use

export type List = { readonly state: "loading" | "ready" | "failed"; readonly all: readonly Action[] };
const NONE: List = { state: "loading", all: [] };

export const recent = signal<ReadonlyMap<string, List>>(new Map());
export const approvals = signal<List>(NONE);

export const recentOf = (conversation: string): List => recent.value.get(conversation) ?? NONE;

async function loaded(path: string, before: List): Promise<List> {
  try {
    return { state: "ready", all: await call<readonly Action[]>("GET", path) };
  } catch {
    return { state: "failed", all: before.all };
  }
}

export async function loadRecent(conversation: string): Promise<void> {
  const list = await loaded(of(conversation), recentOf(conversation));
  recent.value = new Map(recent.value).set(conversation, list);
}

export async function loadApprovals(): Promise<void> {
  approvals.value = await loaded("/api/agent/approvals", approvals.value);
}

export function forgetActions(): void {
  recent.value = new Map();
  approvals.value = NONE;
}
