/**
 * What the transcript shows, in order: days, messages, notes, and one line per change of owner.
 *
 * Invariants: pure; each event of the log gives at most one item; a change of owner that a system message
 * beside it tells already gives none.
 */

import type { Of } from "../wire/frames.js";
import type { Amended, Entry, Timeline } from "../wire/timeline.js";

export type Item =
  | { readonly kind: "day"; readonly key: string; readonly at: string }
  | {
      readonly kind: "message";
      readonly key: string;
      readonly at: string;
      readonly seq: number;
      readonly first: boolean;
      readonly event: Of<"message">;
      readonly amended: Amended | undefined;
    }
  | {
      readonly kind: "note";
      readonly key: string;
      readonly at: string;
      readonly seq: number;
      readonly event: Of<"note">;
      readonly amended: Amended | undefined;
    }
  | { readonly kind: "system"; readonly key: string; readonly at: string; readonly event: Of<"message"> }
  | { readonly kind: "control"; readonly key: string; readonly at: string; readonly event: Of<"control"> };

/** System codes that say the same as a change of owner. */
const TELLS: Readonly<Record<string, readonly string[]>> = {
  queue: ["queued", "nobody_available", "bot_unavailable", "agent_lost", "agent_left"],
  agent: ["agent_joined"],
  bot: ["handed_back", "welcome_back", "welcome"],
  closed: ["case_closed"],
};
const NEAR = 3;

const isCoded = (entry: Entry | undefined, codes: readonly string[]): boolean =>
  entry?.event.kind === "message" && codes.includes(entry.event.code ?? "");

function toldBeside(entries: readonly Entry[], at: number, controller: string): boolean {
  const codes = TELLS[controller] ?? [];
  return entries.slice(Math.max(0, at - NEAR), at + NEAR + 1).some((entry) => isCoded(entry, codes));
}

const sameDay = (a: string, b: string): boolean => new Date(a).toDateString() === new Date(b).toDateString();

function itemOf(entries: readonly Entry[], index: number): Item | null {
  const { seq, at, event, amended } = entries[index]!;
  const key = String(seq);
  switch (event.kind) {
    case "message": {
      if (event.author === "system" || event.code) return { kind: "system", key, at, event };
      const before = entries[index - 1]?.event;
      const same =
        before?.kind === "message" && !before.code && before.author === event.author && before.name === event.name;
      return { kind: "message", key, at, seq, first: !same, event, amended };
    }
    case "note":
      return { kind: "note", key, at, seq, event, amended };
    case "control":
      return toldBeside(entries, index, event.controller) ? null : { kind: "control", key, at, event };
    default:
      return null;
  }
}

export function itemsOf(log: Pick<Timeline, "entries">): readonly Item[] {
  const items: Item[] = [];
  let last = "";
  for (let i = 0; i < log.entries.length; i += 1) {
    const item = itemOf(log.entries, i);
    if (!item) continue;
    if (!last || !sameDay(last, item.at)) items.push({ kind: "day", key: `day-${item.key}`, at: item.at });
    last = item.at;
    items.push(item);
  }
  return items;
}
