/**
 * The languages we speak, and the choice among them.
 */
import type { Locale } from "../wire/frames.js";

export const LOCALES: readonly Locale[] = ["de", "en"];

/** The first of the wishes (BCP 47 tags) that we speak; German if none. */
export function localeOf(...wishes: (string | null | undefined)[]): Locale {
  for (const wish of wishes) {
    const tag = wish?.toLowerCase().split("-")[0];
    const found = LOCALES.find((locale) => locale === tag);
    if (found) return found;
  }
  return "de";
}
