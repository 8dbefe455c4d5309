/**
 * Labels, mentions and the customer's language, in lists and in the head of a conversation.
 *
 * Invariants: a colour never stands alone, its word is in it; a mention is read when the conversation is really before somebody.
 */

import { useEffect } from "preact/hooks";
import type { Locale, QueueRow } from "../wire/frames.js";
import { Icon } from "./icons";
import * as state from "./state";
import { t } from "./texts";
import { labels, labelsInUse, loadMeant, named, putLabel, readMentions, setCustomerLocale, workNotice, type Label } from "./work";

const failed = (): void => {
  workNotice.value = t("work_failed");
};
export const mentionsMe = (row: QueueRow): boolean => row.mentioned.includes(state.me.value?.agent ?? "");
const labelsOf = (row: QueueRow): readonly Label[] => labels.value.filter(({ id }) => row.labels.includes(id));

/** In a list: that somebody is waited for, and the labels. */
export function RowMarks({ row }: { readonly row: QueueRow }) {
  return (
    <>
      {mentionsMe(row) && <span class="tag warn">@ {t("mentioned")}</span>}
      {labelsOf(row).map((label) => (
        <span key={label.id} class={`tag label-${label.colour}`}>
          {named(label)}
        </span>
      ))}
    </>
  );
}

/** In the head: labels to put on and take off, and the language to switch. */
export function HeadMarks({ row }: { readonly row: QueueRow }) {
  const id = row.conversation;
  const mentioned = mentionsMe(row);
  useEffect(() => {
    const tell = (): void => {
      if (mentioned && !document.hidden) void readMentions(id).catch(() => undefined);
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [id, mentioned]);
  useEffect(() => {
    workNotice.value = "";
    void loadMeant(id).catch(() => undefined);
  }, [id]);
  const put = (label: string, on: boolean): void => void putLabel(id, label, on).catch(failed);
  const free = labelsInUse.value.filter((label) => !row.labels.includes(label.id));
  return (
    <>
      {labelsOf(row).map((label) => (
        <span key={label.id} class={`tag label-${label.colour}`}>
          {named(label)}
          <button
            type="button"
            class="tag-button"
            aria-label={t("label_remove", { name: named(label) })}
            onClick={() => put(label.id, false)}
          >
            <Icon name="close" />
          </button>
        </span>
      ))}
      {free.length > 0 && (
        <select
          class="quiet-select"
          aria-label={t("label_add")}
          value=""
          onChange={(event) => {
            put(event.currentTarget.value, true);
            event.currentTarget.value = "";
          }}
        >
          <option value="">+ {t("f_label")}</option>
          {free.map((label) => (
            <option key={label.id} value={label.id}>
              {named(label)}
            </option>
          ))}
        </select>
      )}
      <select
        class="quiet-select"
        aria-label={t("language_of")}
        title={t("language_of")}
        value={row.locale}
        onChange={(event) => void setCustomerLocale(id, event.currentTarget.value as Locale).catch(failed)}
      >
        {(["de", "en"] as const).map((one) => (
          <option key={one} value={one}>
            {t(`lang_${one}`)}
          </option>
        ))}
      </select>
    </>
  );
}
