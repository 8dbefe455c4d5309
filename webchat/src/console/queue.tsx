/**
 * The lists on the left: tabs with counts, and rows that say who, how long, what, and why it is here.
 *
 * Invariants: colour never stands alone, a word says the same; the order is the order of work.
 */

import { Avatar } from "../ui/parts.js";
import type { QueueRow } from "../wire/frames.js";
import { LevelTag, nameOf, reasonWords, Skeleton, Tag } from "./bits";
import { setAvailable } from "./link";
import * as state from "./state";
import { clock, span, t, wording } from "./texts";

const TABS: readonly state.Tab[] = ["waiting", "mine", "bot", "closed"];

export function Queue() {
  return (
    <section class="queue" aria-label={t("inbox")}>
      <header class="queue-head">
        <h1>{t("inbox")}</h1>
        <Availability />
      </header>
      <Tabs />
      <div class="list-box" role="tabpanel" id="list" aria-labelledby={`tab-${state.tab.value}`}>
        <List />
      </div>
    </section>
  );
}

function Availability() {
  const on = state.available.value;
  return (
    <button
      type="button"
      class="presence"
      role="switch"
      aria-checked={on}
      aria-label={t("available_hint")}
      title={t("available_hint")}
      aria-disabled={state.standing.value !== "live"}
      onClick={() => setAvailable(!on)}
    >
      <i class={on ? "on" : "off"} aria-hidden="true" />
      <span>{t(on ? "available" : "away")}</span>
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
          {t(`tab_${name}`)} <b>{state.inboxKnown.value ? state.lists.value[name].length : ""}</b>
          {name === "mine" && state.lists.value.mine.some((row) => state.unread(row) > 0) && (
            <i class="dot" aria-hidden="true" />
          )}
        </button>
      ))}
    </div>
  );
}

function List() {
  const tab = state.tab.value;
  const rows = state.lists.value[tab];
  const others = tab === "mine" ? state.colleagues.value : [];
  if (!state.inboxKnown.value) return <LoadingList />;
  return (
    <>
      {rows.length ? <Rows rows={rows} /> : <Empty tab={tab} />}
      {others.length > 0 && (
        <>
          <h2 class="list-title">{t("with_colleagues")}</h2>
          <Rows rows={others} />
        </>
      )}
    </>
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

function Rows({ rows }: { readonly rows: readonly QueueRow[] }) {
  return (
    <ul class="rows">
      {rows.map((row) => (
        <li key={row.conversation}>
          <Row row={row} />
        </li>
      ))}
    </ul>
  );
}

function Row({ row }: { readonly row: QueueRow }) {
  const open = state.selected.value === row.conversation;
  const unread = state.unread(row);
  const draft = Boolean(state.draftOf(row.conversation).reply.trim());
  return (
    <a
      class={unread ? "row unread" : "row"}
      href={`#/c/${row.conversation}`}
      aria-current={open ? "true" : undefined}
      data-row
    >
      <Avatar author="subscriber" name={row.name} />
      <span class="row-name">{nameOf(row)}</span>
      <span class="row-when">
        {row.controller === "queue" ? (
          <Wait row={row} />
        ) : (
          <time dateTime={row.updated_at}>{clock(row.updated_at)}</time>
        )}
      </span>
      <span class="row-text" lang={row.locale}>
        {row.snippet || t("no_text")}
      </span>
      {unread > 0 ? (
        <span class="badge" aria-label={t("unread", { n: unread })}>
          {unread}
        </span>
      ) : (
        <span />
      )}
      <span class="row-why">
        {row.controller === "queue" && <WaitWord row={row} />}
        <Why row={row} />
        {draft && <Tag tone="draft">{t("draft")}</Tag>}
      </span>
    </a>
  );
}

const lateness = (seconds: number): "" | "soon" | "late" =>
  seconds >= state.TARGET_SECONDS ? "late" : seconds >= state.TARGET_SECONDS / 2 ? "soon" : "";

function Wait({ row }: { readonly row: QueueRow }) {
  const seconds = state.waited(row);
  if (seconds === null) return null;
  return (
    <span class={`wait ${lateness(seconds)}`}>
      <span class="sr">{t("waits", { t: span(seconds) })}</span>
      <span aria-hidden="true">{span(seconds)}</span>
    </span>
  );
}

function WaitWord({ row }: { readonly row: QueueRow }) {
  const late = lateness(state.waited(row) ?? 0);
  return late ? <Tag tone={late === "late" ? "bad" : "warn"}>{t(`wait_${late}`)}</Tag> : null;
}

function Why({ row }: { readonly row: QueueRow }) {
  const reason = row.controller === "closed" ? null : reasonWords(row.reason);
  const skill = row.skill && wording(`s_${row.skill}`);
  return (
    <>
      {reason && <Tag tone={row.reason === "asked" ? "plain" : "bot"}>{reason}</Tag>}
      {skill && row.controller !== "bot" && <Tag>{skill}</Tag>}
      {row.controller === "agent" && !state.isMine(row) && (
        <Tag tone="info">{t("with_agent", { name: row.agent_name })}</Tag>
      )}
      {row.level === 0 && <LevelTag row={row} />}
      {row.case_number && <span class="case">{row.case_number}</span>}
    </>
  );
}
