/**
 * A list of which only what is seen is drawn, however long it is.
 *
 * Invariants: all rows are equally high, the first one drawn is measured; there is at most one heading among them; the row that has the focus stays drawn while it is
 * scrolled away; place and length of the list are told to those who do not see it.
 */

import { signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const FIRST_GUESS_PX = 92;
const BEYOND = 4;
/** How high a heading between rows is, in rows. */
const HEADING = 0.42;

/** The row that is to get the focus, wherever it is in the list. */
export const wanted = signal<string | null>(null);

export interface Entry {
  readonly key: string;
  readonly row: boolean;
}

interface ListProps<E extends Entry> {
  readonly entries: readonly E[];
  readonly draw: (entry: E) => ComponentChildren;
  readonly label: string;
  /** The end is near: the place to ask for more. */
  readonly onEnd?: () => void;
}

export function LongList<E extends Entry>({ entries, draw, label, onEnd }: ListProps<E>) {
  const box = useRef<HTMLDivElement>(null);
  const view = useSignal({ top: 0, height: 900 });
  const high = useSignal(FIRST_GUESS_PX);
  const kept = useSignal<string | null>(null);
  const heading = entries.findIndex(({ row }) => !row);
  const topOf = (at: number): number => (at - (heading >= 0 && at > heading ? 1 - HEADING : 0)) * high.value;

  useLayoutEffect(() => {
    const node = box.current!;
    const measure = (): void => {
      view.value = { top: node.scrollTop, height: node.clientHeight };
      const row = node.querySelector<HTMLElement>("[data-row]");
      if (row?.offsetHeight) high.value = row.offsetHeight;
    };
    measure();
    // In the next frame: what is measured may change what is drawn, which an observer must not do at once.
    const watch = new ResizeObserver(() => requestAnimationFrame(() => node.isConnected && measure()));
    watch.observe(node);
    const first = node.querySelector("[data-row]");
    if (first) watch.observe(first);
    return () => watch.disconnect();
  }, [entries.length > 0]);

  useLayoutEffect(() => {
    const at = entries.findIndex(({ key }) => key === wanted.value);
    if (at < 0) return;
    const node = box.current!;
    const top = topOf(at);
    if (top < node.scrollTop) node.scrollTop = top;
    else if (top + high.value > node.scrollTop + node.clientHeight) node.scrollTop = top + high.value - node.clientHeight;
    kept.value = wanted.value;
    view.value = { top: node.scrollTop, height: node.clientHeight };
  }, [wanted.value]);
  useLayoutEffect(() => {
    const row = wanted.value && box.current!.querySelector<HTMLElement>(`[data-row="${CSS.escape(wanted.value)}"]`);
    if (!row) return;
    wanted.value = null;
    row.focus({ preventScroll: true });
  });

  const { top, height } = view.value;
  const from = Math.max(0, Math.floor(top / high.value) - BEYOND);
  const to = Math.min(entries.length, Math.ceil((top + height) / high.value) + BEYOND);
  const drawn = entries.slice(from, to).map((entry, i) => [from + i, entry] as const);
  const away = entries.findIndex(({ key }) => key === kept.value);
  if (away >= 0 && (away < from || away >= to)) drawn.push([away, entries[away]!]);

  const onScroll = ({ currentTarget: node }: { readonly currentTarget: HTMLElement }): void => {
    view.value = { top: node.scrollTop, height: node.clientHeight };
    if (node.scrollTop + node.clientHeight * 2 > node.scrollHeight) onEnd?.();
  };
  return (
    <div class="list-box" ref={box} onScroll={onScroll}>
      <ul
        class="rows"
        aria-label={label}
        style={{ blockSize: `${topOf(entries.length)}px` }}
        onFocusIn={(event) => (kept.value = rowAt(event.target))}
        onFocusOut={() => (kept.value = null)}
      >
        {drawn.map(([at, entry]) => (
          <li
            key={entry.key}
            class={entry.row ? "" : "divider"}
            aria-posinset={at + 1}
            aria-setsize={entries.length}
            style={{ insetBlockStart: `${topOf(at)}px` }}
          >
            {draw(entry)}
          </li>
        ))}
      </ul>
    </div>
  );
}

const rowAt = (target: EventTarget | null): string | null =>
  (target as HTMLElement).closest<HTMLElement>("[data-row]")?.dataset["row"] ?? null;
