/**
 * The open panel: header, strip, log, footer and the one voice for screen readers.
 */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Texts } from "../i18n/index.js";
import { Icon } from "../ui/parts.js";
import { messages } from "../wire/timeline.js";
import type { Snapshot } from "./client.js";
import { Footer } from "./footer.js";
import { Header } from "./header.js";
import { Log } from "./log.js";
import type { Chat } from "./panel.js";
import { sentence, spoken, strip } from "./view.js";

export interface PartProps {
  chat: Chat;
  t: Texts;
  now: Snapshot;
}

const FULL_SCREEN = "(max-width: 639px)";
const FOCUSABLE = 'button:not([disabled]), a[href], textarea, [tabindex="0"]';

export function Panel({ chat, t, now, focus }: PartProps & { focus: boolean }): JSX.Element {
  const panel = useRef<HTMLDivElement>(null);
  const full = matchMedia(FULL_SCREEN).matches;
  useEffect(() => {
    if (focus) chat.keepFocus();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      chat.close();
    }
    if (event.key === "Tab" && full && panel.current) keepInside(event, panel.current);
  };
  return (
    <div
      class="panel"
      part="panel"
      role="dialog"
      aria-modal={full}
      aria-labelledby="title"
      lang={t.locale}
      tabIndex={-1}
      ref={panel}
      onKeyDown={onKeyDown}
    >
      <Header chat={chat} t={t} now={now} />
      <Strip t={t} now={now} />
      <Log chat={chat} t={t} now={now} />
      <Footer chat={chat} t={t} now={now} />
      <Announcer t={t} now={now} />
    </div>
  );
}

/** Full screen, Tab goes round inside; the page behind cannot be seen. */
function keepInside(event: KeyboardEvent, panel: HTMLElement): void {
  const stops = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((stop) => stop.offsetParent !== null);
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  const active = (panel.getRootNode() as ShadowRoot).activeElement;
  if (active !== from && active !== panel) return;
  if (active === panel && !event.shiftKey) return;
  event.preventDefault();
  to?.focus();
}

function Strip({ t, now }: { t: Texts; now: Snapshot }): JSX.Element {
  const line = strip(now, t);
  return (
    <div class="strip">
      {line && (
        <p class={line.warn ? "warn" : ""}>
          {line.warn && <Icon name="warn" />}
          <span>{line.text}</span>
        </p>
      )}
    </div>
  );
}

/** The only live region: each finished message once, and what the strip says when it changes. */
function Announcer({ t, now }: { t: Texts; now: Snapshot }): JSX.Element {
  const heard = useRef<number | null>(null);
  const [words, say] = useState("");
  const all = messages(now.timeline);
  const last = all.at(-1)?.seq ?? 0;
  useEffect(() => {
    if (!last) return;
    const alone = all.length === 1;
    const from = heard.current ?? (alone ? 0 : Math.max(now.known, 0));
    const news = all.filter(({ seq, event }) => seq > from && event.author !== "subscriber");
    heard.current = Math.max(from, last);
    if (news.length) say(news.map(({ event }) => spoken(event, t)).reduce(sentence));
  }, [last]);
  const line = strip(now, t)?.text ?? "";
  useEffect(() => {
    // A connection that comes within a moment is not worth a word.
    const timer = setTimeout(() => line && say(line), 800);
    return () => clearTimeout(timer);
  }, [line]);
  return (
    <div class="sr" aria-live="polite" aria-atomic="true">
      {words}
    </div>
  );
}
