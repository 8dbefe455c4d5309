/**
 * What stands inside the customer's cards.
 *
 * Invariants: each has words for "nothing here"; amounts come from integer minor units; a dot always has
 * its words beside or behind it.
 */

import { Tag, type Tone } from "./bits";
import type {
  ContactLine,
  Contract,
  Dot,
  Failure,
  MoneyPart,
  NextAction,
  OpenInvoice,
  Plan,
  Try,
  Words,
} from "./overview";
import { clock, day, locale, money, t, wording } from "./texts";

const said = (words: Words): string => words[locale.value];
const planName = (plan: Plan): string => (locale.value === "de" ? plan.name_de : plan.name_en);
const amount = ({ minor, currency }: { readonly minor: number; readonly currency: string }): string =>
  money(minor, currency);

const None = ({ words }: { readonly words: string }) => <p class="none">{words}</p>;

export function NextStep({ action }: { readonly action: NextAction | null }) {
  if (!action) return <None words={t("next_none")} />;
  return (
    <>
      <p class="strong">{said(action.what)}</p>
      <p>
        <span class="quiet">{t("benefit")}</span> {said(action.benefit)}
      </p>
      <p class="small-print">
        {t("rule")} {wording(`rule_${action.rule}`) ?? action.rule}
      </p>
    </>
  );
}

const CONTRACT_TONES: Readonly<Record<string, Tone>> = {
  active: "ok",
  trialing: "info",
  past_due: "bad",
  suspended: "bad",
  paused: "warn",
  cancel_scheduled: "warn",
};

export function Contracts({ contracts }: { readonly contracts: readonly Contract[] }) {
  if (!contracts.length) return <None words={t("contracts_none")} />;
  return (
    <>
      {contracts.map((contract) => (
        <ContractView key={contract.id} contract={contract} />
      ))}
    </>
  );
}

function ContractView({ contract }: { readonly contract: Contract }) {
  const { plan, state, pending_plan: pending } = contract;
  return (
    <dl class="kv">
      <dt class="strong">{planName(plan)}</dt>
      <dd>
        <Tag tone={CONTRACT_TONES[state] ?? "plain"}>{wording(`sub_${state}`) ?? state}</Tag>
      </dd>
      <dt>{t("price")}</dt>
      <dd>{t(plan.interval === "year" ? "per_year" : "per_month", { a: amount(plan.price) })}</dd>
      <dt>{t("access")}</dt>
      <dd>{wording(`acc_${contract.entitlement}`) ?? contract.entitlement}</dd>
      <dt>{t(contract.ends_on ? "ends" : "renews")}</dt>
      <dd>{contract.ends_on ? day(contract.ends_on) : contract.renews_on ? day(contract.renews_on) : "–"}</dd>
      {pending && (
        <>
          <dt>{t("pending")}</dt>
          <dd>{planName(pending)}</dd>
        </>
      )}
      <dt>{t("started")}</dt>
      <dd>{day(contract.started_on)}</dd>
    </dl>
  );
}

export function MoneyCard({ money: part }: { readonly money: MoneyPart }) {
  const { balance, method, failure } = part;
  return (
    <>
      <dl class="kv">
        <dt>{t("open")}</dt>
        <dd class="strong">
          <span>{amount(balance.open)}</span> {balance.overdue.minor > 0 && <Tag tone="bad">{t("overdue")}</Tag>}
        </dd>
        <dt>{t("next_debit")}</dt>
        <dd>
          {balance.next_on && balance.next_amount ? (
            <>
              <span>{amount(balance.next_amount)}</span> <span class="quiet">{day(balance.next_on)}</span>
            </>
          ) : (
            t("none_planned")
          )}
        </dd>
        <dt>{t("method")}</dt>
        <dd>
          <span>{method?.label ?? t("no_method")}</span> {method?.expired && <Tag tone="bad">{t("expired")}</Tag>}
        </dd>
        {method?.mandate && (
          <>
            <dt>{t("mandate")}</dt>
            <dd>
              {method.mandate}{" "}
              {method.mandate_state !== "active" && (
                <Tag tone="warn">{wording(`man_${method.mandate_state}`) ?? method.mandate_state}</Tag>
              )}
            </dd>
          </>
        )}
      </dl>
      {failure && <FailureView failure={failure} />}
      {part.unpaid.length > 0 && <Unpaid invoices={part.unpaid} />}
    </>
  );
}

function FailureView({ failure }: { readonly failure: Failure }) {
  const words = failure.needs_person
    ? t("retry_person")
    : failure.retry_allowed
      ? t("retry_ok", { n: failure.retries_left })
      : t("retry_no");
  return <p class={failure.retry_allowed ? "alert warn" : "alert bad"}>{words}</p>;
}

function Unpaid({ invoices }: { readonly invoices: readonly OpenInvoice[] }) {
  return (
    <ul class="entries">
      {invoices.map((invoice) => (
        <li key={invoice.number}>
          <span class="line">
            <span>{invoice.number}</span>
            <span>{amount(invoice.total)}</span>
          </span>
          <span class="small-print">
            {t("due", { d: day(invoice.due_on) })} · {wording(`inv_${invoice.status}`) ?? invoice.status}
          </span>
        </li>
      ))}
    </ul>
  );
}

const SIGNS: Readonly<Record<string, string>> = { paid: "✓", late: "✓", failed: "✕", open: "", processing: "…" };
const dotWords = (dot: Dot): string => wording(`dot_${dot.result}`) ?? dot.result;

export function Payments({ money: part }: { readonly money: MoneyPart }) {
  const dots = [...part.payments].sort((a, b) => a.on.localeCompare(b.on));
  if (!dots.length && !part.attempts.length) return <None words={t("payments_none")} />;
  return (
    <>
      {dots.length > 0 && <Dots dots={dots} />}
      {part.attempts.length > 0 ? <Attempts tries={part.attempts} /> : <None words={t("attempts_none")} />}
    </>
  );
}

/** The last payments, oldest first: one picture with a sentence, and every dot with a tip. */
function Dots({ dots }: { readonly dots: readonly Dot[] }) {
  const count = (...results: string[]): number => dots.filter((dot) => results.includes(dot.result)).length;
  const sentence = t("dots_text", {
    n: dots.length,
    paid: count("paid"),
    late: count("late"),
    bad: count("failed"),
    open: count("open", "processing"),
  });
  return (
    <>
      <div class="pay-dots" role="img" aria-label={sentence}>
        {dots.map((dot) => (
          <i key={dot.invoice} class={dot.result} title={`${day(dot.on)}: ${amount(dot.total)}, ${dotWords(dot)}`}>
            {SIGNS[dot.result] ?? "?"}
          </i>
        ))}
      </div>
      <details>
        <summary>{t("as_table")}</summary>
        <table class="table">
          <tbody>
            {[...dots].reverse().map((dot) => (
              <tr key={dot.invoice}>
                <th scope="row">{day(dot.on)}</th>
                <td>{amount(dot.total)}</td>
                <td>{dotWords(dot)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

const SHOWN = 4;

function Attempts({ tries }: { readonly tries: readonly Try[] }) {
  const failed = tries.filter((one) => one.reason_de !== null);
  if (!failed.length) return <None words={t("attempts_fine")} />;
  return (
    <>
      <h4>{t("attempts")}</h4>
      <ul class="entries">
        {failed.slice(0, SHOWN).map((one) => (
          <li key={one.at + one.invoice}>
            <span class="line">
              <span>{day(one.at)}</span>
              <span>{amount(one.amount)}</span>
            </span>
            <span>{locale.value === "de" ? one.reason_de : one.reason_en}</span>
            {one.raw_code && <span class="small-print">{t("raw_code", { c: one.raw_code })}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

export function Contacts({ contacts }: { readonly contacts: readonly ContactLine[] }) {
  if (!contacts.length) return <None words={t("contacts_none")} />;
  return (
    <ul class="entries">
      {contacts.slice(0, SHOWN).map((contact) => (
        <li key={contact.at + contact.template}>
          <span class="line">
            <span>{wording(`tpl_${contact.template}`) ?? contact.template.replaceAll("_", " ")}</span>
            <span class="small-print">
              {day(contact.at)}, {clock(contact.at)}
            </span>
          </span>
          <span class="small-print">
            {wording(`ch_${contact.channel}`) ?? contact.channel} · {wording(`cr_${contact.reason}`) ?? contact.reason}
          </span>
        </li>
      ))}
    </ul>
  );
}
