/**
 * The window of one action: what must be known, what it would do in money and dates, and doing it with a second press.
 *
 * Invariants: nothing happens before the consequence was shown and confirmed; one look has one client key, so pressing
 * twice does it once; what was typed survives a refusal, and the refusal says what to do.
 */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { QueueRow } from "../wire/frames.js";
import {
  foresee, loadRecent, offeredPlans, start, troubleOf, type Consequence, type Kind, type Line, type OfferedPlan, type Wish,
} from "./actions";
import { fieldsOf, impossible, valueOf, wishOf, type Field, type Values } from "./action_fields";
import { Skeleton } from "./bits";
import { load } from "./customer";
import type { Overview } from "./overview";
import * as state from "./state";
import { locale, t, type TextKey } from "./texts";

interface Look {
  readonly wish: Wish;
  readonly cid: string;
  readonly shown: Consequence;
}

export const acting = signal<Kind | null>(null);
const values = signal<Values>({});
const look = signal<Look | null>(null);
const busy = signal<"" | "looking" | "doing">("");
const trouble = signal("");
const plans = signal<readonly OfferedPlan[] | null>(null);

/** Which opening of the window this is: an answer for an earlier one changes nothing. */
let opening = 0;

/** Opens the window of a kind, with what is known already. */
export function act(kind: Kind, known: Values = {}): void {
  opening += 1;
  values.value = known;
  look.value = null;
  busy.value = "";
  trouble.value = "";
  acting.value = kind;
  if (kind === "plan") void loadPlans();
}

async function loadPlans(): Promise<void> {
  plans.value = null;
  try {
    plans.value = await offeredPlans();
  } catch (error) {
    plans.value = [];
    trouble.value = troubleOf(error);
  }
}

/** Asks the gateway, and hands on what it says while the same window is open. */
async function asking<T>(what: "looking" | "doing", step: Promise<T>, then: (answer: T) => void): Promise<void> {
  const mine = opening;
  busy.value = what;
  trouble.value = "";
  try {
    const answer = await step;
    if (mine === opening) then(answer);
  } catch (error) {
    if (mine !== opening) return;
    trouble.value = troubleOf(error);
    if (what === "doing") look.value = null; // what was shown may not hold any more: look again
  }
  if (mine === opening) busy.value = "";
}

export function ActionDialog({ row, view }: { readonly row: QueueRow; readonly view: Overview }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const kind = acting.value;
  useEffect(() => {
    if (kind) dialog.current?.showModal();
  }, [kind]);
  useEffect(() => () => void (acting.value = null), [row.conversation]);
  if (!kind) return null;
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="action-title" onClose={() => (acting.value = null)}>
      <h2 id="action-title">{t(`x_${kind}`)}</h2>
      {look.value ? (
        <Confirm row={row} now={look.value} close={() => dialog.current?.close()} />
      ) : (
        <Ask row={row} view={view} kind={kind} close={() => dialog.current?.close()} />
      )}
    </dialog>
  );
}

interface AskProps {
  readonly row: QueueRow;
  readonly view: Overview;
  readonly kind: Kind;
  readonly close: () => void;
}

function Ask({ row, view, kind, close }: AskProps) {
  const waits = kind === "plan" && plans.value === null;
  const fields = fieldsOf(kind, view, plans.value ?? []);
  const nothing = waits ? undefined : impossible(fields);
  const looking = busy.value === "looking";
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("input, select, textarea, [type=submit]")?.focus(), [waits]);
  const submit = (event: Event): void => {
    event.preventDefault();
    const wish = wishOf(kind, fields, values.value);
    if (!wish) return void (trouble.value = t("x_amount_bad"));
    if (busy.value) return;
    void asking("looking", foresee(row.conversation, row.epoch, wish), (shown) => {
      look.value = { wish, cid: crypto.randomUUID(), shown };
    });
  };
  return (
    <form ref={form} onSubmit={submit} aria-busy={looking}>
      {waits ? <Skeleton lines={3} /> : fields.map((field) => <Input key={field.name} field={field} />)}
      {nothing && <p class="none">{t(kind === "plan" ? "x_plans_none" : "x_invoice_none")}</p>}
      <Foot close={close} closing="cancel">
        <button type="submit" class="button primary" aria-disabled={looking || waits || !!nothing}>
          {t(looking ? "x_looking" : "x_look")}
        </button>
      </Foot>
    </form>
  );
}

const MODES = { text: "text", amount: "decimal", email: "email" } as const;

function Input({ field }: { readonly field: Field }) {
  const set = (value: string): void => void (values.value = { ...values.value, [field.name]: value });
  const common = {
    value: valueOf(field, values.value),
    required: !field.optional,
    "aria-describedby": field.hint && `x-${field.name}-hint`,
  };
  return (
    <label class="field">
      <span>{t(field.label)}</span>
      {field.type === "choice" ? (
        <select {...common} onChange={(event) => set(event.currentTarget.value)} required={false}>
          {field.options!.map(({ value, words }) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      ) : field.type === "area" ? (
        <textarea {...common} rows={3} maxLength={2000} onInput={(event) => set(event.currentTarget.value)} />
      ) : field.type === "date" ? (
        <input type="date" {...common} {...field.limits} onInput={(event) => set(event.currentTarget.value)} />
      ) : (
        <input
          type="text"
          {...common}
          inputMode={MODES[field.type]}
          maxLength={200}
          autocomplete="off"
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
      {field.hint && (
        <span class="hint" id={`x-${field.name}-hint`}>
          {t(field.hint)}
        </span>
      )}
    </label>
  );
}

function Confirm({ row, now, close }: { readonly row: QueueRow; readonly now: Look; readonly close: () => void }) {
  const { wish, cid, shown } = now;
  const doing = busy.value === "doing";
  const offline = state.standing.value !== "live";
  const submit = (event: Event): void => {
    event.preventDefault();
    if (offline || busy.value) return;
    const body = { epoch: row.epoch, wish, cid, seen: shown.digest };
    void asking("doing", start(row.conversation, body), () => {
      close();
      void loadRecent(row.conversation);
      void load(row.conversation);
    });
  };
  // The focus is on what would happen, not on the button: it is read first, and Enter pressed twice does nothing.
  const what = useRef<HTMLDivElement>(null);
  useEffect(() => what.current?.focus(), []);
  return (
    <form onSubmit={submit} aria-busy={doing} onKeyDown={(event) => event.ctrlKey && event.key === "Enter" && submit(event)}>
      <div ref={what} class="what" id="action-what" tabIndex={-1}>
        <p class="strong">{shown.title[locale.value]}</p>
        <Lines lines={shown.lines} />
      </div>
      {shown.way !== "at_once" && <p class="alert warn">{t(`x_way_${shown.way}` as TextKey)}</p>}
      {offline && <p class="alert warn">{t("lost")}</p>}
      <Foot close={() => (look.value = null)} closing="x_back">
        <button type="submit" class="button primary" aria-disabled={doing || offline} aria-describedby="action-what">
          {t(doing ? "x_working" : (`x_do_${shown.way}` as TextKey))}
        </button>
      </Foot>
    </form>
  );
}

interface FootProps {
  readonly close: () => void;
  readonly closing: TextKey;
  readonly children: preact.ComponentChildren;
}

/** What went wrong, the way back, and the button that goes on. */
function Foot({ close, closing, children }: FootProps) {
  return (
    <>
      <div role="alert">{trouble.value && <p class="alert bad">{trouble.value}</p>}</div>
      <div class="dialog-foot">
        <button type="button" class="button" onClick={close}>
          {t(closing)}
        </button>
        {children}
      </div>
    </>
  );
}

export function Lines({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <dl class="kv">
      {lines.map(({ label, value }) => (
        <>
          <dt>{label[locale.value]}</dt>
          <dd>{value[locale.value]}</dd>
        </>
      ))}
    </dl>
  );
}
