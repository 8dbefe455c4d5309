/**
 * Search and filters above the lists, what was found in their place, and one step for several conversations.
 *
 * Invariants: every hit opens its conversation; of a conversation that is in the lists the live row is shown.
 */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { QueueRow } from "../wire/frames.js";
import { IconButton, nameOf, Skeleton } from "./bits";
import {
  asking,
  askAgain,
  askMore,
  choose,
  choosing,
  chosen,
  endFinding,
  filters,
  filtersOpen,
  finding,
  found,
  narrow,
  several,
  unreadMentions,
  type Step,
} from "./finding";
import { lists } from "./lists";
import { PeopleList } from "./people";
import { Row } from "./row";
import * as state from "./state";
import { t, wording } from "./texts";
import { labels, labelsInUse, named } from "./work";

const SKILLS = ["BIL", "COL", "RET", "TEC", "SEC", "DLV", "SAL", "CMP", "PRV"];
const MOST_CHOSEN = 50;

export const toFind = (): void => document.querySelector<HTMLInputElement>("#find")?.focus();

export function FindBar() {
  const n = unreadMentions.value;
  const set = filters.value;
  return (
    <search class="find">
      <div class="find-line">
        <input
          id="find"
          type="search"
          aria-label={t("find")}
          placeholder={t("find_ph")}
          autocomplete="off"
          value={set.words}
          onInput={(event) => narrow({ words: event.currentTarget.value })}
          onKeyDown={(event) => event.key === "Escape" && (endFinding(), event.preventDefault())}
        />
        <button
          type="button"
          class="icon-button letters"
          aria-pressed={set.mentions}
          aria-label={n ? `${t("f_mentions")}: ${t("mentions_n", { n })}` : t("f_mentions")}
          title={t("f_mentions")}
          onClick={() => narrow({ mentions: !set.mentions })}
        >
          @{n > 0 && <b class="badge">{n}</b>}
        </button>
        <IconButton
          icon="filter"
          label={t("filters")}
          pressed={filtersOpen.value}
          onClick={() => (filtersOpen.value = !filtersOpen.value)}
        />
        {finding.value && <IconButton icon="close" label={t("find_clear")} onClick={endFinding} />}
      </div>
      {filtersOpen.value && <FilterFields />}
    </search>
  );
}

function FilterFields() {
  const set = filters.value;
  const field = (key: "skill" | "locale" | "label" | "controller", label: string, options: readonly (readonly [string, string])[]) => (
    <label>
      <span>{label}</span>
      <select value={set[key]} onChange={(event) => narrow({ [key]: event.currentTarget.value })}>
        <option value="">{t("f_all")}</option>
        {options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div class="filters">
      {field("controller", t("f_state"), [
        ["queue", t("tab_waiting")],
        ["agent", t("tab_mine")],
        ["bot", t("tab_bot")],
        ["closed", t("tab_closed")],
      ])}
      {field("skill", t("f_skill"), SKILLS.map((one) => [one, wording(`s_${one}`) ?? one]))}
      {field("locale", t("f_locale"), [
        ["de", t("lang_de")],
        ["en", t("lang_en")],
      ])}
      {field("label", t("f_label"), labels.value.map((one) => [one.id, named(one)]))}
      <button type="button" class="chip" aria-pressed={set.mine} onClick={() => narrow({ mine: !set.mine })}>
        {t("f_mine")}
      </button>
      <button
        type="button"
        class="chip"
        aria-pressed={choosing.value}
        onClick={() => (choosing.value = !choosing.value)}
      >
        {t(choosing.value ? "select_end" : "select")}
      </button>
    </div>
  );
}

interface Shown {
  readonly row: QueueRow;
  readonly excerpt: string;
}

/** What stands in the place of the lists. */
export function FoundList() {
  const answer = found.value;
  if (asking.value && answer === "asking") return <div class="loading-list" role="status" aria-label={t("loading")}><Skeleton lines={6} /></div>;
  if (answer === "failed") {
    return (
      <div class="empty" role="alert">
        <p>{t("found_failed")}</p>
        <button type="button" class="button small" onClick={askAgain}>
          {t("retry")}
        </button>
      </div>
    );
  }
  const hits = answer && typeof answer === "object" ? answer : null;
  const shown: readonly Shown[] = hits
    ? hits.chats.map(({ row, excerpt }) => ({ row: state.rowOf(row.conversation) ?? row, excerpt }))
    : lists[state.tab.value].value.slice(0, MOST_CHOSEN).map((row) => ({ row, excerpt: "" }));
  return (
    <>
      <div class="list-box found">
        <PeopleList />
        {hits && (
          <p class="list-title" role="status">
            {shown.length === 1 ? t("found_1") : t("found_n", { n: hits.more ? `${shown.length}+` : shown.length })}
          </p>
        )}
        {hits && !shown.length && <div class="empty"><p class="strong">{t("found_none")}</p><p>{t("found_none_hint")}</p></div>}
        <ul>
          {shown.map(({ row, excerpt }) => (
            <li key={row.conversation}>
              {choosing.value && (
                <input
                  type="checkbox"
                  aria-label={t("select_row", { name: nameOf(row) })}
                  checked={chosen.value.has(row.conversation)}
                  onChange={(event) => choose(row.conversation, event.currentTarget.checked)}
                />
              )}
              <div>
                <Row row={row} />
                {excerpt && excerpt !== row.snippet && <p class="excerpt">{excerpt}</p>}
              </div>
            </li>
          ))}
        </ul>
        {hits?.more && (
          <button type="button" class="button small found-more" onClick={askMore}>
            {t("found_more")}
          </button>
        )}
      </div>
      {choosing.value && <Several rows={shown.map(({ row }) => row).filter(({ conversation }) => chosen.value.has(conversation))} />}
    </>
  );
}

/** What can be done with all that are chosen, asked once before it is. */
function Several({ rows }: { readonly rows: readonly QueueRow[] }) {
  const step = useSignal<{ readonly action: Step; readonly label?: string } | null>(null);
  const told = useSignal("");
  const n = rows.length;
  const sure = (action: Step, label?: string): void => {
    step.value = label === undefined ? { action } : { action, label };
  };
  return (
    <div class="several">
      <b role="status">{told.value && !n ? told.value : t("selected_n", { n })}</b>
      <button type="button" class="button small" aria-disabled={!n} onClick={() => n && sure("take")}>
        {t("b_take")}
      </button>
      <select
        class="quiet-select"
        aria-label={t("b_label")}
        disabled={!n}
        value=""
        onChange={(event) => {
          sure("label", event.currentTarget.value);
          event.currentTarget.value = "";
        }}
      >
        <option value="">{t("b_label")}</option>
        {labelsInUse.value.map((one) => (
          <option key={one.id} value={one.id}>
            {named(one)}
          </option>
        ))}
      </select>
      <button type="button" class="button small" aria-disabled={!n} onClick={() => n && sure("close")}>
        {t("b_close")}
      </button>
      {step.value && <Sure step={step.value} rows={rows} onEnd={(words) => ((step.value = null), (told.value = words))} />}
    </div>
  );
}

interface SureProps {
  readonly step: { readonly action: Step; readonly label?: string };
  readonly rows: readonly QueueRow[];
  readonly onEnd: (told: string) => void;
}

function Sure({ step, rows, onEnd }: SureProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const outcome = useSignal("");
  const failed = useSignal(false);
  useEffect(() => dialog.current?.showModal(), []);
  const label = labels.value.find(({ id }) => id === step.label);
  const submit = (event: Event): void => {
    event.preventDefault();
    const more = step.label ? { label: step.label } : step.action === "close" ? { outcome: outcome.value.trim() } : {};
    several(step.action, rows, more).then(
      ({ done, not }) => onEnd(not ? t("b_some", { n: done, m: not }) : t("b_done", { n: done })),
      () => (failed.value = true),
    );
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="sure-title" onClose={() => onEnd("")}>
      <form onSubmit={submit}>
        <h2 id="sure-title">{t(`b_sure_${step.action}`, { n: rows.length, label: label ? named(label) : "" })}</h2>
        <p class="hint">{rows.slice(0, 8).map(nameOf).join(", ")}{rows.length > 8 ? " …" : ""}</p>
        {step.action === "close" && (
          <>
            <label class="field">
              <span>{t("o_label")}</span>
              <textarea rows={2} maxLength={500} value={outcome.value} onInput={(event) => (outcome.value = event.currentTarget.value)} />
            </label>
            <p class="hint">{t("b_only_mine")}</p>
          </>
        )}
        {failed.value && <p class="alert warn" role="alert">{t("work_failed")}</p>}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {t("cancel")}
          </button>
          <button type="submit" class="button primary">
            {t(`b_${step.action === "label" ? "sure_label" : step.action}`, { n: rows.length, label: label ? named(label) : "" })}
          </button>
        </div>
      </form>
    </dialog>
  );
}
