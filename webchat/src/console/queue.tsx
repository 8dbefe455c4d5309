/**
 * The lists on the left: tabs with counts, and the rows of one of them.
 *
 * Invariants: the order is the order of work; however long a list is, only what is seen is drawn.
 */

import { useMemo } from "preact/hooks";
import type { QueueRow } from "../wire/frames.js";
import { askOlder, more } from "./asking";
import { Skeleton } from "./bits";
import { FindBar, FoundList } from "./find";
import { finding } from "./finding";
import { comeBack, setAvailable } from "./link";
import { LongList, type Entry } from "./list";
import { colleagues, countOf, lists, unread } from "./lists";
import { Row } from "./row";
import * as state from "./state";
import { t } from "./texts";

const { TABS } = state;

export function Queue() {
  return (
    <section class="queue" aria-label={t("inbox")}>
      <header class="queue-head">
        <h1>{t("inbox")}</h1>
        <Availability />
      </header>
      <Tabs />
      <FindBar />
      <div class="panel" role="tabpanel" id="list" aria-labelledby={`tab-${state.tab.value}`}>
        {finding.value ? <FoundList /> : <List />}
      </div>
    </section>
  );
}

/** Whether chats are offered: a switch, and the way back after an offer ran out. */
function Availability() {
  const duty = state.duty.value;
  const press = (): void => (duty === "not_responding" ? comeBack() : setAvailable(duty === "away"));
  return (
    <button
      type="button"
      class="presence"
      role="switch"
      aria-checked={duty === "available"}
      aria-label={`${t("available_hint")}: ${t(duty)}`}
      title={t("available_hint")}
      aria-disabled={state.standing.value !== "live"}
      onClick={press}
    >
      <i class={duty === "available" ? "on" : "off"} aria-hidden="true" />
      <span>{t(duty)}</span>
      <span class="quiet">{t("desk", { n: state.agentsAvailable.value })}</span>
    </button>
  );
}

function Tabs() {
  const move = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    state.tab.value = TABS[(TABS.indexOf(state.tab.value) + step + TABS.length) % TABS.length]!;
    document.getElementById(`tab-${state.tab.value}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={t("queues")} onKeyDown={move}>
      {TABS.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-controls="list"
          aria-selected={state.tab.value === name}
          tabIndex={state.tab.value === name ? 0 : -1}
          onClick={() => (state.tab.value = name)}
        >
          {t(`tab_${name}`)} <b>{state.inboxKnown.value ? countOf(name) : ""}</b>
          {name === "mine" && lists.mine.value.some((row) => unread(row) > 0) && <i class="dot" aria-hidden="true" />}
        </button>
      ))}
    </div>
  );
}

interface RowEntry extends Entry {
  readonly of: QueueRow | null;
}

const entryOf = (row: QueueRow): RowEntry => ({ key: row.conversation, row: true, of: row });
const TITLE: RowEntry = { key: "colleagues", row: false, of: null };

function List() {
  const tab = state.tab.value;
  const rows = lists[tab].value;
  const others = tab === "mine" ? colleagues.value : NOBODY;
  const entries = useMemo(
    () => [...rows.map(entryOf), ...(others.length ? [TITLE, ...others.map(entryOf)] : [])],
    [rows, others],
  );
  if (!state.inboxKnown.value) return <LoadingList />;
  return (
    <>
      {!rows.length && <Empty tab={tab} />}
      {entries.length > 0 && (
        <LongList
          key={tab}
          entries={entries}
          label={t(`tab_${tab}`)}
          draw={({ of }) => (of ? <Row row={of} /> : <h2 class="list-title">{t("with_colleagues")}</h2>)}
          onEnd={() => void askOlder(tab)}
        />
      )}
      <More tab={tab} />
    </>
  );
}

const NOBODY: readonly QueueRow[] = [];

/** What stands below a list whose next page is under way, or could not be had. */
function More({ tab }: { readonly tab: state.Tab }) {
  const next = more.value.get(tab);
  if (!next) return null;
  return (
    <div class="more" role="status">
      {next === "asking" ? (
        t("loading")
      ) : (
        <>
          {t("card_failed")}{" "}
          <button type="button" class="button small" onClick={() => void askOlder(tab)}>
            {t("retry")}
          </button>
        </>
      )}
    </div>
  );
}

function LoadingList() {
  return (
    <div class="loading-list" role="status" aria-label={t("loading")}>
      {[0, 1, 2].map((i) => (
        <Skeleton key={i} lines={3} />
      ))}
    </div>
  );
}

function Empty({ tab }: { readonly tab: state.Tab }) {
  return (
    <div class="empty">
      <p class="strong">{t(`empty_${tab}`)}</p>
      <p>{t(`empty_${tab}_hint`)}</p>
    </div>
  );
}
