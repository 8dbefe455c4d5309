/** Wording and form of the supervisor's pages; language and dates are the console's. */

import { locale, percent, span, wording, type Facts } from "../console/texts";
import { superviseDe } from "./texts.de";
import { superviseEn } from "./texts.en";

export type Key = keyof typeof superviseDe;

/** The text of `key`, with `{name}` filled from `facts`. */
export function w(key: Key, facts: Facts = {}): string {
  const words: string = (locale.value === "de" ? superviseDe : superviseEn)[key];
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ""));
}

/** The same for keys made from a code; the code itself when there is no text. */
export const code = (key: string, facts: Facts = {}): string =>
  Object.hasOwn(superviseDe, key) ? w(key as Key, facts) : key;

/** The topics of cases, as the gateway names them. */
export const SKILLS: readonly string[] = ["BIL", "COL", "RET", "TEC", "SEC", "DLV", "SAL", "CMP", "PRV"];

export const share = (part: number | null): string => (part === null ? w("none") : percent(part));
export const time = (seconds: number | null): string => (seconds === null ? w("none") : span(seconds));
export const skillWords = (skill: string): string => (skill ? (wording(`s_${skill}`) ?? skill) : w("no_skill"));
export const languageWords = (language: string): string => code(`lang_${language}`);
