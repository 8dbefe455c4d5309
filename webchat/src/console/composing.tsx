/**
 * What stands around the text field beside the words: saved replies, files, mentions in notes, and what did not work.
 *
 * Invariants: a file is checked before it is shown as attached; a text with a gap cannot be sent; what fails keeps the draft.
 */

import { signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { QueueRow } from "../wire/frames.js";
import { IconButton } from "./bits";
import { destinations, HttpError } from "./http";
import { Icon } from "./icons";
import { Fitting, repliesOpen } from "./replies";
import * as state from "./state";
import { t, type TextKey } from "./texts";
import { addFile, attached, dropFile, gapIn, loadFiles, sendFiles, statusOf, workNotice } from "./work";

const TAKEN = "application/pdf,image/png,image/jpeg";
const REFUSED: Readonly<Record<number, TextKey>> = {
  409: "file_many",
  413: "file_too_big",
  415: "file_type",
  422: "file_refused",
};

const filesOf = (row: QueueRow) => attached.value.get(row.conversation) ?? [];

/** Why the draft cannot go out, in words; empty when it can. */
export const held = (note: boolean, text: string): string => (!note && gapIn(text) ? t("gap_left") : "");

/** `/` in an empty reply opens the saved replies. */
export function opensReplies(event: KeyboardEvent, note: boolean, text: string): boolean {
  if (event.key !== "/" || note || text || event.isComposing) return false;
  repliesOpen.value = true;
  return true;
}

/** The draft goes out with its files; false: there are none, so it goes the usual way. */
export function sentWithFiles(row: QueueRow, note: boolean, text: string): boolean {
  if (note || !filesOf(row).length) return false;
  workNotice.value = "";
  sendFiles(row, text.trim()).catch(() => (workNotice.value = t("files_failed")));
  return true;
}

/** Above the text field: what fits, and files that will go along. */
export function Beside({ row, note }: { readonly row: QueueRow; readonly note: boolean }) {
  const id = row.conversation;
  useEffect(() => void loadFiles(id).catch(() => undefined), [id]);
  return (
    <>
      {!note && <Fitting row={row} />}
      {!note && filesOf(row).length > 0 && (
        <ul class="files">
          {filesOf(row).map((file) => (
            <li key={file.id} class="tag">
              <Icon name="clip" />
              {file.name}
              <button
                type="button"
                class="tag-button"
                aria-label={t("file_remove", { name: file.name })}
                onClick={() => void dropFile(id, file.id).catch(() => (workNotice.value = t("work_failed")))}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <p class="hint work-notice" role="status">
        {workNotice.value}
      </p>
    </>
  );
}

/** Left in the foot: open the saved replies, attach a file. */
export function Tools({ row, note }: { readonly row: QueueRow; readonly note: boolean }) {
  const picker = useRef<HTMLInputElement>(null);
  if (note) return null;
  const add = async (files: FileList | null): Promise<void> => {
    for (const file of files ?? []) {
      workNotice.value = t("file_adding", { name: file.name });
      try {
        await addFile(row.conversation, file);
        workNotice.value = "";
      } catch (error) {
        const key = error instanceof HttpError ? REFUSED[statusOf(error)] : undefined;
        workNotice.value = t(key ?? "file_failed", { name: file.name });
      }
    }
    picker.current!.value = "";
  };
  return (
    <span class="tools">
      <IconButton icon="text" label={`${t("replies")} (/)`} onClick={() => (repliesOpen.value = true)} />
      <IconButton icon="clip" label={t("attach")} onClick={() => picker.current?.click()} />
      <input
        ref={picker}
        type="file"
        hidden
        multiple
        accept={TAKEN}
        onChange={(event) => void add(event.currentTarget.files)}
      />
    </span>
  );
}

interface Person {
  readonly id: string;
  readonly name: string;
}
const people = signal<readonly Person[] | null>(null);
const NAMING = /(?:^|[\s(])@([\w.-]*)$/;

/** Colleagues to choose from while `@…` is being typed in a note. */
export function Mentions({ row, field }: { readonly row: QueueRow; readonly field: RefObject<HTMLTextAreaElement | null> }) {
  const text = state.draftOf(row.conversation).note;
  const here = useSignal(0);
  const writing = document.activeElement === field.current;
  const begun = writing ? NAMING.exec(text.slice(0, field.current?.selectionStart ?? text.length))?.[1] : undefined;
  useEffect(() => {
    if (begun === undefined || people.value) return;
    destinations().then(
      ({ agents }) => (people.value = agents),
      () => undefined,
    );
  }, [begun === undefined]);
  const known = begun === undefined ? [] : (people.value ?? []);
  const found = known.filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(begun!.toLowerCase())).slice(0, 6);
  const whole = found.some(({ id }) => id === begun);
  const shown = whole ? [] : found;
  const pick = ({ id }: Person): void => {
    const box = field.current!;
    const end = box.selectionStart;
    const start = end - begun!.length;
    // At once, so that whoever types on does not overtake the caret.
    box.setRangeText(`${id} `, start, end, "end");
    box.focus();
    state.setDraft(row.conversation, "note", box.value);
  };
  useEffect(() => {
    const box = field.current;
    if (!box || !shown.length) return;
    const onKey = (event: KeyboardEvent): void => {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step) here.value = (here.value + step + shown.length) % shown.length;
      else if (event.key === "Enter" || event.key === "Tab") pick(shown[here.value % shown.length]!);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    box.addEventListener("keydown", onKey, true);
    return () => box.removeEventListener("keydown", onKey, true);
  });
  if (!shown.length) return null;
  return (
    <ul class="mentions" role="listbox" aria-label={t("mention_list")}>
      {shown.map((one, i) => (
        <li key={one.id} role="option" aria-selected={i === here.value % shown.length} onClick={() => pick(one)}>
          <b>@{one.id}</b> {one.name}
        </li>
      ))}
    </ul>
  );
}
