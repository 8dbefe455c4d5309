/**
 * Where a link under a message may lead; the gateway has dropped the others already, this is the second lock.
 */

/** The absolute address: a path belongs to the gateway at `base`; otherwise https only. Null for anything else. */
export function linkHref(address: string, base: string): string | null {
  try {
    const to = new URL(address, base);
    if (address.startsWith("/")) return to.origin === new URL(base).origin ? to.href : null;
    return /^https:\/\//i.test(address) ? to.href : null;
  } catch {
    return null;
  }
}
