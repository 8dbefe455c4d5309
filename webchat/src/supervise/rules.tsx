/** The rules of offering chats, and the targets. */

import { signal, type Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Rules, Team, Versioned } from "./api";
import { Field, Saving } from "./form";
import { useHeld } from "./held";
import { SKILLS, skillWords, w, type Key } from "./words";

const NUMBERS = [
  "target", "accept", "drop", "quiet", "quiet_percent", "beyond_person", "beyond_team", "beyond_skill", "beyond_language",
] as const satisfies readonly (Key & keyof Rules)[];

type Typed = Readonly<Record<string, Signal<string>>>;

type Teams = readonly Versioned<Team>[];

const typed = (rules: Rules, teams: Teams): Typed =>
  Object.fromEntries([
    ...NUMBERS.map((name) => [name, signal(String(rules[name]))]),
    ...SKILLS.map((skill) => [skill, signal(String(rules.targets[skill] ?? ""))]),
    ...teams.map(({ key }) => [teamField(key), signal(String(rules.team_targets[key] ?? ""))]),
  ]);

const teamField = (key: string): string => `team ${key}`;

function valueOf(rules: Rules, teams: Teams, fields: Typed): Rules {
  const number = (name: string): number => Number(fields[name]!.value);
  const own = (keys: readonly string[], field: (key: string) => string): Record<string, number> =>
    Object.fromEntries(keys.filter((key) => fields[field(key)]!.value.trim()).map((key) => [key, number(field(key))]));
  return {
    ...rules,
    ...Object.fromEntries(NUMBERS.map((name) => [name, number(name)])),
    targets: own(SKILLS, String),
    team_targets: own(teams.map(({ key }) => key), teamField),
  };
}

interface Props {
  readonly held: Versioned<Rules>;
  readonly teams: Teams;
}

export function RulesForm({ held, teams }: Props) {
  const { now, save, stale } = useHeld(held, "/settings/rules");
  const fields = useMemo(() => typed(held.value, teams), [teams.map(({ key }) => key).join()]);
  return (
    <div class="panel-card">
      <h2>{w("rules")}</h2>
      <p class="hint">{w("rules_hint")}</p>
      <Saving save={() => save(valueOf(held.value, teams, fields))} onStale={stale}>
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
        {teams.length > 0 && (
          <fieldset class="boxes">
            <legend>{w("team_targets")}</legend>
            <p class="hint">{w("team_targets_hint")}</p>
            <div class="grid-form">
              {teams.map(({ key, value }) => (
                <Field key={key} label={value.name} type="number" min="10" value={fields[teamField(key)]!} />
              ))}
            </div>
          </fieldset>
        )}
        {now.value && <Standing rules={now.value} />}
      </Saving>
    </div>
  );
}

/** What somebody else has set meanwhile. */
function Standing({ rules }: { readonly rules: Rules }) {
  const own = { ...rules.targets, ...rules.team_targets };
  return (
    <p class="alert warn">
      {w("now_is")} {NUMBERS.map((name) => `${w(name)}: ${rules[name]}`).join("; ")}
      {Object.entries(own).map(([key, seconds]) => `; ${SKILLS.includes(key) ? skillWords(key) : key}: ${seconds}`)}
    </p>
  );
}
