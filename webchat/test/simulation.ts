/**
 * A gateway, a device and tabs on a clock that only the test moves. The real client runs in it, frame by frame.
 *
 * The gateway commits each cid once, sends `seq` with holes (agents-only events), may lose sockets before or after a
 * commit, may ask for another try, and can be down for a while.
 */
import type { LogFrame, SubscriberFrame, ToSubscriber } from "../src/wire/frames.js";
import type { Surroundings } from "../src/wire/socket.js";
import type { Shelf } from "../src/wire/storage.js";
import { SubscriberClient } from "../src/widget/client.js";

/** Timers and the present, in virtual milliseconds. */
export class Clock {
  now = 1_700_000_000_000;
  #timers: { at: number; id: number; act: () => void }[] = [];
  #ids = 0;

  later(act: () => void, ms: number): number {
    this.#ids += 1;
    this.#timers.push({ at: this.now + ms, id: this.#ids, act });
    return this.#ids;
  }

  cancel(id: number): void {
    this.#timers = this.#timers.filter((timer) => timer.id !== id);
  }

  /** Moves on, running what is due in order; promises settle in between. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    await settle();
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (!due) break;
      this.cancel(due.id);
      this.now = Math.max(this.now, due.at);
      due.act();
      await settle();
    }
    this.now = until;
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 6; i += 1) await Promise.resolve();
}

/** One end of a socket in the browser. */
class Pipe {
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  onerror: (() => void) | null = null;
  cursor = 0;
  greeted = false;
  /** When the last frame arrives; a later one cannot overtake it. */
  busyUntil = 0;

  constructor(private readonly gateway: Gateway) {}

  send(text: string): void {
    if (this.readyState === 1) this.gateway.receive(this, JSON.parse(text) as SubscriberFrame);
  }

  close(): void {
    this.readyState = 3;
    this.gateway.leave(this);
  }

  deliver(frame: ToSubscriber): void {
    if (this.readyState === 1) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** The connection breaks; both sides learn of it. */
  drop(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.gateway.leave(this);
    this.onclose?.({ code: 1006 } as CloseEvent);
  }
}

/** What goes wrong, taken from the test's random schedule. */
export interface Luck {
  /** A number in [0, 1), from the schedule. */
  next(): number;
}

export class Gateway {
  readonly log: LogFrame[] = [];
  readonly cids = new Map<string, number>();
  readonly pipes = new Set<Pipe>();
  up = true;
  trouble = 0;

  constructor(
    private readonly clock: Clock,
    private readonly luck: Luck,
  ) {}

  connect(): Pipe {
    const pipe = new Pipe(this);
    this.clock.later(() => {
      if (pipe.readyState !== 0) return;
      if (!this.up) return pipe.drop();
      pipe.readyState = 1;
      this.pipes.add(pipe);
      pipe.onopen?.();
    }, 20);
    return pipe;
  }

  leave(pipe: Pipe): void {
    this.pipes.delete(pipe);
  }

  crash(): void {
    this.up = false;
    for (const pipe of [...this.pipes]) pipe.drop();
  }

  receive(pipe: Pipe, frame: SubscriberFrame): void {
    pipe.busyUntil = Math.max(pipe.busyUntil, this.clock.now + 5 + Math.floor(this.luck.next() * 80));
    this.clock.later(() => this.#handle(pipe, frame), pipe.busyUntil - this.clock.now);
  }

  #handle(pipe: Pipe, frame: SubscriberFrame): void {
    if (!this.up || pipe.readyState !== 1) return;
    if (frame.type === "hello") return this.#greet(pipe, frame.since ?? 0);
    if (frame.type === "ping") return pipe.deliver({ type: "pong" });
    if (frame.type === "sync") {
      pipe.cursor = frame.since;
      return this.#pump(pipe);
    }
    if (frame.type !== "send") return;
    const fate = this.luck.next() * 100;
    if (fate < this.trouble) return pipe.drop();
    if (fate < this.trouble * 1.5) return pipe.deliver({ type: "nack", cid: frame.cid, code: "unavailable", retry: true, facts: {} });
    const seq = this.cids.get(frame.cid) ?? this.append(frame.cid, frame.text);
    if (fate > 100 - this.trouble) return pipe.drop();
    pipe.deliver({ type: "ack", cid: frame.cid, seq });
  }

  #greet(pipe: Pipe, since: number): void {
    const last = this.log.at(-1)?.seq ?? 0;
    pipe.cursor = since;
    pipe.greeted = true;
    pipe.deliver({ type: "welcome", session: "s", conversation: "c", level: 0, reset: false, name: null, last, log: "l" });
    this.#pump(pipe);
  }

  append(cid: string | null, text: string): number {
    const before = this.log.at(-1)?.seq ?? 0;
    // Now and then a number is a note that subscribers never see.
    const seq = before + 1 + (this.luck.next() < 0.2 ? 1 : 0);
    const at = new Date(this.clock.now).toISOString();
    const author = cid ? "subscriber" : "bot";
    const event = { kind: "message", author, name: "", text, code: null, facts: {}, locale: null, cards: [], buttons: [], links: [], cid, understood: null } as const;
    this.log.push({ type: "event", conversation: "c", seq, after: before, at, event: { ...event, cards: [], buttons: [], links: [] } });
    if (cid) this.cids.set(cid, seq);
    for (const pipe of [...this.pipes]) if (pipe.greeted) this.clock.later(() => this.#pump(pipe), Math.floor(this.luck.next() * 60));
    return seq;
  }

  #pump(pipe: Pipe): void {
    for (const frame of this.log) {
      if (frame.seq <= pipe.cursor) continue;
      // A stream that loses a frame: the client must see the gap and ask.
      const lost = this.luck.next() < this.trouble / 400;
      const after = pipe.cursor;
      pipe.cursor = frame.seq;
      if (!lost) pipe.deliver({ ...frame, after });
    }
  }
}

/** Storage shared by the tabs of one device. */
export function sharedShelf(): Shelf {
  const map = new Map<string, string>();
  return {
    get: (key) => map.get(key) ?? null,
    set: (key, value) => void map.set(key, value),
    remove: (key) => void map.delete(key),
    keys: () => [...map.keys()],
  };
}

export interface Tab {
  readonly client: SubscriberClient;
  /** The tab or its process dies: its timers and socket are gone, nothing is said. */
  kill(): void;
}

export function openTab(clock: Clock, gateway: Gateway, shelf: Shelf, newCid: () => string, luck: Luck): Tab {
  const timers = new Set<number>();
  const pipes: Pipe[] = [];
  let dead = false;
  const surroundings: Surroundings = {
    connect: () => {
      const pipe = gateway.connect();
      pipes.push(pipe);
      return pipe as unknown as WebSocket;
    },
    later(act, ms) {
      const id = clock.later(() => !dead && act(), ms);
      timers.add(id);
      return id;
    },
    cancel: (id) => clock.cancel(id),
    random: () => luck.next(),
  };
  const client = new SubscriberClient({
    url: "ws://gateway",
    shelf,
    locale: () => "de",
    token: () => null,
    onChange: () => undefined,
    now: () => clock.now,
    newCid,
    surroundings,
  });
  client.start();
  return {
    client,
    kill() {
      dead = true;
      for (const id of timers) clock.cancel(id);
      for (const pipe of pipes) {
        pipe.onopen = pipe.onmessage = pipe.onclose = pipe.onerror = null;
        pipe.close();
      }
    },
  };
}
