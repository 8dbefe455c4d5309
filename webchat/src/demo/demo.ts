/**
 * The demo shop: plays the host site of the widget. Choosing a customer is its sign-in.
 *
 * Invariants: the widget learns of a customer only through `subject` and a token the server signed; the choice is
 * kept for this tab alone.
 */
import { localeOf } from "../i18n/locale.js";
import type { Locale } from "../wire/frames.js";
import { price, SHELVES, type Offer } from "./offers.js";
import { demoTexts, type TextKey } from "./texts.js";

interface Customer {
  number: string;
  name: string;
  locale: string;
  story_de: string;
  story_en: string;
  product: string | null;
}

interface Chat extends HTMLElement {
  token: (() => Promise<string>) | null;
  open?(): Promise<void>;
}

const CHOICE = "demo:customer";
const PRODUCTS = [["streaming", "streaming"], ["press", "press"], ["training", "learn"]] as const;
const page = document.documentElement;
const chat = document.querySelector("abolotse-chat") as Chat;
const select = document.querySelector("#customer") as HTMLSelectElement;
let customers: readonly Customer[] | null = null;
let failed = false;
let locale: Locale = localeOf(new URLSearchParams(location.search).get("lang"), navigator.language);

function element<K extends keyof HTMLElementTagNameMap>(tag: K, text = "", className = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function showTexts(): void {
  const t = demoTexts(locale);
  page.lang = locale;
  document.title = t.title;
  for (const place of document.querySelectorAll<HTMLElement>("[data-text]")) {
    place.textContent = t[place.dataset.text as TextKey];
  }
  for (const place of document.querySelectorAll<HTMLElement>("[data-label]")) {
    place.setAttribute("aria-label", t[place.dataset.label as TextKey]);
  }
  const asks = t.asks.map((ask) => {
    const item = element("li");
    item.append(element("q", ask));
    return item;
  });
  document.querySelector("#asks")?.replaceChildren(...asks);
  document.querySelector("#offers")?.replaceChildren(...SHELVES.map(shelf));
}

function shelf({ id, offers }: (typeof SHELVES)[number]): HTMLElement {
  const section = element("section", "", "shelf");
  section.id = id;
  const cards = element("ul", "", "cards");
  cards.append(...offers.map(card));
  section.append(element("h2", demoTexts(locale)[id]), cards);
  return section;
}

function card(offer: Offer): HTMLElement {
  const t = demoTexts(locale);
  const item = element("li", "", "card");
  const cost = element("p", "", "cost");
  cost.append(element("strong", price(offer.cents, locale)), ` ${offer.yearly ? t.perYear : t.perMonth}`);
  const points = element("ul");
  points.append(...offer.points[locale].map((point) => element("li", point)));
  item.append(element("h3", offer.name[locale]), cost, points);
  return item;
}

function showCustomers(): void {
  const t = demoTexts(locale);
  const known = customers ?? [];
  const chosen = sessionStorage.getItem(CHOICE) ?? "";
  const groups = PRODUCTS.map(([product, label]) => group(t[label], known.filter((one) => one.product === product)));
  const others = group(t.others, known.filter((one) => !PRODUCTS.some(([product]) => product === one.product)));
  select.replaceChildren(new Option(t.nobody, ""), ...[...groups, others].filter(({ children }) => children.length));
  select.value = known.some(({ number }) => number === chosen) ? chosen : "";
  showStory();
}

function group(label: string, people: readonly Customer[]): HTMLOptGroupElement {
  const made = document.createElement("optgroup");
  made.label = label;
  made.append(...people.map(({ number, name }) => new Option(`${name} (${number})`, number)));
  return made;
}

function showStory(): void {
  const t = demoTexts(locale);
  const chosen = customers?.find(({ number }) => number === select.value);
  const story = chosen && (locale === "de" ? chosen.story_de : chosen.story_en);
  const text = story ?? (failed ? t.storyFailed : t.storyNobody);
  document.querySelector("#story")?.replaceChildren(text);
}

/** What a host site does at its own sign-in and sign-out. */
function signIn(number: string): void {
  sessionStorage.setItem(CHOICE, number);
  chat.token = number ? () => token(number) : null;
  if (number) chat.setAttribute("subject", number);
  else chat.removeAttribute("subject");
  showStory();
}

async function token(customer: string): Promise<string> {
  const response = await fetch("/demo/token", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Requested-With": "abolotse" },
    body: JSON.stringify({ customer }),
  });
  if (!response.ok) throw new Error(`token: ${response.status}`);
  return ((await response.json()) as { jwt: string }).jwt;
}

function setLocale(next: Locale): void {
  locale = next;
  chat.lang = next;
  showTexts();
  showCustomers();
  for (const button of document.querySelectorAll<HTMLElement>("[data-lang]")) {
    button.setAttribute("aria-pressed", `${button.dataset.lang === next}`);
  }
}

function setScheme(scheme: string): void {
  page.dataset.theme = scheme;
  chat.setAttribute("color-scheme", scheme);
  for (const button of document.querySelectorAll<HTMLElement>("[data-scheme]")) {
    button.setAttribute("aria-pressed", `${button.dataset.scheme === scheme}`);
  }
}

async function begin(): Promise<void> {
  const early = sessionStorage.getItem(CHOICE);
  if (early) signIn(early);
  setLocale(locale);
  setScheme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  select.addEventListener("change", () => signIn(select.value));
  for (const button of document.querySelectorAll<HTMLElement>("[data-lang]")) {
    button.addEventListener("click", () => setLocale(localeOf(button.dataset.lang)));
  }
  for (const button of document.querySelectorAll<HTMLElement>("[data-scheme]")) {
    button.addEventListener("click", () => setScheme(button.dataset.scheme ?? "light"));
  }
  try {
    const response = await fetch("/demo/customers");
    if (!response.ok) throw new Error(`customers: ${response.status}`);
    customers = (await response.json()) as Customer[];
  } catch {
    failed = true;
  }
  showCustomers();
  if (select.value !== (early ?? "")) signIn(select.value);
}

void begin();
