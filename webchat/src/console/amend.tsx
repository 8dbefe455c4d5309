/**
 * Own words put right or taken back, in the transcript itself.
 *
 * Invariants: only one's own words offer it; a message can be put right only while the chat is one's own, a note always; what was
 * typed stays until the gateway has it.
 */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { QueueRow } from "../wire/frames.js";
import type { Amended } from "../wire/timeline.js";
import { IconButton } from "./bits";
import { amend } from "./link";
import * as state from "./state";
import { t } from "./texts";

interface Words {
  readonly seq: number;
  readonly name: string;
  readonly text: string;
  readonly amended: Amended | undefined;
  readonly note: boolean;
}

const editing = signal<{ readonly seq: number; readonly text: string } | null>(null);

/** The mark of amended words; what was deleted says only that. */
export function Amendment({ amended }: { readonly amended: Amended | undefined }) {
  return amended ? <em class="amended">{t(amended)}</em> : null;
}

/** "Edit" and "Delete" beside one's own words, or the field in which they are put right. */
export function Amend({ row, words }: { readonly row: QueueRow; readonly words: Words }) {
  if (words.name !== state.me.value?.name || words.amended === "deleted" || !words.text) return null;
  const open = editing.value?.seq === words.seq;
  if (open) return <Field row={row} words={words} text={editing.value!.text} />;
  return (
    <p class="amend">
      {(words.note || state.isMine(row)) && (
        <IconButton
          icon="edit"
          label={t("edit")}
          onClick={() => (editing.value = { seq: words.seq, text: words.text })}
        />
      )}
      <IconButton
        icon="bin"
        label={t("delete")}
        onClick={() => amend(row.conversation, { type: "delete", seq: words.seq })}
      />
    </p>
  );
}

function Field({ row, words, text }: { readonly row: QueueRow; readonly words: Words; readonly text: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    return () => {
      editing.value = null;
    };
  }, [words.seq]);
  const save = (): void => {
    const next = text.trim();
    if (!next || next === words.text) editing.value = null;
    else if (amend(row.conversation, { type: "edit", seq: words.seq, text: next })) editing.value = null;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") editing.value = null;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    save();
  };
  return (
    <div class="amend-field">
      <textarea
        ref={field}
        rows={2}
        maxLength={4000}
        value={text}
        aria-label={t("edit_label")}
        onInput={(event) => (editing.value = { seq: words.seq, text: event.currentTarget.value })}
        onKeyDown={onKeyDown}
      />
      <button type="button" class="button small" onClick={() => (editing.value = null)}>
        {t("cancel")}
      </button>
      <button type="button" class="button small primary" onClick={save}>
        {t("save")}
      </button>
    </div>
  );
}
