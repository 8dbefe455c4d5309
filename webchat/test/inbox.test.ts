/** The console's list as the server tells it bit by bit: whoever takes the frames has the list, offers are one's own. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import fc from "fast-check";
import { attention, countOf, declined, lists, offerKey, offers } from "../src/console/lists";
import * as state from "../src/console/state";
import type { InboxFrame, QueueRow } from "../src/wire/frames";

const NOW = Date.parse("2026-11-22T10:00:00Z");
const at = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();

function row(conversation: string, change: Partial<QueueRow> = {}): QueueRow {
  return {
    conversation,
    controller: "queue",
    epoch: 2,
    last: 3,
    name: "Anna",
    subscriber_id: null,
    level: 0,
    proven_at: null,
    locale: "de",
    snippet: "",
    reason: "asked",
    skill: "BIL",
    waiting_since: at(-60),
    agent: null,
    agent_name: "",
    case_number: null,
    updated_at: at(-60),
    deadline: at(60),
    offer: null,
    why: "",
    team: null,
    wanted: null,
    labels: [],
    mentioned: [],
    ...change,
  };
}

const tell = (change: Partial<InboxFrame>): void =>
  state.accept({ type: "inbox", whole: false, rows: [], gone: [], bot: 0, closed: 0, agents_available: 1, cursor: "b:1", ...change });
const listed = (): string[] => [...state.rows.value.keys()].sort();
const owned = (conversation: string, epoch: number, agent: string | null): void =>
  state.accept({
    type: "event",
    conversation,
    seq: state.logOf(conversation).last + 1,
    after: state.logOf(conversation).last,
    at: at(0),
    event: { kind: "control", controller: agent ? "agent" : "queue", epoch, agent, agent_name: agent ?? "", reason: "", case_number: null },
  });

beforeEach(() => {
  state.forget();
  state.me.value = { agent: "maya", name: "Maya", role: "agent" };
  state.now.value = NOW;
  declined.value = new Set();
});

test("rows come, change and go; only the last frame of several has a cursor", () => {
  tell({ whole: true, rows: [row("a"), row("b")], cursor: null });
  assert.equal(state.inboxKnown.value, false, "more is to come");
  tell({ rows: [row("c")], cursor: "b:7" });
  assert.deepEqual([listed(), state.inboxCursor.value, state.inboxKnown.value], [["a", "b", "c"], "b:7", true]);
  tell({ rows: [row("b", { snippet: "new" })], gone: ["a"] });
  assert.deepEqual([listed(), state.rowOf("b")?.snippet], [["b", "c"], "new"]);
  tell({ whole: true, rows: [row("d")] });
  assert.deepEqual(listed(), ["d"]);
});

test("whatever the frames were, the list is what they say", () => {
  const change = fc.record({
    whole: fc.boolean(),
    rows: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 3 }),
    gone: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      state.forget();
      const truth = new Set<string>();
      for (const { whole, rows, gone } of changes) {
        if (whole) truth.clear();
        for (const one of gone) truth.delete(one);
        for (const one of rows) truth.add(one);
        tell({ whole, gone, rows: rows.map((one) => row(one)) });
      }
      assert.deepEqual(listed(), [...truth].sort());
    }),
  );
});

test("a change of owner counts at once, and an older row does not take it back", () => {
  tell({ whole: true, rows: [row("a")] });
  owned("a", 3, "maya");
  assert.deepEqual(lists.mine.value.map((one) => one.conversation), ["a"]);
  tell({ rows: [row("a", { epoch: 2, snippet: "late" })] });
  assert.deepEqual([state.rowOf("a")?.agent, state.rowOf("a")?.snippet], ["maya", "late"]);
  tell({ rows: [row("a", { epoch: 4, controller: "agent", agent: "jonas", agent_name: "Jonas" })] });
  assert.equal(state.rowOf("a")?.agent, "jonas");
});

test("a row that was asked for by itself never replaces a newer one", () => {
  tell({ whole: true, rows: [row("a", { epoch: 5 })] });
  state.list([row("a", { epoch: 4 }), row("old", { controller: "closed" })]);
  assert.deepEqual([listed(), state.rowOf("a")?.epoch], [["a", "old"], 5]);
});

test("who must be answered first comes first; before that is known, who has waited longest", () => {
  tell({
    whole: true,
    rows: [
      row("later", { deadline: at(90) }),
      row("new", { deadline: null, waiting_since: at(-300) }),
      row("first", { deadline: at(-200) }),
      row("same", { deadline: at(90), waiting_since: at(-70) }),
    ],
  });
  assert.deepEqual(lists.waiting.value.map((one) => one.conversation), ["new", "first", "same", "later"]);
});

test("offers are one's own, not run out and not declined; what a colleague is asked for wants nobody else", () => {
  const offer = (agent: string, seconds: number) => ({ agent, agent_name: agent, until: at(seconds) });
  tell({
    whole: true,
    rows: [
      row("mine", { offer: offer("maya", 20) }),
      row("over", { offer: offer("maya", -1) }),
      row("theirs", { offer: offer("jonas", 20) }),
      row("nobody", { why: "busy" }),
    ],
  });
  assert.deepEqual(offers.value.map((one) => one.conversation), ["mine"]);
  assert.equal(attention.value, 3);
  declined.value = new Set([offerKey(offers.value[0]!)]);
  assert.deepEqual(offers.value, []);
  tell({ rows: [row("mine", { offer: offer("maya", 40) })] });
  assert.equal(offers.value.length, 1, "another offer of the same chat");
  state.now.value = NOW + 41_000;
  assert.deepEqual(offers.value, []);
});

test("how many a list has is known beyond what is listed", () => {
  tell({ whole: true, rows: [row("a", { controller: "bot" })], bot: 250, closed: 0 });
  assert.deepEqual([countOf("bot"), countOf("closed"), countOf("waiting")], [250, 0, 0]);
});

test("a step is over when the log has reached it, whichever comes first", () => {
  tell({ whole: true, rows: [row("a")] });
  state.setBusy("a", "cid-one");
  state.accept({ type: "ack", cid: "cid-one", seq: 1 });
  assert.equal(state.busy.value.has("a"), true);
  owned("a", 3, "maya");
  assert.equal(state.busy.value.has("a"), false);
  state.setBusy("a", "cid-two");
  state.accept({ type: "ack", cid: "cid-two", seq: 1 });
  assert.equal(state.busy.value.has("a"), false);
});

test("colleagues at a conversation come, write and go", () => {
  const look = (agent: string, on: boolean, writing = false): void =>
    state.accept({ type: "looks", conversation: "a", agent, name: agent, on, writing });
  look("jonas", true);
  look("ines", true, true);
  const there = (): string[] => [...(state.looks.value.get("a") ?? [])].map(([agent, { writing }]) => `${agent} ${writing}`);
  assert.deepEqual(there(), ["jonas false", "ines true"]);
  look("jonas", false);
  look("ines", false);
  assert.equal(state.looks.value.size, 0);
});
