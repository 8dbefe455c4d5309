/**
 * Chats that are offered to this agent, and the way back after one ran out.
 *
 * Invariants: an offer says who, why and how long it stands, in words; it never covers what somebody is about to press; accepting
 * is taking the chat, so that of two who are asked one after the other only one gets it.
 */

import { Avatar } from "../ui/parts.js";
import type { QueueRow } from "../wire/frames.js";
import { nameOf, reasonWords, Tag } from "./bits";
import { writeAs } from "./composer";
import { Icon } from "./icons";
import { comeBack, decline, take } from "./link";
import { offers, serverNow } from "./lists";
import { Wait } from "./row";
import * as state from "./state";
import { t, wording } from "./texts";

/** Takes an offered chat and opens it, ready to write. */
export function accept(row: QueueRow | undefined = offers.value[0]): void {
  if (!row || !ready() || !take(row.conversation)) return;
  state.tab.value = "mine";
  location.hash = `#/c/${row.conversation}`;
  writeAs("reply");
}

export function refuse(row: QueueRow | undefined = offers.value[0]): void {
  if (row && ready()) decline(row);
}

export function returnToDuty(): void {
  if (state.duty.value === "not_responding" && ready()) comeBack();
}

const ready = (): boolean => state.standing.value === "live";

/** Why a chat came, in a few words. */
export const reasonOf = (row: QueueRow): string =>
  reasonWords(row.reason) ?? (row.skill && wording(`s_${row.skill}`)) ?? t("offer_new");

export function Offers() {
  const [first, ...others] = offers.value;
  const missed = state.duty.value === "not_responding";
  if (!first && !missed) return null;
  return (
    <section class="offers" aria-label={t("offers")}>
      {first ? <Offer row={first} others={others.length} /> : <Missed />}
    </section>
  );
}

function Offer({ row, others }: { readonly row: QueueRow; readonly others: number }) {
  const left = Math.max(0, Math.round((Date.parse(row.offer!.until) - serverNow()) / 1000));
  const skill = row.skill && wording(`s_${row.skill}`);
  const off = !ready();
  return (
    <article class="offer">
      <header>
        <b>{t("offer_new")}</b>
        {others > 0 && <span class="quiet">{t("offer_more", { n: others })}</span>}
        <span class="left">{t("offer_left", { n: left })}</span>
      </header>
      <div class="offer-who">
        <Avatar author="subscriber" name={row.name} />
        <span class="row-line">
          <span class="row-name">{nameOf(row)}</span>
          <span class="row-when">
            <Wait row={row} />
          </span>
        </span>
        <span class="row-text" lang={row.locale}>
          {row.snippet || t("no_text")}
        </span>
      </div>
      <p class="row-why">
        <Tag tone={row.reason === "asked" ? "plain" : "bot"}>{reasonOf(row)}</Tag>
        {skill && <Tag>{skill}</Tag>}
        <Tag>{t(`lang_${row.locale}`)}</Tag>
      </p>
      <div class="offer-foot">
        <button type="button" class="button" aria-disabled={off} aria-keyshortcuts="D" onClick={() => refuse(row)}>
          {t("decline")}
          <kbd aria-hidden="true">D</kbd>
        </button>
        <button type="button" class="button primary" aria-disabled={off} aria-keyshortcuts="A" onClick={() => accept(row)}>
          {t("accept")}
          <kbd aria-hidden="true">A</kbd>
        </button>
      </div>
    </article>
  );
}

function Missed() {
  return (
    <div class="offer missed">
      <p>
        <Icon name="bell" />
        {t("missed")}
      </p>
      <button
        type="button"
        class="button primary"
        aria-disabled={!ready()}
        aria-keyshortcuts="B"
        onClick={returnToDuty}
      >
        {t("come_back")}
        <kbd aria-hidden="true">B</kbd>
      </button>
    </div>
  );
}
