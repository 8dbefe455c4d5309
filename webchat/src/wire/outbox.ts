/**
 * What was written but is not yet committed by the gateway; shared by all tabs, so nothing typed is lost.
 *
 * Invariants: an item is stored before it is sent and removed only when committed, refused for good, or a day old.
 */
import { readJson, type Shelf } from "./storage.js";
import { inOrder, type Cid, type Outgoing } from "./timeline.js";

const DAY = 24 * 60 * 60 * 1000;
const KEY = "out:";

export class Outbox<F extends Cid> {
  #n = 0;

  constructor(
    private readonly shelf: Shelf,
    private readonly now: () => number,
  ) {}

  /** Waiting items in order; forgets those that are too old. */
  list(): Outgoing<F>[] {
    const found: Outgoing<F>[] = [];
    for (const key of this.shelf.keys().filter((name) => name.startsWith(KEY))) {
      const item = readJson<Outgoing<F>>(this.shelf, key);
      if (item && item.at > this.now() - DAY) found.push(item);
      else this.shelf.remove(key);
    }
    return found.sort(inOrder);
  }

  add(frame: F): Outgoing<F> {
    // A clock that was set back must not put a new item before an older one.
    const newest = this.list().at(-1)?.at ?? 0;
    const item: Outgoing<F> = { frame, at: Math.max(this.now(), newest), n: this.#next(newest), state: "waiting" };
    this.shelf.set(KEY + frame.cid, JSON.stringify(item));
    return item;
  }

  remove(cid: string): void {
    this.shelf.remove(KEY + cid);
  }

  #next(newest: number): number {
    const last = this.list().filter(({ at }) => at === newest).at(-1)?.n ?? 0;
    this.#n = Math.max(this.#n, last) + 1;
    return this.#n;
  }
}
