/**
 * Where an agent writes. Reply and private note look different, are named on the button, and have texts of
 * their own, so that one cannot become the other.
 *
 * Invariants: a reply can be written only by the owner; a locked draft stays readable and can become a note.
 */

import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { QueueRow } from "../wire/frames.js";
import { nameOf } from "./bits";
import { Beside, held, Mentions, opensReplies, sentWithFiles, Tools } from "./composing";
import { Icon } from "./icons";
import { send, typed } from "./link";
import { wrote } from "./looking";
import * as state from "./state";
import { t } from "./texts";

const LONGEST = 4000;
const TALLEST_PX = 200;

export const mode = signal<state.Mode>("reply");

/** The text field is to get the focus as soon as it can be written in. */
const wanted = signal(false);

/** Goes to the text field, as reply or as note; after a take-over, once the chat is ours. */
export function writeAs(next: state.Mode): void {
  mode.value = next;
  wanted.value = true;
}

export function Composer({ row }: { readonly row: QueueRow }) {
  const id = row.conversation;
  const note = mode.value === "note";
  const locked = !note && !state.isMine(row);
  const text = state.draftOf(id)[mode.value];
  const field = useRef<HTMLTextAreaElement>(null);
  const over = text.trim().length - LONGEST;
  const gap = held(note, text);
  const can = !locked && text.trim().length > 0 && over <= 0 && !gap;

  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${Math.min(TALLEST_PX, box.scrollHeight + 2)}px`;
  }, [text, mode.value, id, locked]);
  useLayoutEffect(() => {
    if (!wanted.value || locked) return;
    wanted.value = false;
    field.current?.focus();
  }, [wanted.value, locked, mode.value]);
  useEffect(
    () => () => {
      typed(id, false);
      wrote(false);
      mode.value = "reply";
      wanted.value = false;
    },
    [id],
  );

  const submit = (): void => {
    if (can) {
      if (!sentWithFiles(row, note, text)) send(id, mode.value);
      wrote(false);
    }
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (opensReplies(event, note, text)) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  };
  const onInput = (event: Event): void => {
    const value = (event.currentTarget as HTMLTextAreaElement).value;
    state.setDraft(id, mode.value, value);
    wrote(value.trim() !== "");
    if (!note) typed(id, value.trim() !== "");
  };

  return (
    <section class={note ? "composer as-note" : "composer"} aria-label={t(note ? "note" : "reply")}>
      <NoticeView row={row} />
      <Modes id={id} />
      {locked && <Lock row={row} draft={text} />}
      {!locked && <Beside row={row} note={note} />}
      {note && <Mentions row={row} field={field} />}
      {(!locked || text) && (
        <textarea
          ref={field}
          id="composer-text"
          rows={2}
          value={text}
          readOnly={locked}
          class={locked ? "locked" : ""}
          aria-label={note ? t("note") : t("reply_to", { name: nameOf(row) })}
          aria-describedby="composer-hint"
          placeholder={note ? t("note_ph") : t("reply_ph", { name: nameOf(row) })}
          onInput={onInput}
          onKeyDown={onKeyDown}
        />
      )}
      {!locked && (
        <div class="composer-foot">
          <Tools row={row} note={note} />
          <span id="composer-hint" class="hint">
            {over > 0 ? (
              <b class="bad-text">{t("too_long", { n: over })}</b>
            ) : gap ? (
              <b class="bad-text">{gap}</b>
            ) : note ? (
              t("only_colleagues")
            ) : (
              t("enter_sends")
            )}
          </span>
          <button
            type="button"
            class={note ? "button note-send" : "button primary"}
            aria-disabled={!can}
            onClick={submit}
          >
            <Icon name={note ? "lock" : "send"} />
            {note ? t("save_note") : t("send_to", { name: nameOf(row).split(" ")[0]! })}
          </button>
        </div>
      )}
    </section>
  );
}

function Modes({ id }: { readonly id: string }) {
  const drafts = state.draftOf(id);
  return (
    <div class="modes" role="group" aria-label={t("write_as")}>
      {(["reply", "note"] as const).map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={mode.value === one}
          class={`mode ${one}`}
          onClick={() => writeAs(one)}
        >
          {one === "note" && <Icon name="lock" />}
          {t(one)}
          {one === "note" && <kbd aria-hidden="true">N</kbd>}
          {mode.value !== one && drafts[one].trim() && <i class="dot" title={t("draft")} />}
        </button>
      ))}
    </div>
  );
}

function Lock({ row, draft }: { readonly row: QueueRow; readonly draft: string }) {
  const free = row.controller === "bot" || row.controller === "queue";
  const keepAsNote = (): void => {
    const already = state.draftOf(row.conversation).note;
    state.setDraft(row.conversation, "note", already ? `${already}\n${draft}` : draft);
    state.setDraft(row.conversation, "reply", "");
    writeAs("note");
  };
  return (
    <div class="lock">
      <Icon name="lock" />
      <span>
        {t(`lock_${row.controller}`, { name: row.agent_name })}
        {draft && ` ${t("draft_kept")}`}
      </span>
      {draft && !free && (
        <button type="button" class="button small" onClick={keepAsNote}>
          {t("draft_to_note")}
        </button>
      )}
    </div>
  );
}

function NoticeView({ row }: { readonly row: QueueRow }) {
  const notice = state.notices.value.get(row.conversation);
  return (
    <div role="alert">
      {notice && (
        <p class="alert warn notice">
          <span>
            {noticeWords(notice, row)} {notice.kept && t("draft_kept")}
          </span>
          <button
            type="button"
            class="icon-button"
            aria-label={t("dismiss")}
            onClick={() => state.setNotice(row.conversation)}
          >
            <Icon name="close" />
          </button>
        </p>
      )}
    </div>
  );
}

/** Why a step was refused, by what the conversation is now. */
function noticeWords({ code, facts }: state.Notice, row: QueueRow): string {
  const name = facts["agent_name"] ?? row.agent_name;
  switch (code) {
    case "taken":
      return name ? t("n_taken", { name }) : t("n_taken_unknown");
    case "stale_epoch":
    case "stale_view":
    case "not_owner":
      if (state.isMine(row)) return t("n_stale_mine");
      if (row.controller === "agent") return t("n_taken", { name });
      return t(`n_stale_${row.controller}`, { name });
    case "closed":
      return t("n_stale_closed");
    case "unavailable":
    case "rate_limited":
      return t("n_unavailable");
    case "unknown_destination":
      return t("n_unknown_destination");
    case "unfilled_gap":
      return t("n_unfilled_gap");
    case "not_editable":
      return t("n_not_editable");
    case "unknown_conversation":
      return t("n_unknown");
    default:
      return t("n_other", { code });
  }
}
