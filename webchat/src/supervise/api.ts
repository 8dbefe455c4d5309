/**
 * What the supervisor's pages ask the desk for.
 *
 * Invariants: every call carries the header that a foreign page cannot send; a refusal keeps its code and facts.
 */

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly facts: Readonly<Record<string, unknown>>,
    readonly now: unknown,
  ) {
    super(code);
  }
}

interface Refusal {
  readonly code?: string;
  readonly facts?: Record<string, unknown>;
  readonly now?: unknown;
}

export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path.startsWith("/api/") ? path : `/api/desk${path}`, {
    method,
    credentials: "same-origin",
    headers: { "X-Requested-With": "abolotse", ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!response.ok) {
    const why = (await response.json().catch(() => ({}))) as Refusal;
    throw new Refused(response.status, why.code ?? "failed", why.facts ?? {}, why.now ?? why.facts?.["now"]);
  }
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** A file, saved under its own name. */
export async function download(path: string, name: string): Promise<void> {
  const response = await fetch(`/api/desk${path}`, {
    credentials: "same-origin",
    headers: { "X-Requested-With": "abolotse" },
  });
  if (!response.ok) throw new Refused(response.status, "failed", {}, null);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

export interface Line {
  readonly waiting: number;
  readonly longest: number;
  readonly late: number;
  readonly offered: number;
}

export interface Seat {
  readonly login: string;
  readonly name: string;
  readonly standing: "available" | "away" | "not_responding" | null;
  readonly chats: number;
  readonly unanswered: number;
  readonly offers: number;
  readonly load: number | null;
  readonly capacity: number | null;
}

export interface Spread {
  readonly count: number;
  readonly p50: number | null;
  readonly p90: number | null;
}

export interface Content {
  readonly good: number;
  readonly ok: number;
  readonly bad: number;
  readonly share: number | null;
}

export interface Figures {
  readonly talks: number;
  readonly alone: number;
  readonly cases: number;
  readonly waiting: Spread;
  readonly first_answer: Spread;
  readonly handling: Spread;
  readonly resolution: Spread;
  readonly passed_on: number;
  readonly lost: number;
  readonly bot: Content;
  readonly person: Content;
  readonly alone_share: number | null;
  readonly in_time_share: number | null;
  readonly kept_share: number | null;
}

export interface Board {
  readonly at: string;
  readonly line: Line;
  readonly by_skill: Readonly<Record<string, Line>>;
  readonly by_language: Readonly<Record<string, Line>>;
  readonly seats: readonly Seat[];
  readonly today: Figures;
}

export type Group = Figures & { readonly name: string };

export interface Miss {
  readonly intent: string;
  readonly asked: number;
  readonly missed: number;
}

export interface Report {
  readonly first: string;
  readonly last: string;
  readonly by: string;
  readonly whole: Figures;
  readonly before: Figures;
  readonly groups: readonly Group[];
  /** Of agents by their logins; whoever is gone has none. */
  readonly names: Readonly<Record<string, string>>;
  readonly misses?: readonly Miss[];
}

export interface Versioned<T> {
  readonly key: string;
  readonly version: string;
  readonly value: T;
}

export interface Rules {
  readonly accept: number;
  readonly quiet: number;
  readonly quiet_percent: number;
  readonly drop: number;
  readonly beyond_person: number;
  readonly beyond_team: number;
  readonly beyond_skill: number;
  readonly beyond_language: number;
  readonly kept_skills: readonly string[];
  readonly target: number;
  readonly targets: Readonly<Record<string, number>>;
  readonly team_targets: Readonly<Record<string, number>>;
}

export interface Limits {
  readonly agent_credit: number;
  readonly agent_refund: number;
  readonly supervisor_credit: number;
  readonly supervisor_refund: number;
  readonly approvers: "supervisor" | "anyone";
  readonly open_hours: number;
}

export interface OpenHours {
  readonly first: number;
  readonly last: number;
  readonly opens: string;
  readonly closes: string;
}

export interface Team {
  readonly name: string;
  readonly skills: readonly string[];
  readonly hours: readonly OpenHours[];
  readonly zone: string;
  readonly region: string;
  readonly closed_on: readonly string[];
}

export interface AgentValue {
  readonly name: string;
  readonly role: "agent" | "supervisor";
  readonly skills: readonly string[];
  readonly languages: readonly string[];
  readonly teams: readonly string[];
  readonly capacity: number;
}

export interface Reply {
  readonly id: string;
  readonly version: string;
  readonly archived: boolean;
  readonly name_de: string;
  readonly name_en: string;
  readonly text_de: string;
  readonly text_en: string;
  readonly cues: string;
}

export interface Label {
  readonly id: string;
  readonly version: string;
  readonly archived: boolean;
  readonly name_de: string;
  readonly name_en: string;
  readonly colour: string;
}

export interface Settings {
  readonly rules: Versioned<Rules>;
  readonly limits: Versioned<Limits>;
  readonly teams: readonly Versioned<Team>[];
  readonly agents: readonly Versioned<AgentValue>[];
}

export interface Entry {
  readonly id: number;
  readonly at: string;
  readonly who: string;
  readonly what: string;
  readonly conversation: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface AuditPage {
  readonly entries: readonly Entry[];
  readonly next: number | null;
}
