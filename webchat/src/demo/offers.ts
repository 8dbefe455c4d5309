/**
 * The shop window: the plans of the demo catalogue, with prices in cents.
 */
import type { Locale } from "../wire/frames.js";

export interface Offer {
  /** As in the catalogue: the chat calls the plans by the same names. */
  readonly name: Readonly<Record<Locale, string>>;
  readonly cents: number;
  readonly yearly?: boolean;
  readonly points: Readonly<Record<Locale, readonly string[]>>;
}

export interface Shelf {
  readonly id: "streaming" | "press" | "learn";
  readonly offers: readonly Offer[];
}

export const SHELVES: readonly Shelf[] = [
  {
    id: "streaming",
    offers: [
      { name: { de: "Stream Basis", en: "Stream Basic" }, cents: 799, points: { de: ["HD", "1 Gerät"], en: ["HD", "1 device"] } },
      { name: { de: "Stream Standard", en: "Stream Standard" }, cents: 1199, points: { de: ["Full HD", "2 Geräte"], en: ["Full HD", "2 devices"] } },
      { name: { de: "Stream Premium", en: "Stream Premium" }, cents: 1699, points: { de: ["4K", "4 Geräte"], en: ["4K", "4 devices"] } },
      { name: { de: "Stream Standard Jahr", en: "Stream Standard Yearly" }, cents: 11900, yearly: true, points: { de: ["Full HD", "2 Geräte"], en: ["Full HD", "2 devices"] } },
    ],
  },
  {
    id: "press",
    offers: [
      { name: { de: "Zeitung Digital", en: "Press Digital" }, cents: 990, points: { de: ["Alle Artikel"], en: ["All articles"] } },
      { name: { de: "Zeitung Plus", en: "Press Plus" }, cents: 1990, points: { de: ["E-Paper", "Archiv"], en: ["E-paper", "Archive"] } },
      { name: { de: "Zeitung Komplett", en: "Press Complete" }, cents: 3990, points: { de: ["Gedruckt und digital"], en: ["Printed and digital"] } },
    ],
  },
  {
    id: "learn",
    offers: [
      { name: { de: "Lernen Start", en: "Learn Start" }, cents: 2000, points: { de: ["1 Kurs im Monat"], en: ["1 course a month"] } },
      { name: { de: "Lernen Pro", en: "Learn Pro" }, cents: 3000, points: { de: ["Alle Kurse", "Zertifikate"], en: ["All courses", "Certificates"] } },
      { name: { de: "Lernen Team", en: "Learn Team" }, cents: 6000, points: { de: ["5 Plätze"], en: ["5 seats"] } },
    ],
  },
];

/** An amount in euro as a reader of that language writes it. */
export function price(cents: number, locale: Locale): string {
  return new Intl.NumberFormat(locale === "de" ? "de-DE" : "en-IE", { style: "currency", currency: "EUR" }).format(cents / 100);
}
