/**
 * The customer overview as the gateway sends it: `subscriptions.overview.Overview` as JSON.
 *
 * Invariants: written by hand after the Python value, because it is not part of the socket protocol; codes
 * stay strings, an unknown one is shown as it is.
 */

export interface Money {
  readonly minor: number;
  readonly currency: string;
}

export interface Plan {
  readonly code: string;
  readonly product: string;
  readonly name_de: string;
  readonly name_en: string;
  readonly price: Money;
  readonly interval: string;
}

export interface Header {
  readonly number: string;
  readonly name: string;
  readonly locale: string;
  readonly address_form: string;
  readonly email: string;
  readonly since: string;
  readonly segment: string;
}

export interface Contract {
  readonly id: string;
  readonly plan: Plan;
  readonly state: string;
  readonly entitlement: string;
  readonly started_on: string;
  readonly renews_on: string | null;
  readonly ends_on: string | null;
  readonly pending_plan: Plan | null;
}

export interface OpenInvoice {
  readonly number: string;
  readonly total: Money;
  readonly due_on: string;
  readonly status: string;
  readonly overdue: boolean;
}

export interface Method {
  readonly kind: string;
  readonly label: string;
  readonly expires_on: string | null;
  readonly expired: boolean;
  readonly mandate: string | null;
  readonly mandate_state: string | null;
}

export interface Failure {
  readonly invoice: string;
  readonly amount: Money;
  readonly failed_on: string;
  readonly raw_code: string;
  readonly retry_allowed: boolean;
  readonly retries_left: number;
  readonly needs_person: boolean;
}

export interface Dot {
  readonly invoice: string;
  readonly on: string;
  readonly total: Money;
  readonly result: string;
}

export interface Try {
  readonly at: string;
  readonly invoice: string;
  readonly amount: Money;
  readonly state: string;
  readonly raw_code: string | null;
  readonly reason_de: string | null;
  readonly reason_en: string | null;
}

export interface MoneyPart {
  readonly balance: {
    readonly open: Money;
    readonly overdue: Money;
    readonly next_on: string | null;
    readonly next_amount: Money | null;
    readonly method: string | null;
  };
  readonly unpaid: readonly OpenInvoice[];
  readonly method: Method | null;
  readonly failure: Failure | null;
  readonly payments: readonly Dot[];
  readonly attempts: readonly Try[];
  readonly findings: readonly { readonly invoice: string; readonly refundable: Money }[];
}

export interface ContactLine {
  readonly at: string;
  readonly channel: string;
  readonly reason: string;
  readonly template: string;
}

export interface Words {
  readonly de: string;
  readonly en: string;
}

export interface NextAction {
  readonly kind: string;
  readonly rule: string;
  readonly what: Words;
  readonly benefit: Words;
}

/** One thing that is otherwise than when the case was handed over. */
export interface Change {
  readonly area: string;
  readonly text: Words;
}

export interface Since {
  readonly as_of: string;
  readonly changes: readonly Change[];
}

export interface Overview {
  /** Null while the case has no snapshot to compare with. */
  readonly since: Since | null;
  readonly as_of: string;
  readonly header: Header;
  readonly contracts: readonly Contract[];
  readonly money: MoneyPart;
  readonly contacts: readonly ContactLine[];
  readonly next_action: NextAction | null;
}
