/**
 * What the widget keeps on the device, under one prefix; falls back to memory where storage is refused.
 *
 * Invariants: one key per item, so that two tabs never overwrite each other; values are JSON; a value that
 * cannot be read counts as absent.
 */

/** The part of `Storage` that is used; tests give a shared map. */
export interface Shelf {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
}

/** The browser's storage; a copy in memory serves where it is full, blocked or private. */
export function localShelf(prefix: string, storage: () => Storage = () => localStorage): Shelf {
  const memory = new Map<string, string>();
  const attempt = <T>(act: (real: Storage) => T, otherwise: T): T => {
    try {
      return act(storage());
    } catch {
      return otherwise;
    }
  };
  return {
    get: (key) => attempt((real) => real.getItem(prefix + key), null) ?? memory.get(key) ?? null,
    set(key, value) {
      const kept = attempt((real) => (real.setItem(prefix + key, value), true), false);
      if (!kept) memory.set(key, value);
    },
    remove(key) {
      memory.delete(key);
      attempt((real) => real.removeItem(prefix + key), undefined);
    },
    keys() {
      const real = attempt((store) => Object.keys(store), []);
      const ours = real.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
      return [...new Set([...ours, ...memory.keys()])];
    },
  };
}

/** The value as JSON, or null. */
export function readJson<T>(shelf: Shelf, key: string): T | null {
  const text = shelf.get(key);
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
