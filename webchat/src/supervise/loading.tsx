/**
 * Things that are loaded: each with its skeleton, its error with the way out, and the old data meanwhile.
 *
 * Invariants: an answer that comes after a newer question is dropped; what was shown stays while something newer is asked
 * for or cannot be had, with its time.
 */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { Skeleton } from "../console/parts";
import { clock } from "../console/tongue";
import { w } from "./words";

export interface Loaded<T> {
  readonly data: T | null;
  readonly failed: boolean;
  readonly at: string;
  readonly again: () => void;
}

/** Asks at once, when `key` changes, and every `everyMs` if given. */
export function useLoaded<T>(key: string, ask: () => Promise<T>, everyMs?: number): Loaded<T> {
  const data = useSignal<T | null>(null);
  const failed = useSignal(false);
  const at = useSignal("");
  const asked = useRef(0);
  const again = (): void => {
    const mine = ++asked.current;
    ask().then(
      (found) => {
        if (mine !== asked.current) return;
        data.value = found;
        at.value = new Date().toISOString();
        failed.value = false;
      },
      () => {
        if (mine === asked.current) failed.value = true;
      },
    );
  };
  useEffect(() => {
    again();
    if (!everyMs) return undefined;
    const timer = setInterval(() => document.visibilityState === "visible" && again(), everyMs);
    return () => clearInterval(timer);
  }, [key]);
  return { data: data.value, failed: failed.value, at: at.value, again };
}

interface Props<T> {
  readonly of: Loaded<T>;
  readonly lines?: number;
  readonly children: (data: T) => ComponentChildren;
}

/** What is loaded, or what stands in its place. */
export function Shown<T>({ of, lines = 6, children }: Props<T>) {
  return (
    <>
      {of.failed && (
        <p class="alert warn" role="alert">
          {w("failed")} {of.at && w("as_of", { time: clock(of.at) })}{" "}
          <button type="button" class="button small" onClick={of.again}>
            {w("retry")}
          </button>
        </p>
      )}
      {of.data === null ? !of.failed && <Skeleton lines={lines} /> : children(of.data)}
    </>
  );
}

/** Nothing there, and what will be. */
export const Empty = ({ what, next }: { readonly what: string; readonly next: string }) => (
  <div class="empty">
    <p class="strong">{what}</p>
    <p>{next}</p>
  </div>
);
