import { signal } from "@preact/signals";
export const drawer = signal(false);
export function Subscriber() {
  return <aside class="subscriber" id="subscriber" />;
}
