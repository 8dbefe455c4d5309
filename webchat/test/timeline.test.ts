/**
 * The reducer: each rule of the timeline by itself.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogEvent, LogFrame } from "../src/wire/frames.js";
import { emptyTimeline, reduce, seenBy, type Outgoing, type Step, type Timeline } from "../src/wire/timeline.js";

const message = (text: string, cid: string | null = null): LogEvent => ({
  kind: "message", author: cid ? "subscriber" : "bot", name: "", text, code: null, facts: {}, locale: null, cards: [], buttons: [], links: [], understood: null, cid,
});
const frame = (seq: number, event: LogEvent = message(`m${seq}`), after = seq - 1): LogFrame => ({
  type: "event", conversation: "c", seq, after, at: "2024-11-21T12:00:00+00:00", event,
});
const event = (seq: number, what?: LogEvent, after?: number): Step => ({ type: "event", frame: frame(seq, what, after) });
const waiting = (cid: string, n = 1): Outgoing => ({ frame: { cid }, at: 0, n, state: "waiting" });
const run = (...steps: Step[]): Timeline => steps.reduce(reduce, emptyTimeline());

test("events are taken once, in order", () => {
  const now = run(event(1), event(2), event(1), event(2));
  assert.deepEqual(now.entries.map(({ seq }) => seq), [1, 2]);
  assert.equal(reduce(now, event(2)), now);
});

test("a number that is missing for us is no gap, as long as `after` is known", () => {
  const now = run(event(1), event(4, undefined, 1));
  assert.equal(now.last, 4);
  assert.equal(now.wants, null);
});

test("a gap is asked for once and closed by what comes", () => {
  const gap = run(event(1), event(5, undefined, 3));
  assert.equal(gap.wants, 1);
  assert.equal(reduce(gap, event(6, undefined, 5)), gap);
  const whole = [event(3, undefined, 1), event(5, undefined, 3)].reduce(reduce, gap);
  assert.deepEqual([whole.last, whole.wants], [5, null]);
});

test("frames of another conversation are not ours", () => {
  const now = run({ type: "welcome", conversation: "other", reset: false }, event(1));
  assert.equal(now.last, 0);
});

test("another conversation or a reset empties the log and keeps the outbox", () => {
  const before = run({ type: "welcome", conversation: "c", reset: false }, event(1), { type: "stored", items: [waiting("a")] });
  for (const step of [
    { type: "welcome", conversation: "d", reset: false },
    { type: "welcome", conversation: "c", reset: true },
  ] as const) {
    const after = reduce(before, step);
    assert.deepEqual([after.last, after.entries.length, after.outbox.length], [0, 0, 1]);
  }
});

test("waiting, sent, in the log", () => {
  let now = run({ type: "stored", items: [waiting("a"), waiting("b", 2)] });
  assert.deepEqual(now.outbox.map(({ state }) => state), ["waiting", "waiting"]);
  now = reduce(now, { type: "ack", cid: "a", seq: 1 });
  now = reduce(now, { type: "stored", items: [waiting("b", 2)] });
  assert.deepEqual(now.outbox.map(({ state }) => state), ["sent", "waiting"]);
  now = reduce(now, event(1, message("x", "a")));
  assert.deepEqual(now.outbox.map(({ frame: { cid } }) => cid), ["b"]);
});

test("an ack for what the log has passed leaves no ghost", () => {
  const now = run(event(1), { type: "stored", items: [waiting("a")] }, { type: "ack", cid: "a", seq: 1 });
  assert.deepEqual(now.outbox, []);
});

test("another tab's outbox never shows what is in the log already", () => {
  const now = run(event(1, message("x", "a")), { type: "stored", items: [waiting("a")] });
  assert.deepEqual(now.outbox, []);
});

test("a refused item stays visible after it left the store", () => {
  const now = run({ type: "stored", items: [waiting("a")] }, { type: "nack", cid: "a", code: "unknown_button" }, { type: "stored", items: [] });
  assert.deepEqual(now.outbox.map(({ state, code }) => [state, code]), [["failed", "unknown_button"]]);
});

test("an outbox that did not change is no change", () => {
  const now = run({ type: "stored", items: [waiting("a")] });
  assert.equal(reduce(now, { type: "stored", items: [waiting("a")] }), now);
});

test("control and read events become state", () => {
  const control: LogEvent = { kind: "control", controller: "agent", epoch: 3, agent: null, agent_name: "Maya", reason: "", case_number: "F-1" };
  let now = run(event(1), event(2, control), event(3, { kind: "read", author: "agent", up_to: 1 }));
  assert.deepEqual([now.controller, now.agentName, now.caseNumber, now.epoch], ["agent", "Maya", "F-1", 3]);
  assert.ok(seenBy(now, 1, "agent") && !seenBy(now, 2, "agent"));
  assert.deepEqual(now.entries.map(({ seq }) => seq), [1, 2]);
  now = reduce(now, event(4, { ...control, controller: "bot", epoch: 4, case_number: null }));
  assert.deepEqual([now.agentName, now.caseNumber], ["", "F-1"]);
});

const amendment = (seq: number, text: string | null): LogEvent => ({ kind: "edit", seq, author: "agent", name: "Maya", text });

test("amended words are the same for who was away, who stayed and who comes anew", () => {
  const stayed = run(event(1), event(2, message("twleve")), event(3, amendment(2, "twelve")), event(4, message("secret")), event(5, amendment(4, null)));
  // Who comes anew gets the stored words, which were replaced already.
  const anew = run(event(1), event(2, message("twelve")), event(3, amendment(2, "twelve")), event(4, message("")), event(5, amendment(4, null)));
  assert.deepEqual(stayed.entries, anew.entries);
  assert.deepEqual(stayed.entries.map(({ seq, amended }) => [seq, amended]), [[1, undefined], [2, "edited"], [4, "deleted"]]);
  assert.deepEqual(stayed.entries.map(({ event }) => event.kind === "message" && event.text), ["m1", "twelve", ""]);
  assert.equal(stayed.last, 5);
});

test("what was put right and then deleted is deleted, and an amendment of what is not here changes nothing", () => {
  const now = run(event(1), event(2, amendment(1, "other")), event(3, amendment(1, null)));
  assert.deepEqual(now.entries.map(({ amended }) => amended), ["deleted"]);
  const after = reduce(now, event(4, amendment(99, "x")));
  assert.deepEqual([after.entries, after.last], [now.entries, 4]);
});
