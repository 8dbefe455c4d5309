/**
 * One conversation in a list: who, how long, what, and why it is here, in three lines.
 *
 * Invariants: colour never stands alone, a word says the same; every row is equally high.
 */

import { Avatar } from "../ui/parts.js";
import type { QueueRow } from "../wire/frames.js";
import { LevelTag, nameOf, reasonWords, Tag } from "./bits";
import { serverNow, unread, waited } from "./lists";
import { RowMarks } from "./marks";
import * as state from "./state";
import { clock, span, t, wording } from "./texts";

export function Row({ row }: { readonly row: QueueRow }) {
  const open = state.selected.value === row.conversation;
  const n = unread(row);
  return (
    <a
      class={n ? "row unread" : "row"}
      href={`#/c/${row.conversation}`}
      aria-current={open ? "true" : undefined}
      data-row={row.conversation}
    >
      <Avatar author="subscriber" name={row.name} />
      <span class="row-line">
        <span class="row-name">{nameOf(row)}</span>
        <span class="row-when">
          {row.controller === "queue" ? (
            <Wait row={row} />
          ) : (
            <time dateTime={row.updated_at}>{clock(row.updated_at)}</time>
          )}
        </span>
      </span>
      <span class="row-line">
        <span class="row-text" lang={row.locale}>
          {row.snippet || t("no_text")}
        </span>
        {row.controller === "queue" && <Asked row={row} />}
        {n > 0 && (
          <span class="badge" aria-label={t("unread", { n })}>
            {n}
          </span>
        )}
      </span>
      <span class="row-why">
        <Tags row={row} />
      </span>
    </a>
  );
}

type Lateness = "" | "soon" | "late";

/** Amber from half of the time until the deadline on, red behind it. */
export function lateness(row: QueueRow): Lateness {
  const seconds = waited(row);
  if (seconds === null) return "";
  const target = row.deadline
    ? (Date.parse(row.deadline) - Date.parse(row.waiting_since ?? row.deadline)) / 1000
    : state.TARGET_SECONDS;
  return seconds >= target ? "late" : seconds >= target / 2 ? "soon" : "";
}

export function Wait({ row }: { readonly row: QueueRow }) {
  const seconds = waited(row);
  if (seconds === null) return null;
  return (
    <span class={`wait ${lateness(row)}`}>
      <span class="sr">{t("waits", { t: span(seconds) })}</span>
      <span aria-hidden="true">{span(seconds)}</span>
    </span>
  );
}

/** The most telling one first: what does not fit is cut off. */
function Tags({ row }: { readonly row: QueueRow }) {
  const queued = row.controller === "queue";
  const late = queued ? lateness(row) : "";
  const reason = row.controller === "closed" ? null : reasonWords(row.reason);
  const skill = row.skill && wording(`s_${row.skill}`);
  const draft = state.draftOf(row.conversation).reply.trim();
  return (
    <>
      {draft && <Tag tone="draft">{t("draft")}</Tag>}
      <RowMarks row={row} />
      {late && <Tag tone={late === "late" ? "bad" : "warn"}>{t(`wait_${late}`)}</Tag>}
      {row.controller === "agent" && !state.isMine(row) && (
        <Tag tone="info">{t("with_agent", { name: row.agent_name })}</Tag>
      )}
      {reason && <Tag tone={row.reason === "asked" ? "plain" : "bot"}>{reason}</Tag>}
      {skill && row.controller !== "bot" && <Tag>{skill}</Tag>}
      {row.level === 0 && <LevelTag row={row} />}
      {!queued && row.case_number && <span class="case">{row.case_number}</span>}
    </>
  );
}

/** Who is asked whether they take the chat, else why nobody is. */
function Asked({ row }: { readonly row: QueueRow }) {
  const { offer } = row;
  if (offer && Date.parse(offer.until) > serverNow()) {
    const own = offer.agent === state.me.value?.agent;
    return (
      <span class={own ? "row-asked own" : "row-asked"}>
        {own ? t("offered_you") : t("offered_to", { name: offer.agent_name })}
      </span>
    );
  }
  const why = row.why && wording(`why_${row.why}`);
  return why ? <span class="row-asked">{why}</span> : null;
}
