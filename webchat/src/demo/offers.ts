/**
 * The shop window: the plans of the demo catalogue, with prices in cents.
 */
import type { Locale } from "../wire/frames.js";

export interface Offer {
  readonly name: string;
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
      { name: "Basic", cents: 799, points: { de: ["HD", "1 Gerät"], en: ["HD", "1 device"] } },
      { name: "Standard", cents: 1199, points: { de: ["Full HD", "2 Geräte"], en: ["Full HD", "2 devices"] } },
      { name: "Premium", cents: 1699, points: { de: ["4K", "4 Geräte"], en: ["4K", "4 devices"] } },
      { name: "Standard", cents: 11900, yearly: true, points: { de: ["Full HD", "2 Geräte"], en: ["Full HD", "2 devices"] } },
    ],
  },
  {
    id: "press",
    offers: [
      { name: "Digital", cents: 990, points: { de: ["Alle Artikel"], en: ["All articles"] } },
      { name: "Plus", cents: 1990, points: { de: ["E-Paper", "Archiv"], en: ["E-paper", "Archive"] } },
      { name: "Complete", cents: 3990, points: { de: ["Gedruckt und digital"], en: ["Printed and digital"] } },
    ],
  },
  {
    id: "learn",
    offers: [
      { name: "Start", cents: 2000, points: { de: ["3 Kurse"], en: ["3 courses"] } },
      { name: "Pro", cents: 3000, points: { de: ["Alle Kurse", "Zertifikate"], en: ["All courses", "Certificates"] } },
      { name: "Team", cents: 6000, points: { de: ["5 Plätze"], en: ["5 seats"] } },
    ],
  },
];

/** An amount in euro as a reader of that language writes it. */
export function price(cents: number, locale: Locale): string {
  return new Intl.NumberFormat(locale === "de" ? "de-DE" : "en-IE", { style: "currency", currency: "EUR" }).format(cents / 100);
}
