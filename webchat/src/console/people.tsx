/**
 * Customers who were looked for, also those who never wrote: in the search, and one of them in the right column.
 *
 * Invariants: looking makes no conversation; what one may read without one is the 360° view, nothing can be done from here.
 */

import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { Avatar } from "../ui/parts.js";
import { Skeleton } from "./bits";
import { morePeople, people, type Found, type Someone } from "./finding";
import { call } from "./http";
import * as state from "./state";
import { clock, day, t } from "./texts";

/** Above the conversations that were found. */
export function PeopleList() {
  const found = people.value;
  if (!found) return null;
  if (found === "failed") return <p class="empty" role="alert">{t("people_failed")}</p>;
  if (!found.customers.length) return null;
  return (
    <>
      <h2 class="list-title">{t("people")}</h2>
      <ul>
        {found.customers.map((one) => (
          <li key={one.number}>
            <div>
              <PersonRow one={one} />
            </div>
          </li>
        ))}
      </ul>
      {found.more && (
        <button type="button" class="button small found-more" onClick={morePeople}>
          {t("found_more")}
        </button>
      )}
    </>
  );
}

function PersonRow({ one }: { readonly one: Someone }) {
  return (
    <a
      class="row"
      href={`#/k/${encodeURIComponent(one.number)}`}
      aria-current={state.person.value === one.number ? "true" : undefined}
      data-row={`k:${one.number}`}
    >
      <Avatar author="subscriber" name={one.name} />
      <span class="row-line">
        <span class="row-name">{one.name}</span>
        <span class="row-when">{one.number}</span>
      </span>
      <span class="row-line">
        <span class="row-text">{one.invoice ? `${t("invoice_n", { n: one.invoice })} · ${one.email}` : one.email}</span>
      </span>
    </a>
  );
}

/** The conversations of a customer, the newest first. */
export function ChatsOf({ number }: { readonly number: string }) {
  const found = useSignal<Found["chats"] | "failed" | null>(null);
  const again = (): void => {
    found.value = null;
    call<Found>("GET", `/api/agent/search?${new URLSearchParams({ subscriber: number })}`).then(
      ({ chats }) => (found.value = chats),
      () => (found.value = "failed"),
    );
  };
  useEffect(again, [number]);
  const chats = found.value;
  return (
    <section class="card" aria-label={t("chats")} aria-busy={chats === null}>
      <h3>{t("chats")}</h3>
      {chats === null && <Skeleton lines={2} />}
      {chats === "failed" && (
        <p class="none">
          {t("card_failed")}{" "}
          <button type="button" class="button small" onClick={again}>
            {t("retry")}
          </button>
        </p>
      )}
      {Array.isArray(chats) && !chats.length && <p class="none">{t("never_wrote")}</p>}
      {Array.isArray(chats) && chats.length > 0 && (
        <ul class="entries">
          {chats.map(({ row }) => (
            <li key={row.conversation}>
              <a class="chat-link" href={`#/c/${row.conversation}`}>
                {day(row.updated_at)}, {clock(row.updated_at)}
              </a>
              <span class="quiet" lang={row.locale}>
                {row.snippet || t("no_text")}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
