/**
 * Choice of language, and words for what the gateway names only by code.
 */
import type { Locale, Of } from "../wire/frames.js";
import type { Amended } from "../wire/timeline.js";
import { de, type Code, type Texts } from "./de.js";
import { en } from "./en.js";

export type { Code, Texts } from "./de.js";
export { LOCALES, localeOf } from "./locale.js";

const texts: Record<Locale, Texts> = { de, en };

export function textsOf(locale: Locale): Texts {
  return texts[locale];
}

/** What a message says: its own text, or our words for its code; "" if we have neither. Amended words say so. */
export function wording(event: Of<"message">, t: Texts, amended?: Amended): string {
  if (amended) return t[amended](event.text);
  const code = event.code as Code | null | undefined;
  if (code && Object.hasOwn(t.codes, code)) return t.codes[code](event.facts ?? {});
  return event.text ?? "";
}

/** Hours and minutes. */
export function clock(at: string, locale: Locale): string {
  return new Intl.DateTimeFormat(textsOf(locale).region, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** "Today", "Yesterday" or the date, in the reader's time zone. */
export function dayOf(at: string, t: Pick<Texts, "today" | "yesterday" | "region">, now: Date): string {
  const day = new Date(at);
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(day)) / 86_400_000);
  if (days === 0) return t.today;
  if (days === 1) return t.yesterday;
  return new Intl.DateTimeFormat(t.region, { day: "numeric", month: "long", year: "numeric" }).format(day);
}
