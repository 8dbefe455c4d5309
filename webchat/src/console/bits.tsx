/** Small parts used all over the console: tag, level of identity, icon button, skeleton. */

import type { ComponentChildren } from "preact";
import type { QueueRow } from "../wire/frames.js";
import { loaded } from "./customer";
import { Icon, type IconName } from "./icons";
import { levelOf } from "./lists";
import { t, wording } from "./texts";

/** Their name by the host site or by the customer's data, else their number, else letters of the conversation. */
export const nameOf = (row: QueueRow): string =>
  row.name ||
  loaded.value.get(row.conversation)?.old?.header.name ||
  row.subscriber_id ||
  t("visitor", { n: row.conversation.slice(-4) });

export type Tone = "plain" | "bad" | "warn" | "ok" | "info" | "bot" | "draft";

export function Tag({ tone = "plain", children }: { readonly tone?: Tone; readonly children: ComponentChildren }) {
  return <span class={`tag ${tone}`}>{children}</span>;
}

const LEVEL_TONES: readonly Tone[] = ["warn", "plain", "ok"];

export function LevelTag({ row }: { readonly row: QueueRow }) {
  const level = levelOf(row);
  const words = wording(`level_short_${level}`);
  return words ? <Tag tone={LEVEL_TONES[level] ?? "plain"}>{words}</Tag> : null;
}

/** A reason of the server in words; unknown codes stay silent in lists. */
export const reasonWords = (reason: string): string | null => (reason ? wording(`r_${reason}`) : null);

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly class?: string;
  readonly pressed?: boolean;
}

export function IconButton({ icon, label, onClick, class: extra = "", pressed }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`icon-button ${extra}`}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

/** Lines that stand where text will be. */
export function Skeleton({ lines }: { readonly lines: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: lines }, (_, i) => (
        <i key={i} class={i % 3 === 2 ? "short" : ""} />
      ))}
    </div>
  );
}
