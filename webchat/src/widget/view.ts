/**
 * What the panel shows, worked out from the timeline; pure, so that every rule of it can be tested.
 */
import { dayOf, wording, type Texts } from "../i18n/index.js";
import { linkHref } from "../ui/links.js";
import type { Author, Controller, Locale, MessageEvent } from "../wire/frames.js";
import { messages, seenBy, type Outgoing, type Timeline } from "../wire/timeline.js";
import type { Outward, Snapshot } from "./client.js";

export interface Line {
  readonly key: string;
  readonly seq: number;
  readonly at: string;
  readonly event: MessageEvent;
  readonly text: string;
  /** First of a run by one author: says who and when. */
  readonly first: boolean;
  /** A new day begins above this line. */
  readonly day: string | null;
  /** Part of the newest turn: its buttons may still be pressed. */
  readonly live: boolean;
}

/** An outgoing item that is shown as a bubble of the subscriber. */
export type Bubble = Outgoing<Outward>;

const BESIDES: readonly Author[] = ["system"];

export function lines(timeline: Timeline<Outward>, t: Texts, now: Date): Line[] {
  const all = messages(timeline);
  const live = liveFrom(timeline);
  let author: Author | null = null;
  let day = "";
  return all.map(({ seq, at, event, amended }) => {
    const today = dayOf(at, t, now);
    const line: Line = {
      key: `${seq}`,
      seq,
      at,
      event,
      text: wording(event, t, amended),
      first: event.author !== author || today !== day,
      day: today === day ? null : today,
      live: seq >= live,
    };
    author = event.author;
    day = today;
    return line;
  });
}

/** Whose newest turn may be answered with a button: the bot's, or a notice while one waits and after the end. */
const ASKING: Partial<Record<Controller, Author>> = { bot: "bot", queue: "system", closed: "system" };

/** From which seq on messages belong to the newest turn that asks; Infinity when there is none to answer. */
function liveFrom(timeline: Timeline<Outward>): number {
  const answered = timeline.outbox.some(({ state, frame }) => state !== "failed" && frame.type !== "person");
  const asking = ASKING[timeline.controller];
  if (answered || !asking) return Infinity;
  let from = Infinity;
  for (const { seq, event } of messages(timeline).reverse()) {
    if (event.author === asking) from = seq;
    else if (!BESIDES.includes(event.author)) break;
  }
  return from;
}

/** What waits to be sent, or failed, as the subscriber sees it; calling a person shows in the footer instead. */
export function bubbles(timeline: Timeline<Outward>): Bubble[] {
  return timeline.outbox.filter(({ frame }) => frame.type !== "person");
}

/** Is a call for a person under way? */
export function calling(timeline: Timeline<Outward>): boolean {
  return timeline.outbox.some(({ frame, state }) => frame.type === "person" && state !== "failed");
}

/** The seq of the other side's newest message. A read receipt is an event too and must not be read in turn. */
export function newestOfTheirs(timeline: Timeline<Outward>): number {
  return messages(timeline).findLast(({ event }) => event.author !== "subscriber")?.seq ?? 0;
}

/** The language the bot last answered in, and where; null if it said nothing after `seq`. */
export function spokenLocale(timeline: Timeline<Outward>, after: number): { seq: number; locale: Locale } | null {
  const last = messages(timeline).findLast(({ event }) => event.author === "bot" && event.locale);
  return last && last.seq > after ? { seq: last.seq, locale: last.event.locale! } : null;
}

/** How many messages of the other side lie beyond what the subscriber has read. */
export function unread(timeline: Timeline<Outward>): number {
  const mine = timeline.read.subscriber;
  return messages(timeline).filter(({ seq, event }) => event.author !== "subscriber" && seq > mine).length;
}

/** The word under the subscriber's last message. */
export function lastState(timeline: Timeline<Outward>, t: Texts): { seq: number; word: string } | null {
  const last = messages(timeline).filter(({ event }) => event.author === "subscriber").at(-1);
  if (!last) return null;
  const answered = messages(timeline).some(({ seq, event }) => seq > last.seq && event.author !== "system");
  const seen = answered || seenBy(timeline, last.seq, "agent", "bot");
  return { seq: last.seq, word: seen ? t.seen : t.sent };
}

/** Who answers now: name, what they are, and how to draw them. */
export function counterpart(timeline: Timeline<Outward>, t: Texts): { author: Author; name: string; role: string } {
  switch (timeline.controller) {
    case "agent":
      return { author: "agent", name: timeline.agentName || t.person, role: t.personRole };
    case "queue":
      return { author: "system", name: t.waitingTitle, role: t.waitingRole };
    case "closed":
      return { author: "bot", name: t.bot, role: t.closedRole };
    case "bot":
      return { author: "bot", name: t.bot, role: t.botRole };
  }
}

/** The name above a message. */
export function speaker(event: MessageEvent, t: Texts): string {
  if (event.author === "bot") return t.bot;
  if (event.author === "agent") return event.name || t.person;
  return event.author === "subscriber" ? t.you : t.system;
}

/** One line about the connection or the place in line; null when there is nothing to say. */
export function strip(now: Snapshot, t: Texts): { text: string; warn: boolean } | null {
  if (now.refused && now.refused !== "session_expired") return { text: t.unavailable, warn: true };
  if (now.link === "offline") return { text: t.offline, warn: true };
  if (now.link === "connecting") return { text: t.connecting, warn: false };
  const { queue } = now;
  if (!queue) return null;
  const range = queue.wait_from != null && queue.wait_to != null ? ` ${t.wait(queue.wait_from, queue.wait_to)}` : "";
  return { text: t.place(queue.position) + range, warn: false };
}

/** Bold, links and the like as plain text, for ears and files. */
export function plain(text: string): string {
  return text.replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, "$1 ($2)").replace(/\*{1,2}([^*\n]+)\*{1,2}/g, "$1").replace(/`([^`]+)`/g, "$1");
}

/** What a listener hears of a message. */
export function spoken(event: MessageEvent, t: Texts): string {
  const cards = event.cards.map(({ title, rows, points }) =>
    [title, ...rows.map(({ label, value }) => `${label}: ${value}`), ...points].join(", "),
  );
  const buttons = event.buttons.filter(({ style }) => style !== "person");
  const choices = buttons.length ? [`${t.options(buttons.length)}: ${titles(buttons)}`] : [];
  const links = event.links.length ? [`${t.links(event.links.length)}: ${titles(event.links)}`] : [];
  return [`${speaker(event, t)}: ${plain(wording(event, t))}`, ...cards, ...links, ...choices].reduce(sentence);
}

/** The next sentence after what was said; a colon or a full stop at its end is enough. */
export function sentence(said: string, next: string): string {
  return `${said}${/[.:!?…]$/.test(said) ? " " : ". "}${next}`;
}

function titles(named: readonly { title: string }[]): string {
  return named.map(({ title }) => title).join(", ");
}

/** The conversation as a text file; links with their whole address at the gateway, `base`. */
export function transcript(timeline: Timeline<Outward>, t: Texts, base: string): string {
  const stamp = new Intl.DateTimeFormat(t.region, { dateStyle: "short", timeStyle: "short" });
  return messages(timeline)
    .map(({ at, event, amended }) => {
      const cards = event.cards.flatMap(({ title, rows, points }) => [
        `  ${title}`,
        ...rows.map(({ label, value }) => `    ${label}: ${value}`),
        ...points.map((point) => `    - ${point}`),
      ]);
      const links = event.links.flatMap(({ title, url }) => {
        const href = linkHref(url, base);
        return href === null ? [] : [`  ${title}: ${href}`];
      });
      return [`[${stamp.format(new Date(at))}] ${speaker(event, t)}: ${plain(wording(event, t, amended))}`, ...cards, ...links].join("\n");
    })
    .join("\n\n");
}
