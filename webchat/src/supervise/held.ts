/** One setting on a page: the version it was made on, and what somebody else has set meanwhile. */

import { useSignal } from "@preact/signals";
import { call, type Versioned } from "./api";

export function useHeld<T>(held: Versioned<T>, path: string) {
  const version = useSignal(held.version);
  const now = useSignal<T | null>(null);
  return {
    /** What stands now, when somebody else was faster. */
    now,
    save: async (value: T): Promise<void> => {
      version.value = (await call<Versioned<T>>("PUT", path, { version: version.value, value })).version;
      now.value = null;
    },
    stale: (found: unknown): void => {
      const standing = found as Versioned<T>;
      now.value = standing.value;
      version.value = standing.version;
    },
  };
}
