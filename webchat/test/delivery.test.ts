/**
 * Whatever happens to tabs, network and gateway: nothing typed is lost, doubled or put out of order.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { messages } from "../src/wire/timeline.js";
import { Clock, Gateway, openTab, sharedShelf, type Luck, type Tab } from "./simulation.js";

type Act =
  | { do: "say"; tab: number }
  | { do: "kill"; tab: number }
  | { do: "reload"; tab: number }
  | { do: "open" }
  | { do: "drop" }
  | { do: "crash" }
  | { do: "recover" }
  | { do: "answer" }
  | { do: "pass"; ms: number };

const tab = fc.nat({ max: 3 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("say" as const), tab }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("kill" as const), tab }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("reload" as const), tab }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("open" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("drop" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("recover" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("answer" as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.nat({ max: 8_000 }) }) },
);

/** A small generator, so that a failing run can be repeated from its seed. */
function lucky(seed: number): Luck {
  let state = seed || 1;
  return {
    next() {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return state / 0x80000000;
    },
  };
}

class Device {
  readonly clock = new Clock();
  readonly luck: Luck;
  readonly gateway: Gateway;
  readonly shelf = sharedShelf();
  readonly tabs: Tab[] = [];
  readonly said: string[] = [];
  #cids = 0;

  constructor(seed: number, trouble: number) {
    this.luck = lucky(seed);
    this.gateway = new Gateway(this.clock, this.luck);
    this.gateway.trouble = trouble;
    this.open();
  }

  open(): void {
    this.tabs.push(openTab(this.clock, this.gateway, this.shelf, () => `cid-${String((this.#cids += 1)).padStart(6, "0")}`, this.luck));
  }

  async act(step: Act): Promise<void> {
    const one = "tab" in step ? this.tabs[step.tab % Math.max(1, this.tabs.length)] : undefined;
    switch (step.do) {
      case "say":
        return this.#say(one);
      case "kill":
      case "reload":
        if (!one) return;
        one.kill();
        this.tabs.splice(this.tabs.indexOf(one), 1);
        if (step.do === "reload") this.open();
        return;
      case "open":
        if (this.tabs.length < 4) this.open();
        return;
      case "drop":
        [...this.gateway.pipes][0]?.drop();
        return;
      case "crash":
        return this.gateway.crash();
      case "recover":
        this.gateway.up = true;
        return;
      case "answer":
        if (this.gateway.up) this.gateway.append(null, "answer");
        return;
      case "pass":
        return this.clock.pass(step.ms);
    }
  }

  #say(one: Tab | undefined): void {
    if (!one) return;
    const text = `message ${this.said.length}`;
    this.said.push(text);
    one.client.wish({ type: "send", text, label: text });
  }

  /** Everything works again, and somebody is looking. */
  async calm(): Promise<void> {
    this.gateway.up = true;
    this.gateway.trouble = 0;
    if (!this.tabs.length) this.open();
    await this.clock.pass(60_000 + 8_000 * this.said.length);
    // Whoever missed the end of the log learns it from the next event.
    this.gateway.append(null, "the last word");
    await this.clock.pass(10_000);
  }
}

const texts = (device: Device) => device.gateway.log.flatMap(({ event }) => (event.kind === "message" && event.cid ? [event.text] : []));

test("0 lost, 0 doubled, order kept, in every tab", async () => {
  const schedule = fc.array(act, { minLength: 5, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(schedule, fc.nat(), fc.nat({ max: 25 }), async (steps, seed, trouble) => {
      const device = new Device(seed, trouble);
      for (const step of steps) await device.act(step);
      await device.calm();
      assert.deepEqual(texts(device), device.said, "the gateway's log holds each message once, in the order it was typed");
      const whole = device.gateway.log.map(({ seq }) => seq);
      for (const { client } of device.tabs) {
        const { timeline } = client.snapshot;
        assert.deepEqual(messages(timeline).map(({ seq }) => seq), whole, "every tab shows the whole log");
        assert.deepEqual(timeline.outbox, [], "nothing is shown as waiting that is in the log");
      }
      assert.deepEqual(device.shelf.keys().filter((key) => key.startsWith("out:")), []);
    }),
    { numRuns: 300 },
  );
});

test("without the check of known cids the same schedules double messages", async () => {
  // The control: a gateway that forgets cids. If this passed, the property above could not fail.
  let doubled = 0;
  for (let seed = 1; seed <= 40; seed += 1) {
    const device = new Device(seed, 25);
    device.gateway.cids.get = () => undefined;
    for (let i = 0; i < 8; i += 1) {
      await device.act({ do: "say", tab: 0 });
      await device.act({ do: "pass", ms: 400 });
    }
    await device.calm();
    doubled += texts(device).length - new Set(texts(device)).size;
  }
  assert.ok(doubled > 0);
});

test("a message waits a day for its connection, not longer", async () => {
  const device = new Device(1, 0);
  device.gateway.crash();
  await device.act({ do: "say", tab: 0 });
  await device.clock.pass(1_000);
  assert.equal(device.tabs[0]?.client.snapshot.timeline.outbox.length, 1);
  device.tabs[0]?.kill();
  device.clock.now += 25 * 60 * 60 * 1000;
  device.tabs.length = 0;
  await device.calm();
  assert.deepEqual(texts(device), []);
});

test("a second tab sends what a killed one left, within seconds", async () => {
  const device = new Device(1, 0);
  device.open();
  await device.clock.pass(1_000);
  device.gateway.crash();
  await device.act({ do: "say", tab: 0 });
  device.tabs[0]?.kill();
  device.gateway.up = true;
  await device.clock.pass(10_000);
  assert.deepEqual(texts(device), ["message 0"]);
});
