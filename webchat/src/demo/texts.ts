/**
 * Texts of the demo shop, German and English with equal keys.
 */
import type { Locale } from "../wire/frames.js";

const de = {
  brand: "Demo-Shop",
  title: "Demo-Shop: Abos für zu Hause",
  skip: "Zum Inhalt",
  demo: "Demo",
  demoNote: "Ein erfundener Laden. Wählen Sie, wer Sie sind, und öffnen Sie unten rechts den Chat.",
  signedInAs: "Angemeldet als",
  nobody: "Nicht angemeldet",
  demoBar: "Einstellungen der Demo",
  language: "Sprache der Seite",
  appearance: "Darstellung",
  light: "Hell",
  dark: "Dunkel",
  desk: "Arbeitsplatz öffnen",
  navigation: "Angebote",
  streaming: "Streaming",
  press: "Zeitung",
  learn: "Lernen",
  others: "Ohne Vertrag",
  headline: "Filme, Zeitung und Kurse. Monatlich, und jederzeit kündbar.",
  intro: "Fragen zu Rechnung, Zahlung oder Tarif beantwortet der Chat. Auch einen Menschen erreichen Sie dort.",
  storyNobody: "Sie sind nicht angemeldet. Im Chat bekommen Sie allgemeine Auskünfte; zu Ihrem Vertrag erst nach der Anmeldung oder mit einem Code an Ihre E-Mail-Adresse.",
  storyFailed: "Die Liste der Demo-Kundschaft konnte nicht geladen werden.",
  tryTitle: "Das können Sie im Chat ausprobieren",
  asks: [
    "Wofür ist die letzte Abbuchung?",
    "Warum ist meine Zahlung fehlgeschlagen?",
    "Ich möchte einen größeren Tarif.",
    "Ich habe mein Passwort vergessen.",
    "Ich will kündigen.",
    "Ich möchte mit einem Menschen sprechen.",
  ],
  perMonth: "im Monat",
  perYear: "im Jahr",
  footer: "Nichts hier ist echt: keine Waren, keine Zahlungen, keine echten Personen.",
};

type Texts = typeof de;

const en: Texts = {
  brand: "Demo shop",
  title: "Demo shop: subscriptions for your home",
  skip: "Skip to content",
  demo: "Demo",
  demoNote: "A made-up shop. Choose who you are and open the chat at the bottom right.",
  signedInAs: "Signed in as",
  nobody: "Not signed in",
  demoBar: "Settings of the demo",
  language: "Language of the page",
  appearance: "Appearance",
  light: "Light",
  dark: "Dark",
  desk: "Open the agent desk",
  navigation: "Offers",
  streaming: "Streaming",
  press: "Newspaper",
  learn: "Learning",
  others: "Without a contract",
  headline: "Films, news and courses. Monthly, and cancel at any time.",
  intro: "The chat answers questions about invoices, payments and plans. You can reach a person there as well.",
  storyNobody: "You are not signed in. The chat gives general answers; about your contract only after you sign in, or with a code to your e-mail address.",
  storyFailed: "The list of demo customers could not be loaded.",
  tryTitle: "Things to try in the chat",
  asks: [
    "Can you explain my last invoice?",
    "Why did my payment fail?",
    "I would like a bigger plan.",
    "I forgot my password.",
    "I want to cancel.",
    "I want to talk to a person.",
  ],
  perMonth: "per month",
  perYear: "per year",
  footer: "Nothing here is real: no goods, no payments, no real people.",
};

const texts: Record<Locale, Texts> = { de, en };

/** The texts of the page in one language. */
export function demoTexts(locale: Locale): Texts {
  return texts[locale];
}

/** The names of texts that are one plain string. */
export type TextKey = { [K in keyof Texts]: Texts[K] extends string ? K : never }[keyof Texts];
