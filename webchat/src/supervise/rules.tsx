/** The rules of offering chats, and the targets. */

import { signal, type Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Rules, Versioned } from "./api";
import { Field, Saving } from "./form";
import { useHeld } from "./held";
import { SKILLS, skillWords, w, type Key } from "./words";

const NUMBERS = [
  "target", "accept", "drop", "quiet", "quiet_percent", "beyond_person", "beyond_team", "beyond_skill", "beyond_language",
] as const satisfies readonly (Key & keyof Rules)[];

type Typed = Readonly<Record<string, Signal<string>>>;

const typed = (rules: Rules): Typed =>
  Object.fromEntries([
    ...NUMBERS.map((name) => [name, signal(String(rules[name]))]),
    ...SKILLS.map((skill) => [skill, signal(String(rules.targets[skill] ?? ""))]),
  ]);

function valueOf(rules: Rules, fields: Typed): Rules {
  const number = (name: string): number => Number(fields[name]!.value);
  const targets = Object.fromEntries(SKILLS.filter((skill) => fields[skill]!.value.trim()).map((skill) => [skill, number(skill)]));
  return { ...rules, ...Object.fromEntries(NUMBERS.map((name) => [name, number(name)])), targets };
}

export function RulesForm({ held }: { readonly held: Versioned<Rules> }) {
  const { now, save, stale } = useHeld(held, "/settings/rules");
  const fields = useMemo(() => typed(held.value), []);
  return (
    <div class="panel-card">
      <h2>{w("rules")}</h2>
      <p class="hint">{w("rules_hint")}</p>
      <Saving save={() => save(valueOf(held.value, fields))} onStale={stale}>
        <div class="grid-form">
          {NUMBERS.map((name) => (
            <Field key={name} label={w(name)} type="number" min="0" value={fields[name]!} required />
          ))}
        </div>
        <fieldset class="boxes">
          <legend>{w("targets")}</legend>
          <p class="hint">{w("targets_hint")}</p>
          <div class="grid-form">
            {SKILLS.map((skill) => (
              <Field key={skill} label={skillWords(skill)} type="number" min="10" value={fields[skill]!} />
            ))}
          </div>
        </fieldset>
        {now.value && <Standing rules={now.value} />}
      </Saving>
    </div>
  );
}

/** What somebody else has set meanwhile. */
function Standing({ rules }: { readonly rules: Rules }) {
  return (
    <p class="alert warn">
      {w("now_is")} {NUMBERS.map((name) => `${w(name)}: ${rules[name]}`).join("; ")}
    </p>
  );
}
