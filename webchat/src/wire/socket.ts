/**
 * One WebSocket that comes back by itself; used by the widget and by the console.
 *
 * Invariants: at most one socket is alive; the first frame of each connection is what `hello` gives; the link is
 * "online" from the gateway's `welcome` until the drop; nothing is queued here (an unsent frame is the caller's).
 */

const FIRST_DELAY = 500;
const LAST_DELAY = 30_000;
const PING_EVERY = 25_000;
const PONG_WITHIN = 10_000;
const WELCOME_WITHIN = 10_000;
const RESTART = 1012;

/** How the connection stands. `offline`: it was lost, or the device says so. */
export type Link = "connecting" | "online" | "offline";

/** What a socket needs of the browser; tests give their own clock and network. */
export interface Surroundings {
  connect(url: string): WebSocket;
  later(act: () => void, ms: number): number;
  cancel(timer: number): void;
  random(): number;
}

export interface SocketOptions<In, Out> {
  url: string;
  /** The first frame; may fetch a fresh token. A rejection counts as a failed attempt. */
  hello: () => Out | Promise<Out>;
  onFrame: (frame: In) => void;
  onLink: (link: Link) => void;
  surroundings?: Surroundings;
}

export const browser: Surroundings = {
  connect: (url) => new WebSocket(url),
  later: (act, ms) => setTimeout(act, ms) as unknown as number,
  cancel: (timer) => clearTimeout(timer),
  random: () => Math.random(),
};

/** Milliseconds before attempt number `tries` + 1: 0.5 s · 2ⁿ up to 30 s, give or take a quarter. */
export function backOff(tries: number, random: number): number {
  const full = Math.min(LAST_DELAY, FIRST_DELAY * 2 ** tries);
  return Math.min(LAST_DELAY, Math.round(full * (0.75 + random / 2)));
}

/** `path` on `base` (or this page's origin) as a ws address. */
export function socketUrl(path: string, base: string = location.href): string {
  return new URL(path, base).href.replace(/^http/, "ws");
}

export class ReconnectingSocket<In extends { type: string }, Out extends { type: string }> {
  #socket: WebSocket | null = null;
  #link: Link = "offline";
  #tries = 0;
  #running = false;
  #retry = 0;
  #beat = 0;
  #deadline = 0;
  readonly #around: Surroundings;

  constructor(private readonly options: SocketOptions<In, Out>) {
    this.#around = options.surroundings ?? browser;
  }

  get link(): Link {
    return this.#link;
  }

  /** Connects, and again after every loss, until `stop`. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    if (typeof document !== "undefined") {
      addEventListener("online", this.wake);
      addEventListener("offline", this.#onOffline);
      document.addEventListener("visibilitychange", this.#onVisible);
    }
    this.#connect();
  }

  /** Ends the connection for good. */
  stop(): void {
    this.#running = false;
    if (typeof document !== "undefined") {
      removeEventListener("online", this.wake);
      removeEventListener("offline", this.#onOffline);
      document.removeEventListener("visibilitychange", this.#onVisible);
    }
    this.#around.cancel(this.#retry);
    this.#letGo();
    this.#set("offline");
  }

  /** Sends if the gateway has welcomed us; false if the frame went nowhere. */
  send(frame: Out): boolean {
    if (this.#link !== "online" || this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Drops the present connection and makes a new one at once (other identity, other token). */
  restart(): void {
    if (!this.#running) return;
    this.#letGo();
    this.#tries = 0;
    this.#connect();
  }

  /** Now is a good moment: connects at once, or asks the present connection whether it lives. */
  readonly wake = (): void => {
    if (!this.#running) return;
    if (this.#link === "online") this.#ping();
    else if (!this.#socket) this.#connect();
  };

  readonly #onOffline = (): void => this.#lost();

  readonly #onVisible = (): void => {
    if (!document.hidden) this.wake();
  };

  #set(link: Link): void {
    if (link === this.#link) return;
    this.#link = link;
    this.options.onLink(link);
  }

  #connect(): void {
    this.#around.cancel(this.#retry);
    if (!this.#tries) this.#set("connecting");
    const socket = this.#around.connect(this.options.url);
    this.#socket = socket;
    this.#expect(WELCOME_WITHIN);
    socket.onopen = () => void this.#greet(socket);
    socket.onmessage = ({ data }) => this.#receive(socket, String(data));
    socket.onclose = socket.onerror = (event) => {
      // A gateway that restarts is no loss: another one answers at once.
      if (this.#socket === socket) this.#lost((event as CloseEvent).code === RESTART ? "connecting" : "offline");
    };
  }

  async #greet(socket: WebSocket): Promise<void> {
    try {
      const hello = await this.options.hello();
      if (this.#socket === socket && socket.readyState === 1) socket.send(JSON.stringify(hello));
    } catch {
      if (this.#socket === socket) this.#lost();
    }
  }

  #receive(socket: WebSocket, data: string): void {
    if (this.#socket !== socket) return;
    const frame = JSON.parse(data) as In;
    this.#around.cancel(this.#deadline);
    if (frame.type === "pong") return;
    if (frame.type === "welcome") {
      this.#tries = 0;
      this.#beatAgain();
      this.options.onFrame(frame);
      this.#set("online");
      return;
    }
    this.options.onFrame(frame);
  }

  #beatAgain(): void {
    this.#around.cancel(this.#beat);
    this.#beat = this.#around.later(() => {
      this.#ping();
      this.#beatAgain();
    }, PING_EVERY);
  }

  #ping(): void {
    if (this.#socket?.readyState === 1) this.#socket.send('{"type":"ping"}');
    this.#expect(PONG_WITHIN);
  }

  /** Any frame within `ms`, or the connection counts as dead. */
  #expect(ms: number): void {
    this.#around.cancel(this.#deadline);
    this.#deadline = this.#around.later(() => this.#lost(), ms);
  }

  #letGo(): void {
    this.#around.cancel(this.#beat);
    this.#around.cancel(this.#deadline);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  #lost(link: Link = "offline"): void {
    this.#letGo();
    if (!this.#running) return;
    this.#set(link);
    this.#around.cancel(this.#retry);
    this.#retry = this.#around.later(() => this.#connect(), backOff(this.#tries, this.#around.random()));
    this.#tries += 1;
  }
}
