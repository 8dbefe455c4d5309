/**
 * The console's language and wording.
 *
 * Invariants: every text comes from the dictionaries, whose keys are equal; a text is never built by joining words.
 */

import { signal } from "@preact/signals";
import { dayOf } from "../i18n";
import { LOCALES, localeOf } from "../i18n/locale";
import { actionsDe } from "../i18n/console.actions.de";
import { actionsEn } from "../i18n/console.actions.en";
import { consoleDe } from "../i18n/console.de";
import { consoleEn } from "../i18n/console.en";
import { shellDe } from "../i18n/console.shell.de";
import { shellEn } from "../i18n/console.shell.en";
import { workDe } from "../i18n/console.work.de";
import { workEn } from "../i18n/console.work.en";
import type { Locale } from "../wire/frames.js";
import { recall, remember } from "./device";

const german = { ...consoleDe, ...actionsDe, ...shellDe, ...workDe };
const english: Record<TextKey, string> = { ...consoleEn, ...actionsEn, ...shellEn, ...workEn };

export type TextKey = keyof typeof german;
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

/** The text of `key` in the console's language, with `{name}` filled from `facts`. */
export function t(key: TextKey, facts: Facts = {}): string {
  const words: string = (locale.value === "de" ? german : english)[key];
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ""));
}

/** Like `t` for keys made from a code of the server; `null` when there is no text for it. */
export function wording(key: string, facts: Facts = {}): string | null {
  return Object.hasOwn(german, key) ? t(key as TextKey, facts) : null;
}

const tag = (): string => (locale.value === "de" ? "de-DE" : "en-GB");

/** The time of day, 24 hours in both languages. */
export const clock = (iso: string): string =>
  new Intl.DateTimeFormat(tag(), { hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
export const dayWord = (iso: string): string =>
  dayOf(iso, { today: t("today"), yesterday: t("yesterday"), region: tag() }, new Date());

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
