/**
 * The window in which an agent says what came of a case before closing it or handing it back.
 *
 * Invariants: nothing happens before the agent confirms; the text survives closing the window.
 */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { QueueRow } from "../wire/frames.js";
import { release } from "./link";
import * as state from "./state";
import { t } from "./texts";

export type Goal = "closed" | "bot" | "queue";

const WORDS = { closed: "close", bot: "bot", queue: "queue" } as const;
const QUICK = ["o_solved", "o_info", "o_later", "o_open"] as const;
const LONGEST = 500;

export const goal = signal<Goal | null>(null);
const text = signal("");

/** As in the composer: Enter in the text confirms, Shift+Enter makes a new line; Ctrl+Enter confirms from anywhere. */
const confirms = (event: KeyboardEvent): boolean =>
  event.key === "Enter" &&
  !event.isComposing &&
  (event.ctrlKey || event.metaKey || (event.target instanceof HTMLTextAreaElement && !event.shiftKey));

export function OutcomeDialog({ row }: { readonly row: QueueRow }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const to = goal.value;
  useEffect(() => {
    if (to) dialog.current?.showModal();
  }, [to]);
  useEffect(() => {
    text.value = "";
    goal.value = null;
  }, [row.conversation]);
  if (!to) return null;

  const close = (): void => dialog.current?.close();
  const submit = (event: Event): void => {
    event.preventDefault();
    if (release(row.conversation, to, text.value.trim())) {
      text.value = "";
      close();
    }
  };
  const offline = state.standing.value !== "live";
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="outcome-title" onClose={() => (goal.value = null)}>
      <form
        onSubmit={submit}
        onKeyDown={(event) => confirms(event) && submit(event)}
      >
        <h2 id="outcome-title">{t(`o_${WORDS[to]}`)}</h2>
        <label class="field">
          <span>{t("o_label")}</span>
          <textarea
            rows={3}
            maxLength={LONGEST}
            value={text.value}
            autofocus
            aria-describedby="outcome-hint"
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
        </label>
        <p class="hint" id="outcome-hint">
          {t(`o_hint_${WORDS[to]}`)}
        </p>
        <div class="quick">
          {QUICK.map((key) => (
            <button
              key={key}
              type="button"
              class="chip"
              onClick={() => (text.value = text.value ? `${t(key)}. ${text.value}` : t(key))}
            >
              {t(key)}
            </button>
          ))}
        </div>
        {offline && <p class="alert warn">{t("lost")}</p>}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" class="button primary" aria-disabled={offline}>
            {t(to === "closed" ? "close_case" : to === "bot" ? "to_bot" : "to_queue")}
          </button>
        </div>
      </form>
    </dialog>
  );
}
