/** Parts of forms: a field, a choice, a group of boxes; and saving, with every way it can fail in words. */

import type { ComponentChildren } from "preact";
import { useSignal, type Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import { Refused } from "./api";
import { code, w } from "./words";

interface FieldProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly type?: "text" | "date" | "number";
  readonly hint?: string;
  readonly min?: string;
  readonly max?: string;
  readonly step?: string;
  readonly required?: boolean;
}

export function Field({ label, value, type = "text", hint, ...rest }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        // The types know no input whose type is one of several.
        type={type as "text"}
        value={value.value}
        aria-describedby={hint ? `${id}-h` : undefined}
        onInput={(event) => (value.value = event.currentTarget.value)}
        autocomplete="off"
        {...rest}
      />
      {hint && (
        <p class="hint" id={`${id}-h`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface AreaProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly rows?: number;
  readonly hint?: string;
  readonly lang?: string;
  readonly required?: boolean;
}

export function Area({ label, value, rows = 5, hint, ...rest }: AreaProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={rows}
        value={value.value}
        maxLength={2000}
        aria-describedby={hint ? `${id}-h` : undefined}
        onInput={(event) => (value.value = event.currentTarget.value)}
        {...rest}
      />
      {hint && (
        <p class="hint" id={`${id}-h`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: Signal<T>;
  readonly options: readonly (readonly [T, string])[];
}

export function Choice<T extends string>({ label, value, options }: ChoiceProps<T>) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value.value} onChange={(event) => (value.value = event.currentTarget.value as T)}>
        {options.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

interface BoxesProps {
  readonly label: string;
  readonly value: Signal<readonly string[]>;
  readonly options: readonly (readonly [string, string])[];
  readonly hint?: string;
}

export function Boxes({ label, value, options, hint }: BoxesProps) {
  const change = (key: string, on: boolean): void => {
    value.value = on ? [...value.value, key].sort() : value.value.filter((one) => one !== key);
  };
  return (
    <fieldset class="boxes">
      <legend>{label}</legend>
      {options.map(([key, words]) => (
        <label key={key}>
          <input type="checkbox" checked={value.value.includes(key)} onChange={(event) => change(key, event.currentTarget.checked)} />
          {words}
        </label>
      ))}
      {hint && <p class="hint">{hint}</p>}
    </fieldset>
  );
}

/** Why it was not saved, in words that say what to do. */
export function reason(error: unknown): string {
  if (!(error instanceof Refused)) return w("offline");
  const fields = Array.isArray(error.facts["fields"]) ? error.facts["fields"].map((one) => String(one).replace(/^body\.(value\.)?/, "")) : [];
  if (error.status >= 500) return w("offline");
  const { why = "", what = "" } = error.facts;
  const wrong = /^bad_(name|text|cues)/.test(error.code) ? error.code.slice(4) : null;
  return wrong
    ? w("bad_request", { fields: code(`w_${wrong}`) })
    : code(error.code, { why: String(why), what: String(what), fields: fields.join(", ") });
}

interface SavingProps {
  /** Does it; throws what it is refused with. */
  readonly save: () => Promise<string | void>;
  readonly onStale?: (now: unknown) => void;
  readonly children: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly label?: string;
}

/** A form that saves: busy, saved or refused is said once, aloud. */
export function Saving({ save, onStale, children, actions, label }: SavingProps) {
  const said = useSignal<{ readonly words: string; readonly bad: boolean } | null>(null);
  const busy = useSignal(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    try {
      said.value = { words: (await save()) ?? w("saved"), bad: false };
    } catch (error) {
      said.value = { words: reason(error), bad: true };
      if (error instanceof Refused && error.code === "changed_meanwhile") onStale?.(error.now);
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="settings-form" onSubmit={(event) => void submit(event)} aria-busy={busy.value}>
      {children}
      <div role="status">{said.value && <p class={said.value.bad ? "alert bad" : "alert ok"}>{said.value.words}</p>}</div>
      <div class="row">
        <button type="submit" class="button primary" aria-disabled={busy.value}>
          {label ?? w("save")}
        </button>
        {actions}
      </div>
    </form>
  );
}

/** A step that cannot be undone is asked for once more. */
export function Sure({ name, onYes }: { readonly name: string; readonly onYes: () => void }) {
  const asking = useSignal(false);
  if (!asking.value)
    return (
      <button type="button" class="button" onClick={() => (asking.value = true)}>
        {w("remove")}
      </button>
    );
  return (
    <span class="row" role="group" aria-label={w("remove_sure", { name })}>
      <span>{w("remove_sure", { name })}</span>
      <button type="button" class="button primary" onClick={onYes} ref={(button) => button?.focus()}>
        {w("yes_remove")}
      </button>
      <button type="button" class="button" onClick={() => (asking.value = false)}>
        {w("cancel")}
      </button>
    </span>
  );
}
