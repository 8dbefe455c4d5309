/**
 * The subscriber's side of one conversation: socket, timeline and outbox together. No DOM.
 *
 * Invariants: what the subscriber does is stored before it is sent; only the oldest waiting item of all tabs is
 * under way at a time, so order holds across losses; the session secret never leaves its subject's shelf.
 */
import type { Hello, Locale, QueueFrame, SubscriberFrame, ToSubscriber, TypingFrame } from "../wire/frames.js";
import { Outbox } from "../wire/outbox.js";
import { browser, ReconnectingSocket, type Link, type Surroundings } from "../wire/socket.js";
import type { Shelf } from "../wire/storage.js";
import { emptyTimeline, reduce, type Outgoing, type Step, type Timeline } from "../wire/timeline.js";
import type { TokenSource } from "./host.js";

/** What is sent once, under a client id. `label` is what the subscriber sees until the log has it. */
export type Outward = { cid: string; label: string } & (
  | { type: "send"; text: string }
  | { type: "press"; seq: number; index: number }
  | { type: "person" }
);
/** The same without its client id. */
export type Wish = Outward extends infer O ? (O extends Outward ? Omit<O, "cid"> : never) : never;

export interface Snapshot {
  readonly timeline: Timeline<Outward>;
  readonly link: Link;
  /** How far the log went when the gateway welcomed us: what is beyond is news. */
  readonly known: number;
  /** Who is typing, or "" for nobody. */
  readonly typing: { author: TypingFrame["author"]; name: string } | null;
  readonly queue: QueueFrame | null;
  /** Why the gateway refused us, while it does. */
  readonly refused: string | null;
}

export interface ClientOptions {
  url: string;
  shelf: Shelf;
  locale: () => Locale;
  /** What gives a fresh token of the host site; null while nobody is signed in there. */
  token: () => TokenSource | null;
  onChange: () => void;
  now?: () => number;
  newCid?: () => string;
  surroundings?: Surroundings;
}

const AGAIN_AFTER = 5_000;
const TYPING_SHOWN_AFTER = 300;
const TYPING_FORGOTTEN_AFTER = 20_000;
const PROOF_GOOD_FOR = 8 * 60_000;
const SESSION = "session";

export class SubscriberClient {
  snapshot: Snapshot = {
    timeline: emptyTimeline<Outward>(),
    link: "offline",
    known: 0,
    typing: null,
    queue: null,
    refused: null,
  };
  readonly #socket: ReconnectingSocket<ToSubscriber, SubscriberFrame>;
  readonly #outbox: Outbox<Outward>;
  readonly #around: Surroundings;
  readonly #now: () => number;
  /** Which log the timeline is of. */
  #log: string | null = null;
  #underWay: { cid: string; at: number } | null = null;
  #provenAt = 0;
  #tokenRefused = false;
  #tick = 0;
  #typingTimer = 0;
  #readTold = 0;
  #started = false;

  constructor(private readonly options: ClientOptions) {
    this.#around = options.surroundings ?? browser;
    this.#now = options.now ?? Date.now;
    this.#outbox = new Outbox<Outward>(options.shelf, this.#now);
    this.#socket = new ReconnectingSocket({
      url: options.url,
      hello: () => this.#hello(),
      onFrame: (frame) => this.#take(frame),
      onLink: (link) => this.#linked(link),
      surroundings: this.#around,
    });
  }

  /** Was there a conversation on this device before? */
  get known(): boolean {
    return this.options.shelf.get(SESSION) !== null;
  }

  get started(): boolean {
    return this.#started;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#step({ type: "stored", items: this.#outbox.list() });
    this.#socket.start();
    this.#sweep();
  }

  stop(): void {
    this.#started = false;
    this.#around.cancel(this.#tick);
    this.#around.cancel(this.#typingTimer);
    this.#socket.stop();
  }

  /** Removes everything of this subject from the device. */
  forget(): void {
    this.stop();
    for (const key of this.options.shelf.keys()) this.options.shelf.remove(key);
  }

  /** Does what the subscriber asked for, now or as soon as there is a connection. */
  wish(wish: Wish): void {
    const cid = (this.options.newCid ?? newCid)();
    this.#outbox.add({ ...wish, cid });
    this.#step({ type: "stored", items: this.#outbox.list() });
    if (this.options.token() && this.#now() - this.#provenAt > PROOF_GOOD_FOR) this.#socket.restart();
    this.wake();
    this.#pump();
  }

  /** The subscriber is at it: do not wait for the next attempt to connect. */
  wake(): void {
    if (this.#started && this.#socket.link !== "online") this.#socket.wake();
  }

  /** Takes a refused item out of sight. */
  discard(cid: string): void {
    this.#outbox.remove(cid);
    const outbox = this.snapshot.timeline.outbox.filter((item) => item.frame.cid !== cid);
    this.#change({ timeline: { ...this.snapshot.timeline, outbox } });
  }

  /** Another tab changed the shared outbox. */
  outboxChanged(): void {
    this.#step({ type: "stored", items: this.#outbox.list() });
  }

  /** Tells the gateway how far the subscriber has read. */
  markRead(seq: number): void {
    if (seq > this.#readTold && this.#socket.send({ type: "read", seq })) this.#readTold = seq;
  }

  typing(on: boolean): void {
    this.#socket.send({ type: "typing", on });
  }

  localeChanged(): void {
    this.#socket.send({ type: "locale", locale: this.options.locale() });
  }

  async #hello(): Promise<Hello> {
    const session = this.options.shelf.get(SESSION);
    const since = this.snapshot.timeline.last;
    const hello: Hello = { type: "hello", session, jwt: null, since, log: this.#log, locale: this.options.locale() };
    const token = this.options.token();
    if (!token || (this.#tokenRefused && session !== null)) return hello;
    this.#provenAt = this.#now();
    try {
      hello.jwt = await token();
    } catch (error) {
      // With a session the talk can go on; without one we would start a stranger's chat in a subscriber's name.
      if (session === null) throw error;
    }
    return hello;
  }

  #take(frame: ToSubscriber): void {
    switch (frame.type) {
      case "welcome":
        this.options.shelf.set(SESSION, frame.session);
        this.#log = frame.log;
        this.#readTold = 0;
        this.#tokenRefused = false;
        if (frame.conversation !== this.snapshot.timeline.conversation) this.#change({ known: frame.last });
        this.#change({ refused: null, typing: null, queue: null });
        this.#step({ type: "welcome", conversation: frame.conversation, reset: frame.reset });
        break;
      case "event":
        this.#event(frame);
        break;
      case "ack":
        this.#outbox.remove(frame.cid);
        this.#step({ type: "ack", cid: frame.cid, seq: frame.seq });
        this.#landed(frame.cid);
        break;
      case "nack":
        this.#refusedItem(frame.cid, frame.code, frame.retry);
        break;
      case "typing":
        this.#typingFrame(frame);
        break;
      case "queue":
        this.#change({ queue: frame.position > 0 ? frame : null });
        break;
      case "refused":
        if (frame.code === "session_expired") this.options.shelf.remove(SESSION);
        this.#tokenRefused = frame.code === "bad_token";
        this.#change({ refused: frame.code });
        break;
      case "pong":
        break;
    }
  }

  #event(frame: Extract<ToSubscriber, { type: "event" }>): void {
    const before = this.snapshot.timeline;
    this.#step({ type: "event", frame });
    const { wants, last } = this.snapshot.timeline;
    if (wants !== before.wants) this.#askForGap();
    if (last === before.last) return;
    if (frame.event.kind === "message" && frame.event.author !== "subscriber") this.#hideTyping();
    const cid = frame.event.kind === "message" ? frame.event.cid : null;
    if (cid) {
      this.#outbox.remove(cid);
      this.#landed(cid);
    }
  }

  #askForGap(): void {
    const { wants } = this.snapshot.timeline;
    if (wants !== null) this.#socket.send({ type: "sync", since: wants });
  }

  #refusedItem(cid: string, code: string, retry: boolean): void {
    if (this.#underWay?.cid !== cid || retry) return;
    this.#outbox.remove(cid);
    this.#step({ type: "nack", cid, code });
    this.#landed(cid);
  }

  /** An item is done with; the next may go. */
  #landed(cid: string): void {
    if (this.#underWay?.cid === cid) this.#underWay = null;
    this.#pump();
  }

  #linked(link: Link): void {
    this.#change({ link, ...(link === "online" ? {} : { typing: null, queue: null }) });
    this.#underWay = null;
    if (link === "online") this.#pump();
  }

  /** Sends the oldest waiting item, unless it is under way. */
  #pump(): void {
    if (this.#socket.link !== "online") return;
    const [head] = this.#outbox.list();
    if (!head) return;
    const { cid } = head.frame;
    if (this.#underWay?.cid === cid && this.#now() - this.#underWay.at < AGAIN_AFTER) return;
    if (this.#socket.send(bare(head))) this.#underWay = { cid, at: this.#now() };
  }

  /** Every few seconds: what another tab left behind, what went without an answer, a gap that is still open. */
  #sweep(): void {
    this.#tick = this.#around.later(() => {
      this.outboxChanged();
      this.#pump();
      this.#askForGap();
      this.#sweep();
    }, AGAIN_AFTER);
  }

  #typingFrame(frame: TypingFrame): void {
    this.#around.cancel(this.#typingTimer);
    if (!frame.on) return this.#hideTyping();
    const show = () => {
      this.#change({ typing: { author: frame.author, name: frame.name } });
      this.#typingTimer = this.#around.later(() => this.#hideTyping(), TYPING_FORGOTTEN_AFTER);
    };
    if (this.snapshot.typing) show();
    else this.#typingTimer = this.#around.later(show, TYPING_SHOWN_AFTER);
  }

  #hideTyping(): void {
    this.#around.cancel(this.#typingTimer);
    if (this.snapshot.typing) this.#change({ typing: null });
  }

  #step(step: Step<Outward>): void {
    const timeline = reduce(this.snapshot.timeline, step);
    if (timeline !== this.snapshot.timeline) this.#change({ timeline });
  }

  #change(part: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...part };
    this.options.onChange();
  }
}

/** The frame without what is only for our own eyes. */
function bare({ frame }: Outgoing<Outward>): SubscriberFrame {
  const { cid } = frame;
  switch (frame.type) {
    case "send":
      return { type: "send", cid, text: frame.text };
    case "press":
      return { type: "press", cid, seq: frame.seq, index: frame.index };
    case "person":
      return { type: "person", cid };
  }
}

/** 128 random bits as hex; `randomUUID` is missing on pages without TLS. */
function newCid(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
