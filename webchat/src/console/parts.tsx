/** Small parts without words of their own, for the console and the supervisor's pages: tag, icon button, skeleton. */

import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icons";

export type Tone = "plain" | "bad" | "warn" | "ok" | "info" | "bot" | "draft";

export function Tag({ tone = "plain", children }: { readonly tone?: Tone; readonly children: ComponentChildren }) {
  return <span class={`tag ${tone}`}>{children}</span>;
}

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
