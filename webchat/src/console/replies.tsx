/**
 * Saved replies: the window that `/` opens, and those that fit what the customer wrote last.
 *
 * Invariants: a reply goes into the text field and is never sent from here; the customer's language is the text's, the other one
 * is a key away.
 */

import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Locale, QueueRow } from "../wire/frames.js";
import { Chooser } from "./chooser";
import { Tag } from "./bits";
import { lastTheirs } from "./log";
import * as state from "./state";
import { t } from "./texts";
import { insertReply, loadWork, named, replies, suggestionsOf, textOf, toGap } from "./work";

export const repliesOpen = signal(false);
const fitting = signal<{ readonly chat: string; readonly ids: readonly string[] }>({ chat: "", ids: [] });

const field = (): HTMLTextAreaElement | null => document.querySelector<HTMLTextAreaElement>("#composer-text");
const other = (of: Locale): Locale => (of === "de" ? "en" : "de");

async function insert(row: QueueRow, id: string, of: Locale): Promise<void> {
  await insertReply(row.conversation, id, of);
  requestAnimationFrame(() => toGap(field()));
}

export function ReplyWindow({ row }: { readonly row: QueueRow }) {
  const of = useSignal<Locale>(row.locale);
  const error = useSignal<string | null>(null);
  useEffect(() => {
    repliesOpen.value = false;
  }, [row.conversation]);
  useEffect(() => {
    of.value = row.locale;
    error.value = null;
    if (repliesOpen.value) void loadWork().catch(() => undefined);
  }, [repliesOpen.value, row.locale]);
  if (!repliesOpen.value) return null;
  const fit = fitting.value.chat === row.conversation ? fitting.value.ids : [];
  const rank = (id: string): number => (fit.includes(id) ? fit.indexOf(id) : fit.length);
  const options = [...replies.value]
    .sort((a, b) => rank(a.id) - rank(b.id) || named(a).localeCompare(named(b)))
    .map((one) => ({
      id: one.id,
      words: `${one.name_de} ${one.name_en} ${one.text_de} ${one.text_en} ${one.cues}`,
      shown: (
        <>
          <span class="choice-head">
            <b>{named(one)}</b>
            {fit.includes(one.id) && <Tag tone="info">{t("fits")}</Tag>}
          </span>
          <span class="choice-text" lang={of.value}>
            {textOf(one, of.value)}
          </span>
        </>
      ),
    }));
  const pick = (id: string, second: boolean): void => {
    insert(row, id, second ? other(of.value) : of.value).then(
      () => (repliesOpen.value = false),
      () => (error.value = t("replies_failed")),
    );
  };
  return (
    <Chooser
      title={t("replies")}
      label={t("replies_search")}
      options={options}
      onPick={pick}
      onClose={() => (repliesOpen.value = false)}
      hint={t("replies_hint", { lang: t(`lang_${other(of.value)}`) })}
      error={error.value}
    >
      <div class="modes" role="group" aria-label={t("language_of")}>
        {(["de", "en"] as const).map((one) => (
          <button key={one} type="button" class="mode" aria-pressed={of.value === one} onClick={() => (of.value = one)}>
            {t("replies_in", { lang: t(`lang_${one}`) })}
          </button>
        ))}
      </div>
    </Chooser>
  );
}

/** Up to three that fit the customer's last message, while one's own reply is still empty. */
export function Fitting({ row }: { readonly row: QueueRow }) {
  const seq = lastTheirs(state.logOf(row.conversation));
  useEffect(() => {
    if (!seq) return;
    let current = true;
    suggestionsOf(row.conversation).then(
      (found) => current && (fitting.value = { chat: row.conversation, ids: found.replies }),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [row.conversation, seq]);
  const empty = !state.draftOf(row.conversation).reply.trim();
  const shown = fitting.value.chat === row.conversation && empty ? fitting.value.ids : [];
  const known = shown.flatMap((id) => replies.value.find((one) => one.id === id) ?? []);
  if (!known.length) return null;
  return (
    <div class="fitting" role="group" aria-label={t("fits_label")}>
      <span class="small-print">{t("fits")}</span>
      {known.map((one) => (
        <button
          key={one.id}
          type="button"
          class="chip"
          title={textOf(one, row.locale)}
          onClick={() => void insert(row, one.id, row.locale).catch(() => undefined)}
        >
          {named(one)}
        </button>
      ))}
    </div>
  );
}
