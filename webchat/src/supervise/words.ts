/** Wording and form of the supervisor's pages; language, dates and shared texts are those of the whole desk. */

import { percent, sharedWording, span, voiceOf, type Facts } from "../console/tongue";
import { superviseDe } from "./texts.de";
import { superviseEn } from "./texts.en";

export type Key = keyof typeof superviseDe;

export const { say: w, wording } = voiceOf<Key>(superviseDe, superviseEn);

/** The text for a key made from a code; the code itself when there is none. */
export const code = (key: string, facts: Facts = {}): string => wording(key, facts) ?? key;

/** The topics of cases, as the gateway names them. */
export const SKILLS: readonly string[] = ["BIL", "COL", "RET", "TEC", "SEC", "DLV", "SAL", "CMP", "PRV"];

export const share = (part: number | null): string => (part === null ? w("none") : percent(part));
export const time = (seconds: number | null): string => (seconds === null ? w("none") : span(seconds));
export const skillWords = (skill: string): string => (skill ? (sharedWording(`s_${skill}`) ?? skill) : w("no_skill"));
export const languageWords = (language: string): string => (sharedWording(`lang_${language}`) ?? language);
