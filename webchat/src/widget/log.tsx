/**
 * The log: turns, cards, buttons of the newest turn, what waits to be sent, typing, the way back down.
 *
 * Invariants: it follows new messages only while the reader is at the end; nothing moves under a reader who
 * scrolled up; buttons can be pressed once, in the newest turn only.
 */
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { clock, type Texts } from "../i18n/index.js";
import { markdown } from "../ui/markdown.js";
import { Avatar, CardView, Icon, Links, TypingDots } from "../ui/parts.js";
import type { Author, Locale } from "../wire/frames.js";
import type { PartProps } from "./app.js";
import { Buttons } from "./buttons.js";
import type { Chat } from "./panel.js";
import { bubbles, lastState, lines, speaker, type Bubble, type Line } from "./view.js";

const NEAR = 48;

export function Log({ chat, t, now }: PartProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const height = useRef(0);
  const [news, setNews] = useState(false);
  const { timeline, typing } = now;
  const shown = lines(timeline, t, new Date());
  const waiting = bubbles(timeline);
  const state = waiting.length ? null : lastState(timeline, t);
  const toEnd = () => {
    const log = box.current;
    if (log) log.scrollTop = log.scrollHeight;
    setNews(false);
  };
  const last = shown.at(-1);
  useLayoutEffect(() => {
    if (atEnd.current || last?.event.author === "subscriber") toEnd();
    else setNews(true);
  }, [last?.seq]);
  useLayoutEffect(() => {
    if (atEnd.current || waiting.length) toEnd();
  }, [waiting.length, typing !== null, t, state?.word]);
  useLayoutEffect(() => {
    // The strip, the keyboard or a longer draft take room from below; the reader at the end stays there.
    const resized = new ResizeObserver(() => {
      height.current = box.current?.clientHeight ?? 0;
      if (atEnd.current) toEnd();
    });
    if (box.current) resized.observe(box.current);
    return () => resized.disconnect();
  }, []);
  const onScroll = () => {
    const log = box.current;
    // A scroll of ours that is told after the room shrank is no reader who scrolled up.
    if (!log || log.clientHeight !== height.current) return;
    atEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    if (atEnd.current) setNews(false);
  };
  return (
    <div class="scroll">
      <div class="log" ref={box} role="log" aria-live="off" aria-label={t.log} aria-busy={!shown.length} tabIndex={0} onScroll={onScroll}>
        {!shown.length && <Skeleton t={t} />}
        {shown.map((line) => (
          <Turn key={line.key} chat={chat} t={t} line={line} online={now.link === "online"} state={line.seq === state?.seq ? state.word : null} />
        ))}
        {waiting.map((item) => (
          <Pending key={item.frame.cid} chat={chat} t={t} item={item} />
        ))}
        {typing && (
          <div class={`typing ${typing.author}`}>
            <TypingDots label={t.typing(typing.author === "bot" ? t.bot : typing.name || t.person)} />
          </div>
        )}
      </div>
      {news && (
        <button type="button" class="jump" onClick={toEnd}>
          <Icon name="down" />
          {t.newMessages}
        </button>
      )}
    </div>
  );
}

function Skeleton({ t }: { t: Texts }): JSX.Element {
  return (
    <div class="skeleton">
      <span class="sr">{t.loading}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

interface TurnProps {
  chat: Chat;
  t: Texts;
  line: Line;
  online: boolean;
  state: string | null;
}

function Turn({ chat, t, line, online, state }: TurnProps): JSX.Element | null {
  const { event, text, day } = line;
  const above = day && <p class="day">{day}</p>;
  if (event.author === "system") {
    return text ? (
      <>
        {above}
        <div class="system">{markdown(text)}</div>
        <Buttons chat={chat} t={t} line={line} online={online} />
      </>
    ) : null;
  }
  const mine = event.author === "subscriber";
  const wide = event.cards.length > 0 || event.buttons.some(({ style }) => style === "order");
  const classes = ["turn", event.author, mine && "mine", line.first && "first", wide && "wide"].filter(Boolean);
  return (
    <>
      {above}
      <div class={classes.join(" ")}>
        <Byline t={t} author={event.author} name={speaker(event, t)} at={line.at} first={line.first} />
        {text && (
          <div class="bubble" {...language(event.locale, chat.locale, event.code)}>
            {mine ? text : markdown(text)}
          </div>
        )}
        {event.cards.map((card, i) => (
          <CardView key={i} card={card} />
        ))}
        <Links links={event.links} base={chat.base} newTab={t.newTab} />
        <Buttons chat={chat} t={t} line={line} online={online} />
        {state && <span class="state">{state}</span>}
      </div>
    </>
  );
}

/** A message in another language than the panel's says so to screen readers; our own wording never is. */
function language(of: Locale | null, panel: Locale, code: string | null): { lang?: Locale } {
  return of && of !== panel && !code ? { lang: of } : {};
}

function Byline({ t, author, name, at, first }: { t: Texts; author: Author; name: string; at: string; first: boolean }): JSX.Element {
  const time = (
    <time dateTime={at}>{clock(at, t.locale as Locale)}</time>
  );
  if (!first) return <span class="sr">{name}</span>;
  if (author === "subscriber") {
    return (
      <span class="by">
        <span class="sr">{name}</span>
        {time}
      </span>
    );
  }
  return (
    <span class="by">
      <Avatar author={author} name={author === "agent" ? name : ""} small />
      {name}
      <span aria-hidden="true">·</span>
      {time}
    </span>
  );
}

function Pending({ chat, t, item }: { chat: Chat; t: Texts; item: Bubble }): JSX.Element {
  const { frame, state } = item;
  const again = () => {
    chat.client.discard(frame.cid);
    if (frame.type === "send") chat.client.wish({ type: "send", text: frame.text, label: frame.label });
  };
  return (
    <div class={`turn mine first${state === "sent" ? "" : " pending"}`}>
      <span class="sr">{t.you}</span>
      <div class="bubble">{frame.label}</div>
      {state === "failed" ? (
        <span class="state bad">
          {frame.type === "send" ? t.failed : t.pressFailed}
          {frame.type === "send" && (
            <button type="button" onClick={again}>
              {t.again}
            </button>
          )}
          <button type="button" onClick={() => chat.client.discard(frame.cid)}>
            {t.discard}
          </button>
        </span>
      ) : (
        <span class="state">{state === "sent" ? t.sent : t.waiting}</span>
      )}
    </div>
  );
}
