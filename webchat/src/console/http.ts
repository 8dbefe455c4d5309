/**
 * The desk's HTTP API: signing in and out, and the customer overview.
 *
 * Invariants: the session is a cookie the script cannot read; every call carries the header that a
 * foreign page cannot send.
 */

import type { QueueRow } from "../wire/frames.js";
import type { Overview, Words } from "./overview";

export interface Me {
  readonly agent: string;
  readonly name: string;
  readonly role: "agent" | "supervisor";
}

export interface Destination {
  readonly id: string;
  readonly name: string;
  /** Whether chats reach it now: the person is there, the team is open with somebody at the desk. */
  readonly open: boolean;
}

export interface Destinations {
  readonly agents: readonly Destination[];
  readonly teams: readonly Destination[];
  readonly skills: readonly Destination[];
}

/** A refusal; `words` say what to do about it, where the gateway gave any. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly words: Words | null = null,
  ) {
    super(`HTTP ${status}`);
  }
}

const wordsOf = (answer: Response): Promise<Words | null> =>
  answer.json().then(
    (body: { words?: Words }) => body.words ?? null,
    () => null,
  );

let ahead = 0;

/** Milliseconds the server's clock is ahead of ours, from the last answer's `Date`; ±1 s. */
export const clockOffset = (): number => ahead;

export async function call<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T> {
  const file = body instanceof Blob;
  const response = await fetch(path, {
    method,
    credentials: "same-origin",
    headers: { "X-Requested-With": "abolotse", ...(body === undefined || file ? {} : { "Content-Type": "application/json" }) },
    body: body === undefined ? null : file ? body : JSON.stringify(body),
  });
  const date = Date.parse(response.headers.get("date") ?? "");
  if (!Number.isNaN(date)) ahead = date - Date.now();
  if (!response.ok) throw new HttpError(response.status, await wordsOf(response));
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export const me = (): Promise<Me> => call("GET", "/api/agent/me");
export const login = (name: string, password: string): Promise<Me> =>
  call("POST", "/api/agent/login", { login: name, password });
export const logout = (): Promise<void> => call("POST", "/api/agent/logout");
/** Of a conversation's customer, or of a customer by the path to them. */
export const overview = (of: string): Promise<Overview> => call("GET", `/api/agent/${of}/overview`);

/** The row of one conversation, listed or not. */
export const rowOf = (conversation: string): Promise<QueueRow> =>
  call("GET", `/api/agent/conversations/${encodeURIComponent(conversation)}`);
/** The next chats with the bot, or closed ones, behind `before`. */
export const olderThan = (controller: "bot" | "closed", before: string | null): Promise<QueueRow[]> =>
  call("GET", `/api/agent/conversations?${new URLSearchParams({ controller, ...(before ? { before } : {}) })}`);
/** To whom a chat may be passed on. */
export const destinations = (): Promise<Destinations> => call("GET", "/api/agent/destinations");
