/** The customer overview as the gateway sends it: the `Overview` of the subscriptions as JSON. */
export type Overview = Readonly<Record<string, unknown>>;
