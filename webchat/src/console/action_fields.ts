/**
 * What must be known for each kind of action, as fields, and the wish that typed values make.
 *
 * Invariants: pure; what the customer's view knows is offered, not typed; an amount that is none gives no wish.
 */

import { cents, type Kind, type OfferedPlan, type Wish } from "./actions";
import type { Contract, Overview, Words } from "./overview";
import { day, locale, money, t, type TextKey } from "./texts";

export type Values = Readonly<Record<string, string>>;
export interface Option {
  readonly value: string;
  readonly words: string;
}
export interface Field {
  readonly name: string;
  readonly label: TextKey;
  readonly type: "text" | "amount" | "date" | "email" | "area" | "choice";
  readonly optional?: boolean;
  readonly hint?: TextKey;
  readonly options?: readonly Option[];
  readonly limits?: { readonly min?: string; readonly max?: string };
}

export const KINDS: readonly Kind[] = [
  "credit", "refund", "pay_link", "promise", "hold", "pause", "plan", "unlock", "address", "email",
];

const said = (words: Words): string => words[locale.value];
const OVER = new Set(["ended", "withdrawn"]);
const running = (view: Overview): readonly Contract[] => view.contracts.filter(({ state }) => !OVER.has(state));
const named = ({ plan }: Contract): string => (locale.value === "de" ? plan.name_de : plan.name_en);

/** The contract is asked for only where there are several. */
const contractField = (view: Overview): readonly Field[] =>
  running(view).length < 2
    ? []
    : [
        {
          name: "subscription",
          label: "x_contract",
          type: "choice",
          options: running(view).map((one) => ({ value: one.id, words: `${named(one)} (${one.id})` })),
        },
      ];

const paid = (view: Overview): readonly Option[] =>
  view.money.payments
    .filter(({ result }) => result === "paid" || result === "late")
    .map(({ invoice, on, total }) => ({
      value: invoice,
      words: `${invoice}, ${day(on)}, ${money(total.minor, total.currency)}`,
    }));

const unpaid = (view: Overview): readonly Option[] => [
  { value: "", words: t("x_all_open") },
  ...view.money.unpaid.map(({ number, total }) => ({
    value: number,
    words: `${number}, ${money(total.minor, total.currency)}`,
  })),
];

const plus = (days: number): string => {
  const on = new Date(Date.now() + days * 86_400_000);
  return `${on.getFullYear()}-${String(on.getMonth() + 1).padStart(2, "0")}-${String(on.getDate()).padStart(2, "0")}`;
};

const planOptions = (view: Overview, plans: readonly OfferedPlan[]): readonly Option[] => {
  const had = new Set(running(view).map(({ plan }) => plan.code));
  const products = new Set(running(view).map(({ plan }) => plan.product));
  return plans
    .filter(({ code, product }) => products.has(product) && !had.has(code))
    .map(({ code, name, price }) => ({ value: code, words: `${said(name)}, ${said(price)}` }));
};

const choice = (name: string, label: TextKey, options: readonly Option[]): Field => ({ name, label, type: "choice", options });

const FIELDS: Readonly<Record<Kind, (view: Overview, plans: readonly OfferedPlan[]) => readonly Field[]>> = {
  credit: (view) => [{ name: "amount", label: "x_amount", type: "amount" }, ...contractField(view)],
  refund: (view) => [
    choice("invoice", "x_invoice", paid(view)),
    { name: "amount", label: "x_amount", type: "amount", optional: true, hint: "x_amount_hint" },
  ],
  pay_link: () => [],
  promise: () => [{ name: "on", label: "x_on", type: "date", limits: { min: plus(0), max: plus(14) } }],
  hold: (view) => [
    choice("why", "x_why", [
      { value: "dispute", words: t("x_dispute") },
      { value: "hardship", words: t("x_hardship") },
    ]),
    choice("invoice", "x_invoice", unpaid(view)),
    { name: "text", label: "x_words", type: "area", optional: true },
  ],
  pause: (view) => [
    choice("months", "x_months", ["1", "2", "3"].map((value) => ({ value, words: value }))),
    { name: "from_on", label: "x_from", type: "date", optional: true, hint: "x_from_hint", limits: { min: plus(0) } },
    ...contractField(view),
  ],
  plan: (view, plans) => [choice("plan", "x_new_plan", planOptions(view, plans)), ...contractField(view)],
  unlock: () => [],
  address: () => [
    choice("use", "x_use", [
      { value: "postal", words: t("x_postal") },
      { value: "delivery", words: t("x_delivery") },
    ]),
    { name: "street", label: "x_street", type: "text" },
    { name: "postcode", label: "x_postcode", type: "text" },
    { name: "city", label: "x_city", type: "text" },
    { name: "from_on", label: "x_from", type: "date", optional: true, hint: "x_from_hint", limits: { min: plus(0) } },
  ],
  email: () => [{ name: "email", label: "x_new_email", type: "email" }],
};

export const fieldsOf = (kind: Kind, view: Overview, plans: readonly OfferedPlan[]): readonly Field[] =>
  FIELDS[kind](view, plans);

/** What a field holds before anybody typed: the first choice, else nothing. */
export const valueOf = (field: Field, values: Values): string =>
  values[field.name] ?? (field.type === "choice" ? (field.options?.[0]?.value ?? "") : "");

/** A choice that offers nothing: then the action is not possible at all. */
export const impossible = (fields: readonly Field[]): Field | undefined =>
  fields.find(({ type, options }) => type === "choice" && !options?.length);

/** The wish of the typed values; null when an amount is none. */
export function wishOf(kind: Kind, fields: readonly Field[], values: Values): Wish | null {
  const wish: Record<string, unknown> = { kind };
  for (const field of fields) {
    const value = valueOf(field, values).trim();
    if (!value) continue;
    if (field.type !== "amount") wish[field.name] = field.name === "months" ? Number(value) : value;
    else if ((wish["minor"] = cents(value)) === null) return null;
  }
  return wish as Wish;
}
