/**
 * What the bot took a message for, as a quiet chip on its answer, and the window in which an agent says what was meant.
 *
 * Invariants: the label is about the customer's message; it changes nothing in the conversation.
 */

import { signal, useSignal } from "@preact/signals";
import type { QueueRow, Understood } from "../wire/frames.js";
import { intents } from "../i18n/intents.gen";
import { Chooser } from "./chooser";
import * as state from "./state";
import { locale, percent, t } from "./texts";
import { labelTurn, meant, workNotice } from "./work";

const turn = signal<{ readonly chat: string; readonly seq: number } | null>(null);
const MISSED = new Set(["nlu_fallback", "out_of_scope"]);

const titleOf = (intent: string): string =>
  Object.hasOwn(intents, intent) ? intents[intent]![locale.value] : intent.replaceAll("_", " ");

/** The newest turn of the open conversation, for the key. */
export function labelNewest(): void {
  const row = state.current.value;
  if (!row) return;
  const found = state
    .logOf(row.conversation)
    .entries.findLast(({ event }) => event.kind === "message" && event.understood !== null);
  if (found?.event.kind === "message" && found.event.understood) {
    turn.value = { chat: row.conversation, seq: found.event.understood.seq };
  } else workNotice.value = t("turn_none");
}

export function Guessed({ row, known }: { readonly row: QueueRow; readonly known: Understood }) {
  const right = meant.value.get(row.conversation)?.get(known.seq);
  const said = MISSED.has(known.intent) ? t("guess_unknown") : titleOf(known.intent);
  const sure = known.confidence === null ? "" : ` · ${percent(known.confidence)}`;
  return (
    <button
      type="button"
      class={right ? "chip guess set" : "chip guess"}
      title={t("turn_title")}
      onClick={() => (turn.value = { chat: row.conversation, seq: known.seq })}
    >
      <span class="sr">{t("guess")} </span>
      {said}
      {sure}
      {right && <b> → {t("turn_labelled", { intent: titleOf(right) })}</b>}
    </button>
  );
}

export function TurnWindow({ row }: { readonly row: QueueRow }) {
  const error = useSignal<string | null>(null);
  const which = turn.value;
  if (!which || which.chat !== row.conversation) return null;
  const close = (): void => {
    turn.value = null;
    error.value = null;
  };
  const label = (intent: string | null): void => {
    labelTurn(which.chat, which.seq, intent).then(close, () => (error.value = t("work_failed")));
  };
  const said = state.logOf(which.chat).entries.find(({ seq }) => seq === which.seq)?.event;
  const options = Object.keys(intents).map((id) => ({
    id,
    words: `${id} ${intents[id]!.de} ${intents[id]!.en}`,
    shown: (
      <span class="choice-head">
        <b>{titleOf(id)}</b> <span class="small-print">{id}</span>
      </span>
    ),
  }));
  return (
    <Chooser
      title={t("turn_title")}
      label={t("turn_search")}
      options={options}
      onPick={(id) => label(id)}
      onClose={close}
      hint={t("turn_hint")}
      error={error.value}
    >
      {said?.kind === "message" && (
        <blockquote class="choice-text" lang={row.locale}>
          {said.text}
        </blockquote>
      )}
      {meant.value.get(which.chat)?.has(which.seq) && (
        <button type="button" class="button small" onClick={() => label(null)}>
          {t("turn_back")}
        </button>
      )}
    </Chooser>
  );
}
