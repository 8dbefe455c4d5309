/**
 * The conversation as it was read and written.
 *
 * Invariants: the bot is violet and square, people are round, notes are yellow, and each carries its name;
 * text of people is never markup; what is not stored yet stands at the end with its state in words.
 */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { markdown } from "../ui/markdown.js";
import { Avatar, CardView, Links, TypingDots } from "../ui/parts.js";
import type { AgentSend, QueueRow } from "../wire/frames.js";
import { seenBy, type Outgoing } from "../wire/timeline.js";
import { Amend, Amendment } from "./amend";
import { nameOf, Skeleton, reasonWords } from "./bits";
import { Icon } from "./icons";
import { itemsOf, type Item } from "./items";
import { read } from "./link";
import type { Log } from "./log";
import * as state from "./state";
import { clock, dayWord, t, wording } from "./texts";
import { Guessed } from "./turn_label";

const NEAR_END_PX = 60;

export function Transcript({ row }: { readonly row: QueueRow }) {
  const log = state.logOf(row.conversation);
  const box = useRef<HTMLDivElement>(null);
  const stuck = useSignal(true);
  const items = useMemo(() => itemsOf(log), [log.entries]);
  const typing = state.typing.value.get(row.conversation);
  const loading = log.last === 0 && row.last > 0;

  const toEnd = (): void => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(() => {
    stuck.value = true;
    toEnd();
  }, [row.conversation]);
  useLayoutEffect(() => {
    if (stuck.value) toEnd();
  }, [log.last, log.outbox.length, typing]);
  useEffect(() => {
    const watch = new ResizeObserver(() => stuck.peek() && toEnd());
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  useReading(row, log);

  const onScroll = ({ currentTarget }: { readonly currentTarget: HTMLElement }): void => {
    const { scrollHeight, scrollTop, clientHeight } = currentTarget;
    stuck.value = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  };
  return (
    <div class="log-box">
      <div
        class="log"
        ref={box}
        role="log"
        aria-live="off"
        aria-label={t("transcript")}
        tabIndex={0}
        onScroll={onScroll}
      >
        <div class="log-inner">
          {loading && <LoadingLog />}
          {!loading && items.length === 0 && <p class="empty">{t("empty_log")}</p>}
          {items.map((item) => (
            <ItemView key={item.key} item={item} row={row} />
          ))}
          <LastState log={log} />
          {log.outbox.map((item) => (
            <Pending key={item.frame.cid} item={item} />
          ))}
          {typing && typing.until > state.now.value && <Typing name={nameOf(row)} />}
        </div>
      </div>
      {!stuck.value && (
        <button type="button" class="to-end" onClick={toEnd}>
          <Icon name="down" />
          {t("to_end")}
        </button>
      )}
    </div>
  );
}

/** Own chats are read while they are open and the page is seen. */
function useReading(row: QueueRow, log: Log): void {
  useEffect(() => {
    const tell = (): void => {
      if (!document.hidden && state.isMine(row)) read(row.conversation);
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [row.conversation, row.controller, row.agent, log.last]);
}

function LoadingLog() {
  return (
    <div role="status" aria-label={t("loading_log")}>
      <Skeleton lines={6} />
    </div>
  );
}

function ItemView({ item, row }: { readonly item: Item; readonly row: QueueRow }) {
  switch (item.kind) {
    case "day":
      return <h2 class="day">{dayWord(item.at)}</h2>;
    case "message":
      return <Message item={item} row={row} />;
    case "note":
      return (
        <Note name={item.event.name} text={item.event.text} when={clock(item.at)}>
          <Amendment amended={item.amended} />
          <Amend row={row} words={{ ...item.event, seq: item.seq, amended: item.amended, note: true }} />
        </Note>
      );
    case "system":
      return <System item={item} />;
    case "control":
      return <p class="system">{controlWords(item.event)}</p>;
  }
}

type MessageItem = Extract<Item, { kind: "message" }>;

function authorWords(item: MessageItem, row: QueueRow): string {
  const { author, name } = item.event;
  if (author === "subscriber") return nameOf(row);
  if (author === "bot") return t("bot");
  const mine = state.me.value?.name === name;
  return mine ? `${name} (${t("you")})` : name || t("colleague");
}

function Message({ item, row }: { readonly item: MessageItem; readonly row: QueueRow }) {
  const { event } = item;
  const who = authorWords(item, row);
  return (
    <article class={`message ${event.author}${item.first ? " first" : ""}`}>
      {item.first ? (
        <header>
          <Avatar author={event.author} name={event.author === "subscriber" ? row.name : event.name} small />
          <span class="by">{who}</span>
          <time dateTime={item.at}>{clock(item.at)}</time>
        </header>
      ) : (
        <span class="sr">
          {who}, {clock(item.at)}
        </span>
      )}
      {event.text && (
        <div class="bubble" lang={event.locale ?? row.locale}>
          {event.author === "bot" ? markdown(event.text) : event.text}
        </div>
      )}
      <Amendment amended={item.amended} />
      {event.author === "agent" && (
        <Amend row={row} words={{ ...event, seq: item.seq, amended: item.amended, note: false }} />
      )}
      {event.cards.map((card, i) => (
        <CardView key={i} card={card} />
      ))}
      <Links links={event.links} base={location.href} newTab={t("new_tab")} />
      {event.understood && <Guessed row={row} known={event.understood} />}
      {event.buttons.length > 0 && (
        <p class="offered">
          <span>{t("offered")}</span>
          {event.buttons.map((button, i) => (
            <span key={i} class="chip">
              {button.title}
            </span>
          ))}
        </p>
      )}
    </article>
  );
}

function Note({
  name,
  text,
  when,
  waits = false,
  children,
}: {
  readonly name: string;
  readonly text: string;
  readonly when: string;
  readonly waits?: boolean;
  readonly children?: ComponentChildren;
}) {
  return (
    <article class="private">
      <header>
        <Icon name="lock" />
        <b>{t("note")}</b>
        <span>{name}</span>
        <span class="quiet">{waits ? stateWords() : when}</span>
      </header>
      {text && <p>{text}</p>}
      {children}
    </article>
  );
}

/** Case numbers stay on one line. */
const unbroken = (facts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value.replaceAll("-", "\u2011")]));

/** Codes that read differently by one of their facts. */
const VARIANTS: Readonly<Record<string, string>> = { identified: "by", proof_refused: "why", passed_on: "kind" };

function System({ item }: { readonly item: Extract<Item, { kind: "system" }> }) {
  const { code, facts, text } = item.event;
  const variant = code && VARIANTS[code];
  const key = variant ? `sys_${code}_${facts[variant]}` : `sys_${code}`;
  const words = (code && wording(key, unbroken(facts))) || text || t("sys_other", { code: code ?? "" });
  return (
    <p class="system">
      {words} · <time dateTime={item.at}>{clock(item.at)}</time>
    </p>
  );
}

function controlWords(event: Extract<Item, { kind: "control" }>["event"]): string {
  const words = t(`c_${event.controller}`, { name: event.agent_name });
  const reason = event.controller === "queue" ? reasonWords(event.reason) : null;
  return reason ? `${words} (${reason})` : words;
}

/** "Seen" or "Sent" under our newest message. */
function LastState({ log }: { readonly log: Log }) {
  const last = log.entries.at(-1);
  let seq = 0;
  for (const entry of log.entries)
    if (entry.event.kind === "message" && entry.event.author === "agent") seq = entry.seq;
  if (
    !last ||
    !seq ||
    log.outbox.length ||
    log.entries.some((e) => e.seq > seq && e.event.kind === "message" && e.event.author === "subscriber")
  )
    return null;
  return <p class="delivery">{t(seenBy(log, seq, "subscriber") ? "seen" : "sent")}</p>;
}

const stateWords = (): string => t(state.standing.value === "live" ? "sending" : "waiting_send");

function Pending({ item }: { readonly item: Outgoing<AgentSend> }) {
  if (item.frame.note) return <Note name={state.me.value?.name ?? ""} text={item.frame.text} when="" waits />;
  return (
    <article class="message agent first pending">
      <div class="bubble">{item.frame.text}</div>
      <p class="delivery">{stateWords()}</p>
    </article>
  );
}

function Typing({ name }: { readonly name: string }) {
  return (
    <p class="typing">
      <TypingDots label={t("typing", { name })} />
      <span aria-hidden="true">{t("typing", { name })}</span>
    </p>
  );
}
