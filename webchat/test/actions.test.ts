/** What is typed for an action becomes a wish of whole cents; what is not possible is said before anything is asked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fieldsOf, impossible, KINDS, valueOf, wishOf, type Field } from "../src/console/action_fields";
import { cents, type Kind } from "../src/console/actions";
import type { Overview } from "../src/console/overview";

const plan = { code: "s", product: "p", name_de: "Klein", name_en: "Small", price: { minor: 799, currency: "EUR" }, interval: "month" };
const contract = { id: "S-1", plan, state: "active", entitlement: "full", started_on: "2025-01-01", renews_on: null, ends_on: null, pending_plan: null };
const dot = { invoice: "RE-1", on: "2026-11-12", total: { minor: 799, currency: "EUR" }, result: "paid" };

function view(change: { contracts?: unknown[]; payments?: unknown[] } = {}): Overview {
  const money = { payments: change.payments ?? [dot], unpaid: [], attempts: [], findings: [] };
  return { contracts: change.contracts ?? [contract], money } as unknown as Overview;
}

const offered = [
  { code: "s", product: "p", name: { de: "Klein", en: "Small" }, price: { de: "7,99 €", en: "€7.99" } },
  { code: "b", product: "p", name: { de: "Groß", en: "Big" }, price: { de: "9,99 €", en: "€9.99" } },
  { code: "x", product: "other", name: { de: "Anders", en: "Other" }, price: { de: "1,00 €", en: "€1.00" } },
];

test("every amount of cents that can be typed is understood, with comma and with point", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_999_999 }), fc.constantFrom(",", "."), (minor, sign) => {
      const typed = `${Math.floor(minor / 100)}${sign}${String(minor % 100).padStart(2, "0")}`;
      assert.equal(cents(typed), minor);
      if (minor % 100 === 0) assert.equal(cents(String(minor / 100)), minor);
      if (minor % 10 === 0) assert.equal(cents(typed.slice(0, -1)), minor);
    }),
  );
});

test("what is no amount is none", () => {
  for (const typed of ["", "abc", "-1", "1,234", "1.2.3", "1e3", "12,", "1 000", "123456"]) assert.equal(cents(typed), null, typed);
});

test("a wish holds what was typed or chosen, and nothing else", () => {
  const refund = fieldsOf("refund", view(), []);
  assert.deepEqual(wishOf("refund", refund, {}), { kind: "refund", invoice: "RE-1" });
  assert.deepEqual(wishOf("refund", refund, { amount: "4,5" }), { kind: "refund", invoice: "RE-1", minor: 450 });
  assert.equal(wishOf("refund", refund, { amount: "x" }), null);
  const pause = fieldsOf("pause", view(), []);
  assert.deepEqual(wishOf("pause", pause, { months: "2", from_on: "2026-12-01" }), { kind: "pause", months: 2, from_on: "2026-12-01" });
  assert.deepEqual(wishOf("unlock", fieldsOf("unlock", view(), []), { left: "over" }), { kind: "unlock" });
});

test("a contract is asked for only where there are several, and one that is over is none", () => {
  const names = (fields: readonly Field[]): readonly string[] => fields.map(({ name }) => name);
  const second = { ...contract, id: "S-2" };
  assert.ok(!names(fieldsOf("credit", view(), [])).includes("subscription"));
  assert.ok(names(fieldsOf("credit", view({ contracts: [contract, second] }), [])).includes("subscription"));
  assert.ok(!names(fieldsOf("credit", view({ contracts: [contract, { ...second, state: "ended" }] }), [])).includes("subscription"));
});

test("other plans of the same product are offered, and without any it is said", () => {
  const [choice] = fieldsOf("plan", view(), offered);
  assert.deepEqual(choice!.options!.map(({ value }) => value), ["b"]);
  assert.equal(impossible(fieldsOf("plan", view(), [offered[0]!]))?.name, "plan");
  assert.equal(impossible(fieldsOf("refund", view({ payments: [] }), []))?.name, "invoice");
  for (const kind of KINDS.filter((one: Kind) => one !== "plan")) assert.equal(impossible(fieldsOf(kind, view(), offered)), undefined, kind);
});

test("a choice nobody touched is its first option", () => {
  const [choice] = fieldsOf("hold", view(), []);
  assert.equal(valueOf(choice!, {}), "dispute");
  assert.equal(valueOf(choice!, { why: "hardship" }), "hardship");
});
