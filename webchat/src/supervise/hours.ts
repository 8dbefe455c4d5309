/** Opening hours as one line of text and back: "Mon–Fri 08:00–18:00; Sat 09:00–13:00". */

import type { OpenHours } from "./api";

const DAYS = {
  de: ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
  en: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
} as const;

export type Language = keyof typeof DAYS;

export function hoursText(hours: readonly OpenHours[], language: Language): string {
  const names = DAYS[language];
  return hours
    .map(({ first, last, opens, closes }) => {
      const days = first === last ? names[first] : `${names[first]}–${names[last]}`;
      return `${days} ${opens.slice(0, 5)}–${closes.slice(0, 5)}`;
    })
    .join("; ");
}

const PART = /^([a-z]{2,3})\.?(?:\s*[-–]\s*([a-z]{2,3})\.?)?\s+(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})$/i;

const dayOf = (word: string): number => {
  const plain = word.toLowerCase();
  return [DAYS.de, DAYS.en].map((names) => names.findIndex((name) => name.toLowerCase() === plain)).find((at) => at >= 0) ?? -1;
};

const full = (time: string): string => time.padStart(5, "0");

/** The hours of a line, in either language; null when it cannot be read. */
export function readHours(text: string): OpenHours[] | null {
  const parts = text.split(";").map((part) => part.trim()).filter(Boolean);
  const hours: OpenHours[] = [];
  for (const part of parts) {
    const [, from, to, opens, closes] = PART.exec(part) ?? [];
    if (!from || !opens || !closes) return null;
    const first = dayOf(from);
    const last = to ? dayOf(to) : first;
    if (first < 0 || last < 0) return null;
    hours.push({ first, last, opens: full(opens), closes: full(closes) });
  }
  return hours;
}
