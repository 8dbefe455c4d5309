/**
 * The language both surfaces of the desk speak, the texts they share, and the forms of times and amounts.
 *
 * Invariants: every text comes from a dictionary, German and English with equal keys; a text is never built by joining words.
 */

import { signal } from "@preact/signals";
import { dayOf } from "../i18n";
import { deskDe } from "../i18n/desk.de";
import { deskEn } from "../i18n/desk.en";
import { LOCALES, localeOf } from "../i18n/locale";
import type { Locale } from "../wire/frames.js";
import { recall, remember } from "./device";

export type Facts = Readonly<Record<string, string | number>>;

export const locale = signal<Locale>("de");

export function setLocale(next: Locale): void {
  locale.value = next;
  document.documentElement.lang = next;
  remember("locale", next);
}

/** The language chosen here before, else the browser's. */
export const firstLocale = (): Locale => localeOf(recall("locale"), ...navigator.languages);
export const otherLocale = (): Locale => LOCALES.find((one) => one !== locale.value) ?? "de";

/** The voice of a dictionary: its texts in the language of the desk, with `{name}` filled from facts. */
export function voiceOf<Key extends string>(german: Readonly<Record<Key, string>>, english: Readonly<Record<Key, string>>) {
  const say = (key: Key, facts: Facts = {}): string =>
    (locale.value === "de" ? german : english)[key].replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ""));
  /** The same for keys made from a code of the server; `null` when there is no text for it. */
  const wording = (key: string, facts: Facts = {}): string | null => (Object.hasOwn(german, key) ? say(key as Key, facts) : null);
  return { say, wording };
}

export const { say: shared, wording: sharedWording } = voiceOf(deskDe, deskEn);

const tag = (): string => (locale.value === "de" ? "de-DE" : "en-GB");

/** The time of day, 24 hours in both languages. */
export const clock = (iso: string): string =>
  new Intl.DateTimeFormat(tag(), { hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
export const dayWord = (iso: string): string =>
  dayOf(iso, { today: shared("today"), yesterday: shared("yesterday"), region: tag() }, new Date());

/** A calendar day: `2026-11-03` or a full time. */
export const day = (iso: string): string =>
  new Intl.DateTimeFormat(tag(), { day: "numeric", month: "short", year: "numeric" }).format(new Date(iso));

/** The time of today, else day and time. */
export const moment = (iso: string): string =>
  new Date(iso).toDateString() === new Date().toDateString() ? clock(iso) : `${day(iso)}, ${clock(iso)}`;

/** Integer minor units as an amount; the only place where they become a decimal. */
export function money(minor: number, currency: string): string {
  return new Intl.NumberFormat(tag(), { style: "currency", currency }).format(minor / 100);
}

export const percent = (part: number): string =>
  new Intl.NumberFormat(tag(), { style: "percent", maximumFractionDigits: 0 }).format(part);

/** A wait as `4:12`, from one hour on as `1 h 05`. */
export function span(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  return s < 3600
    ? `${Math.floor(s / 60)}:${two(s % 60)}`
    : `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))}`;
}
