/**
 * What the panel shows for a state: which buttons live, who answers, what is said aloud.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { textsOf } from "../src/i18n/index.js";
import { linkHref } from "../src/ui/links.js";
import { backOff } from "../src/wire/socket.js";
import type { Author, LogEvent, MessageEvent } from "../src/wire/frames.js";
import { emptyTimeline, reduce, type Outgoing, type Timeline } from "../src/wire/timeline.js";
import type { Outward } from "../src/widget/client.js";
import { counterpart, lastState, lines, newestOfTheirs, plain, spoken, spokenLocale, strip, transcript, unread } from "../src/widget/view.js";

const t = textsOf("en");
const HERE = "https://chat.example/assets/";
const AT = "2024-11-21T12:00:00+00:00";
const says = (author: Author, text: string, more: Partial<MessageEvent> = {}): LogEvent => ({
  kind: "message", author, name: "", text, code: null, facts: {}, locale: null, cards: [], buttons: [], links: [], cid: null, understood: null, ...more,
});
const log = (...events: LogEvent[]): Timeline<Outward> =>
  events.reduce<Timeline<Outward>>(
    (now, event, i) => reduce(now, { type: "event", frame: { type: "event", conversation: "c", seq: i + 1, after: i, at: AT, event } }),
    emptyTimeline(),
  );
const control = (controller: "bot" | "queue" | "agent" | "closed", agent_name = ""): LogEvent => ({
  kind: "control", controller, epoch: 2, agent: null, agent_name, reason: "", case_number: null,
});
const live = (now: Timeline<Outward>) => lines(now, t, new Date(AT)).map((line) => line.live);
const pending = (frame: Outward, state: Outgoing["state"] = "waiting"): Outgoing<Outward> => ({ frame, at: 0, n: 1, state });

test("buttons live in the newest turn of the bot only", () => {
  assert.deepEqual(live(log(says("bot", "1"), says("subscriber", "2"), says("bot", "3"), says("bot", "4"))), [false, false, true, true]);
  assert.deepEqual(live(log(says("bot", "1"), says("subscriber", "2"))), [false, false]);
});

test("after the end the desk's question can be answered, and beside the bot's words too", () => {
  const ended = log(says("agent", "1"), control("closed"), says("system", "", { code: "case_closed" }), says("system", "How was it?"));
  assert.deepEqual(live(ended).slice(-1), [true]);
  const back = log(says("agent", "1"), control("bot"), says("bot", "", { code: "welcome_back" }), says("system", "How was it?"));
  assert.deepEqual(live(back), [false, true, true]);
  assert.deepEqual(live(log(says("bot", "1"), control("closed"))), [false]);
});

test("the language of the bot's newest answer counts once", () => {
  const now = log(says("bot", "", { code: "welcome" }), says("subscriber", "hello"), says("bot", "Hello", { locale: "en" }), says("agent", "Hi"));
  assert.deepEqual(spokenLocale(now, 0), { seq: 3, locale: "en" });
  assert.equal(spokenLocale(now, 3), null);
  assert.equal(spokenLocale(log(says("bot", "", { code: "welcome" })), 0), null);
});

test("a press under way takes the buttons away, a failed one gives them back", () => {
  const press: Outward = { type: "press", cid: "cid-0001", seq: 1, index: 0, label: "Yes" };
  const asked = log(says("bot", "1"));
  const under = reduce(asked, { type: "stored", items: [pending(press)] });
  assert.deepEqual(live(under), [false]);
  assert.deepEqual(live(reduce(under, { type: "nack", cid: press.cid, code: "unknown_button" })), [true]);
});

test("after a handoff no button of the bot can be pressed", () => {
  assert.deepEqual(live(log(says("bot", "1"), control("queue"))), [false]);
});

test("while one waits, the newest notice tells with buttons what else there is", () => {
  const waiting = log(says("bot", "1"), control("queue"), says("system", "", { code: "nobody_available" }));
  assert.deepEqual(live(waiting), [false, true]);
  const went = log(says("bot", "1"), control("queue"), says("system", "", { code: "nobody_available" }), says("subscriber", "2"));
  assert.deepEqual(live(went), [false, false, false]);
  const taken = log(control("queue"), says("system", "", { code: "nobody_available" }), control("agent", "Maya"));
  assert.deepEqual(live(taken), [false]);
});

test("who answers is always named", () => {
  assert.equal(counterpart(log(), t).name, t.bot);
  assert.equal(counterpart(log(control("agent", "Maya")), t).name, "Maya");
  assert.equal(counterpart(log(control("agent")), t).name, t.person);
  assert.equal(counterpart(log(control("queue")), t).name, t.waitingTitle);
});

test("unread counts messages of the other side, not receipts", () => {
  const now = log(says("bot", "1"), says("bot", "2"), { kind: "read", author: "subscriber", up_to: 1 });
  assert.deepEqual([unread(now), newestOfTheirs(now), now.last], [1, 2, 3]);
});

test("sent becomes seen when the other side read or answered", () => {
  const mine = says("subscriber", "hi", { cid: "cid-0001" });
  assert.equal(lastState(log(mine), t)?.word, t.sent);
  assert.equal(lastState(log(mine, { kind: "read", author: "agent", up_to: 1 }), t)?.word, t.seen);
  assert.equal(lastState(log(mine, says("bot", "x")), t)?.word, t.seen);
});

test("codes are worded by us, unknown ones by their text", () => {
  const now = log(says("system", "", { code: "agent_joined", facts: { agent: "Maya" } }), says("system", "later", { code: "from_the_future" }));
  assert.deepEqual(lines(now, t, new Date(AT)).map(({ text }) => text), ["Maya has joined the chat.", "later"]);
  assert.equal(lines(log(says("system", "", { code: "constructor" })), t, new Date(AT))[0]?.text, "");
});

test("the strip tells a range of minutes", () => {
  const queue = { type: "queue", position: 2, wait_from: 4, wait_to: 9 } as const;
  const now = { timeline: log(), link: "online", known: 0, typing: null, queue, refused: null } as const;
  assert.equal(strip(now, t)?.text, "You are number 2 in line. About 4 to 9 minutes.");
  assert.equal(strip({ ...now, link: "offline" }, t)?.warn, true);
  assert.equal(strip({ ...now, queue: null }, t), null);
});

test("ears and files get plain words, cards included", () => {
  const card = { kind: "invoice" as const, title: "Invoice 1", rows: [{ label: "Total", value: "€1.00" }], points: [] };
  const event = says("bot", "**Here** it is", { cards: [card], buttons: [{ title: "Pay", style: "reply", order: null }] }) as MessageEvent;
  assert.equal(spoken(event, t), "Automated assistant: Here it is. Invoice 1, Total: €1.00. 1 option: Pay");
  assert.match(transcript(log(event), t, HERE), /Automated assistant: Here it is\n {2}Invoice 1\n {4}Total: €1\.00$/);
  assert.equal(plain("a [b](https://c.example) `d`"), "a b (https://c.example) d");
});

test("back-off doubles from half a second to thirty, give or take a quarter", () => {
  assert.deepEqual([0, 1, 2, 5].map((tries) => backOff(tries, 0.5)), [500, 1000, 2000, 16_000]);
  assert.equal(backOff(20, 1), 30_000);
  assert.ok(backOff(0, 0) >= 375 && backOff(0, 0.999) <= 625);
});

test("links lead to the gateway or to https, and nowhere else", () => {
  const at = (address: string) => linkHref(address, HERE);
  assert.equal(at("/pay/abc?x=1"), "https://chat.example/pay/abc?x=1");
  assert.equal(at("https://checkout.stripe.com/c/1"), "https://checkout.stripe.com/c/1");
  for (const bad of ["//evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", "http://a.example/", "pay/abc", "", "https://"])
    assert.equal(at(bad), null, bad);
});

test("links are heard and kept, with their whole address", () => {
  const event = says("bot", "Here it is", { links: [{ title: "Open invoice", url: "/documents/x" }] });
  assert.match(spoken(event as MessageEvent, t), /1 link: Open invoice$/);
  assert.match(transcript(log(event), t, HERE), /Here it is\n {2}Open invoice: https:\/\/chat\.example\/documents\/x$/);
});

test("a proof by code is a quiet line, not part of the bot's turn", () => {
  const now = log(says("bot", "1"), says("system", "", { code: "identified", facts: { by: "code" } }), says("bot", "2"));
  assert.equal(lines(now, t, new Date(AT))[1]?.text, "Confirmed by code: we now know who is writing.");
  assert.deepEqual(live(now), [true, true, true]);
});
