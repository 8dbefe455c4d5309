/**
 * The right column: who the customer is and how things stand, in cards that load and fail on their own.
 *
 * Invariants: a card that breaks shows its own error and leaves the others alone; old data stay readable
 * with their time while new ones load or fail; for an anonymous visitor nothing is asked.
 */

import { computed, signal } from "@preact/signals";
import { Component, type ComponentChildren, type VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Avatar } from "../ui/parts.js";
import type { QueueRow } from "../wire/frames.js";
import { Actions, NextDo } from "./action_card";
import { ActionDialog } from "./action_dialog";
import { IconButton, LevelTag, nameOf, Skeleton, Tag } from "./bits";
import { Contacts, Contracts, MoneyCard, NextStep, Payments } from "./cards";
import { keyOf, load, loaded, type Loaded } from "./customer";
import type { Overview } from "./overview";
import { ChatsOf } from "./people";
import * as state from "./state";
import { clock, day, t, wording, type TextKey } from "./texts";

/** Below this width the customer lies over the conversation, which cannot be reached meanwhile. */
const wide = matchMedia("(min-width: 1280px)");
const overlays = signal(!wide.matches);
wide.addEventListener("change", () => (overlays.value = !wide.matches));

export const drawer = signal(false);
export const covering = computed(() => drawer.value && overlays.value);

export function Subscriber() {
  const row = state.current.value;
  const known = row?.subscriber_id ?? null;
  const id = row?.conversation;
  useEffect(() => {
    if (id && known) void load(id);
  }, [id, known, row?.controller]);
  const person = state.person.value;
  useEffect(() => {
    if (person) void load(keyOf(person));
  }, [person]);
  useEffect(() => {
    drawer.value = person !== null;
  }, [id, person]);
  useEffect(() => {
    // Put away where it lies over the list: then nobody is looked at, and the same row opens it again.
    if (!drawer.value && overlays.value && state.person.value) location.hash = "#/";
  }, [drawer.value]);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!covering.value) return;
    box.current?.focus();
    return () => document.querySelector<HTMLElement>(".show-drawer, [data-row][aria-current]")?.focus();
  }, [covering.value]);
  return (
    <section
      ref={box}
      class={drawer.value ? "customer shown" : "customer"}
      id="customer"
      aria-label={t("subscriber")}
      tabIndex={0}
    >
      {row ? <Customer row={row} /> : person ? <Person number={person} /> : <p class="empty">{t("customer_none")}</p>}
    </section>
  );
}

function Customer({ row }: { readonly row: QueueRow }) {
  const data = row.subscriber_id ? loaded.value.get(row.conversation) : undefined;
  return (
    <>
      <Head
        name={nameOf(row)}
        header={data?.old?.header}
        under={row.subscriber_id ?? t("not_signed_in")}
        again={row.subscriber_id ? row.conversation : null}
      >
        <LevelTag row={row} />
        <Tag>{t(`lang_${row.locale}`)}</Tag>
      </Head>
      {row.subscriber_id ? (
        <Cards id={row.conversation} data={data ?? { state: "loading", old: null }} />
      ) : (
        <Anonymous />
      )}
      {data?.old && state.isMine(row) && <ActionDialog row={row} view={data.old} />}
    </>
  );
}

/** A customer who was looked for: what stands, and what they wrote. */
function Person({ number }: { readonly number: string }) {
  const key = keyOf(number);
  const data = loaded.value.get(key) ?? { state: "loading", old: null };
  const header = data.old?.header;
  return (
    <>
      <Head name={header?.name ?? number} header={header} under={number} again={key}>
        {header && <Tag>{wording(`lang_${header.locale}`) ?? header.locale}</Tag>}
      </Head>
      <p class="hint">{t("only_look")}</p>
      <ChatsOf number={number} />
      <Cards id={key} data={data} acting={false} />
    </>
  );
}

interface HeadProps {
  readonly name: string;
  readonly header: Overview["header"] | undefined;
  /** What stands below the name while nothing is loaded. */
  readonly under: string;
  /** What is loaded again, if anything is. */
  readonly again: string | null;
  readonly children: ComponentChildren;
}

function Head({ name, header, under, again, children }: HeadProps) {
  return (
    <header class="customer-head">
      <Avatar author="subscriber" name={header?.name ?? (again ? name : "")} />
      <div>
        <h2>{name}</h2>
        <p class="quiet small-print">
          {header ? `${header.number} · ${header.email}` : under}
        </p>
      </div>
      {again && <IconButton icon="retry" label={t("reload")} onClick={() => void load(again)} />}
      <IconButton icon="close" label={t("close")} class="shut" onClick={() => (drawer.value = false)} />
      <div class="pills">
        {children}
        {header && (
          <Tag tone={header.segment === "loyal" ? "ok" : "plain"}>
            {wording(`seg_${header.segment}`) ?? header.segment}
          </Tag>
        )}
        {header && <span class="small-print">{t("since", { d: day(header.since) })}</span>}
      </div>
    </header>
  );
}

function Anonymous() {
  return (
    <div class="card">
      <p class="strong">{t("anon")}</p>
      <p class="none">{t("anon_hint")}</p>
    </div>
  );
}

const CARDS: readonly (readonly [TextKey, (view: Overview) => VNode | null])[] = [
  [
    "card_next",
    (view) => (
      <>
        <NextStep action={view.next_action} />
        <NextDo action={view.next_action} view={view} />
      </>
    ),
  ],
  ["card_actions", () => <Actions />],
  ["card_contracts", (view) => <Contracts contracts={view.contracts} />],
  ["card_money", (view) => <MoneyCard money={view.money} />],
  ["card_payments", (view) => <Payments money={view.money} />],
  ["card_contacts", (view) => <Contacts contacts={view.contacts} />],
];

interface CardsProps {
  readonly id: string;
  readonly data: Loaded;
  /** Whether there is a chat in which something may be done. */
  readonly acting?: boolean;
}

function Cards({ id, data, acting = true }: CardsProps) {
  return (
    <>
      {CARDS.filter(([title]) => acting || title !== "card_actions").map(([title, body]) => (
        <Guard key={`${id}${title}${data.state}`} title={title} retry={() => void load(id)}>
          <Card title={title} id={id} data={data} body={body} />
        </Guard>
      ))}
    </>
  );
}

interface CardProps {
  readonly title: TextKey;
  readonly id: string;
  readonly data: Loaded;
  readonly body: (view: Overview) => VNode | null;
}

function Card({ title, id, data, body }: CardProps) {
  const view = data.old;
  if (!view && data.state === "failed") return <Failed title={title} retry={() => void load(id)} />;
  return (
    <section class={`card ${title}`} aria-busy={data.state === "loading"} aria-label={t(title)}>
      <header>
        <h3>{t(title)}</h3>
        {view && data.state === "failed" && <span class="bad-text">{t("stale", { t: clock(view.as_of) })}</span>}
        {view && data.state === "loading" && <span>{t("as_of", { t: clock(view.as_of) })}</span>}
      </header>
      {view ? body(view) : <Skeleton lines={2} />}
    </section>
  );
}

function Failed({ title, retry }: { readonly title: TextKey; readonly retry: () => void }) {
  return (
    <section class="card" aria-label={t(title)}>
      <h3>{t(title)}</h3>
      <p class="none">{t("card_failed")}</p>
      <button type="button" class="button small" onClick={retry}>
        {t("retry")}
      </button>
    </section>
  );
}

interface GuardProps {
  readonly title: TextKey;
  readonly retry: () => void;
  readonly children: ComponentChildren;
}

/** Catches what one card throws; a new state of the data gives it another chance. */
class Guard extends Component<GuardProps, { readonly broken: boolean }> {
  override state = { broken: false };

  static override getDerivedStateFromError(): { readonly broken: boolean } {
    return { broken: true };
  }

  override render({ title, retry, children }: GuardProps): ComponentChildren {
    return this.state.broken ? <Failed title={title} retry={retry} /> : children;
  }
}
