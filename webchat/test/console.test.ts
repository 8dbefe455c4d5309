/** The console's state: what is typed is never lost, a note never becomes a reply, lists are in the order of work. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { itemsOf } from "../src/console/items";
import { identityOf, packetOf, unreadAfter } from "../src/console/log";
import { attention, colleagues, levelOf, lists, unread } from "../src/console/lists";
import * as state from "../src/console/state";
import type { AgentSend, LogEvent, LogFrame, QueueRow } from "../src/wire/frames";

const ID = "conversation-1";

function row(change: Partial<QueueRow> = {}): QueueRow {
  return {
    conversation: ID,
    controller: "agent",
    epoch: 3,
    last: 0,
    name: "Anna",
    subscriber_id: "K-1",
    level: 1,
    proven_at: null,
    locale: "de",
    snippet: "",
    reason: "asked",
    skill: "BIL",
    waiting_since: null,
    agent: "maya",
    agent_name: "Maya",
    case_number: null,
    updated_at: "2026-11-21T10:00:00+00:00",
    deadline: null,
    offer: null,
    why: "",
    team: null,
    wanted: null,
    labels: [],
    mentioned: [],
    ...change,
  };
}

const says = (author: "subscriber" | "agent" | "system" | "bot", text: string, change: object = {}): LogEvent => ({
  kind: "message",
  author,
  name: "",
  text,
  code: null,
  facts: {},
  locale: null,
  cards: [],
  buttons: [],
  links: [],
  understood: null,
  cid: null,
  ...change,
});
const control = (controller: "bot" | "queue" | "agent" | "closed"): LogEvent => ({
  kind: "control",
  controller,
  epoch: 4,
  agent: null,
  agent_name: "Maya",
  reason: "",
  case_number: null,
});

/** The list as the server tells it, whole. */
const listed = (...rows: QueueRow[]): void =>
  state.accept({ type: "inbox", whole: true, rows, gone: [], bot: 0, closed: 0, agents_available: 1, cursor: "b:1" });

let seq = 0;
const frame = (event: LogEvent): LogFrame => ({
  type: "event",
  conversation: ID,
  seq: ++seq,
  after: seq - 1,
  at: "2026-11-21T10:00:00+00:00",
  event,
});
const arrive = (...events: LogEvent[]): void => events.forEach((event) => state.accept(frame(event)));
const out = (cid: string, text: string, note = false): AgentSend => ({
  type: "send",
  cid,
  conversation: ID,
  epoch: 3,
  text,
  note,
});
const nack = (cid: string, code: string, retry = false): void =>
  state.accept({ type: "nack", cid, code, retry, facts: {} });
const waiting = (): string[] => state.logOf(ID).outbox.map((item) => item.frame.text);

beforeEach(() => {
  seq = 0;
  state.forget();
  state.me.value = { agent: "maya", name: "Maya", role: "agent" };
  listed(row());
});

for (const why of ["stale_epoch", "stale_view"]) {
  test(`a reply refused as ${why} goes back to its draft, with all that waited behind it, before what was typed since`, () => {
    state.enqueue(out("aaaaaaaa", "one"));
    state.enqueue(out("bbbbbbbb", "two"));
    state.setDraft(ID, "reply", "three");
    nack("aaaaaaaa", why);
    nack("bbbbbbbb", why);
    assert.equal(state.draftOf(ID).reply, "one\ntwo\nthree");
    assert.deepEqual(waiting(), []);
    assert.equal(state.notices.value.get(ID)?.kept, true);
  });
}

test("a refused note goes back to the note, never to the reply", () => {
  state.enqueue(out("aaaaaaaa", "reply"));
  state.enqueue(out("bbbbbbbb", "secret", true));
  nack("bbbbbbbb", "unknown_conversation");
  assert.deepEqual(state.draftOf(ID), { reply: "", note: "secret" });
  assert.deepEqual(waiting(), ["reply"]);
});

test("what may be tried again stays in the outbox", () => {
  state.enqueue(out("aaaaaaaa", "later"));
  nack("aaaaaaaa", "unavailable", true);
  assert.deepEqual(waiting(), ["later"]);
  assert.equal(state.waiting().length, 1);
});

test("a send leaves the outbox when the log has it, by cid or by the place of its ack", () => {
  state.enqueue(out("aaaaaaaa", "reply"));
  state.enqueue(out("bbbbbbbb", "note", true));
  arrive(says("agent", "reply", { cid: "aaaaaaaa" }));
  assert.deepEqual(waiting(), ["note"]);
  state.accept({ type: "ack", cid: "bbbbbbbb", seq: 2 });
  assert.deepEqual(waiting(), ["note"], "shown until the log has reached it");
  arrive({ kind: "note", author: "agent", name: "Maya", text: "note" });
  assert.deepEqual(waiting(), []);
  assert.deepEqual(state.waiting(), []);
});

test("a refused step ends, and says why", () => {
  state.setBusy(ID, "cccccccc");
  nack("cccccccc", "taken");
  assert.equal(state.busy.value.has(ID), false);
  assert.deepEqual(state.notices.value.get(ID), { code: "taken", facts: {}, kept: false });
});

test("who waits longest comes first; only own chats are mine; colleagues' chats stay visible", () => {
  listed(
    row({ conversation: "b", controller: "queue", agent: null, waiting_since: "2026-11-21T09:59:00+00:00" }),
    row({ conversation: "a", controller: "queue", agent: null, waiting_since: "2026-11-21T09:50:00+00:00" }),
    row({ conversation: "m" }),
    row({ conversation: "o", agent: "jonas" }),
  );
  const ids = (rows: readonly QueueRow[]): string[] => rows.map((one) => one.conversation);
  assert.deepEqual(ids(lists.waiting.value), ["a", "b"]);
  assert.deepEqual(ids(lists.mine.value), ["m"]);
  assert.deepEqual(ids(colleagues.value), ["o"]);
  assert.equal(attention.value, 2);
});

test("unread counts the customer's messages after the last one read, in own chats only", () => {
  arrive(says("subscriber", "1"), says("bot", "2"), says("subscriber", "3"), {
    kind: "read",
    author: "agent",
    up_to: 1,
  });
  assert.equal(unreadAfter(state.logOf(ID), 0), 2);
  assert.equal(unread(row()), 1);
  assert.equal(unread(row({ agent: "jonas" })), 0);
  state.markRead(ID, 3);
  assert.equal(unread(row()), 0);
});

test("a change of owner is told once", () => {
  arrive(says("subscriber", "hi"), control("queue"), says("system", "", { code: "queued" }), says("subscriber", "?"));
  arrive(says("subscriber", "?"), says("subscriber", "?"), says("subscriber", "?"), control("bot"));
  const kinds = itemsOf(state.logOf(ID)).map((item) => item.kind);
  assert.deepEqual(kinds, ["day", "message", "system", "message", "message", "message", "message", "control"]);
});

test("the newest case packet is the one that counts, and whether a person has answered since", () => {
  const packet = (case_number: string): LogEvent => ({
    kind: "packet",
    packet: {
      case_number,
      reason: "asked",
      skill: "BIL",
      intent: null,
      confidence: null,
      slots: {},
      tried: [],
      open: [],
      summary_de: "",
      summary_en: "",
      level: 0,
      subscriber_id: null,
      locale: "de",
      last_turns: [],
      summary: null,
      version: 1,
    },
  });
  assert.equal(packetOf(state.logOf(ID)), null);
  arrive(packet("old"), says("agent", "x"), packet("new"));
  assert.deepEqual(
    [packetOf(state.logOf(ID))?.packet.case_number, packetOf(state.logOf(ID))?.answered],
    ["new", false],
  );
  arrive(says("agent", "y"));
  assert.equal(packetOf(state.logOf(ID))?.answered, true);
});

test("the newest proof of identity is told, by the time it was proven", () => {
  assert.equal(identityOf(state.logOf(ID)), null);
  const facts = { before: "0", level: "1", by: "code", proven_at: "2026-11-21T09:58:00+00:00" };
  arrive(says("system", "", { code: "identified", facts }), says("bot", "Danke"));
  assert.deepEqual(identityOf(state.logOf(ID)), { before: "0", level: "1", by: "code", at: facts.proven_at });
  arrive(says("system", "", { code: "identified", facts: { before: "1", level: "2", by: "site" } }));
  assert.equal(identityOf(state.logOf(ID))?.by, "site");
});

test("freshly confirmed falls back after ten minutes", () => {
  const proven = Date.parse("2026-11-21T10:00:00Z");
  const at = (minutes: number, change: Partial<QueueRow> = {}): number => {
    state.now.value = proven + minutes * 60_000;
    return levelOf(row({ level: 2, proven_at: new Date(proven).toISOString(), ...change }));
  };
  assert.deepEqual([at(0), at(10), at(10.1)], [2, 2, 1]);
  assert.deepEqual([at(0, { proven_at: null }), at(99, { level: 1 }), at(99, { level: 0 })], [1, 1, 0]);
});
