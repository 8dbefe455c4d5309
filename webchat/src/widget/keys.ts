/**
 * Names of what the widget keeps on the device.
 */

/** Per tab: the panel was open, so a next page of the site opens it again. */
export const OPEN_KEY = "abolotse:open";

/** Everything of one subject lies under one prefix; nobody is "guest". */
export function prefixOf(subject: string | null): string {
  return `abolotse:${subject ? `~${subject}` : "guest"}:`;
}
