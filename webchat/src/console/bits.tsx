/** Small parts used all over the console: names, level of identity, reasons; and those that have no words. */

import type { QueueRow } from "../wire/frames.js";
import { loaded } from "./customer";
import { levelOf } from "./lists";
import { Tag, type Tone } from "./parts";
import { t, wording } from "./texts";

export * from "./parts";

/** Their name by the host site or by the customer's data, else their number, else letters of the conversation. */
export const nameOf = (row: QueueRow): string =>
  row.name ||
  loaded.value.get(row.conversation)?.old?.header.name ||
  row.subscriber_id ||
  t("visitor", { n: row.conversation.slice(-4) });

const LEVEL_TONES: readonly Tone[] = ["warn", "plain", "ok"];

export function LevelTag({ row }: { readonly row: QueueRow }) {
  const level = levelOf(row);
  const words = wording(`level_short_${level}`);
  return words ? <Tag tone={LEVEL_TONES[level] ?? "plain"}>{words}</Tag> : null;
}

/** A reason of the server in words; unknown codes stay silent in lists. */
export const reasonWords = (reason: string): string | null => (reason ? wording(`r_${reason}`) : null);
