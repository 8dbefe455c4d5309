/** Teams: their topics, hours and holidays. */

import { useSignal } from "@preact/signals";
import { locale } from "../console/tongue";
import { call, Refused, type Team, type Versioned } from "./api";
import { Boxes, Field, reason, Saving, Sure } from "./form";
import { hoursText, readHours } from "./hours";
import { SKILLS, skillWords, w } from "./words";

export const SKILL_OPTIONS = (): (readonly [string, string])[] =>
  SKILLS.map((skill) => [skill, skillWords(skill)]);

const NEW: Versioned<Team> = {
  key: "",
  version: "",
  value: { name: "", skills: [], hours: [], zone: "Europe/Berlin", region: "", closed_on: [] },
};

interface Props {
  readonly teams: readonly Versioned<Team>[];
  readonly changed: () => void;
}

export function Teams({ teams, changed }: Props) {
  return (
    <div class="panel-card">
      <h2>{w("teams")}</h2>
      {teams.map((team) => (
        <details key={team.key}>
          <summary>
            {team.value.name} <span class="quiet">{hoursText(team.value.hours, locale.value)}</span>
          </summary>
          <TeamForm key={team.version} held={team} changed={changed} />
        </details>
      ))}
      <details>
        <summary>{w("team_new")}</summary>
        <TeamForm key={teams.length} held={NEW} changed={changed} />
      </details>
    </div>
  );
}

function TeamForm({ held, changed }: { readonly held: Versioned<Team>; readonly changed: () => void }) {
  const fresh = held.key === "";
  const key = useSignal(held.key);
  const version = useSignal(held.version);
  const name = useSignal(held.value.name);
  const skills = useSignal<readonly string[]>(held.value.skills);
  const hours = useSignal(hoursText(held.value.hours, locale.value));
  const zone = useSignal(held.value.zone);
  const region = useSignal(held.value.region);
  const closed = useSignal(held.value.closed_on.join(", "));
  const failed = useSignal("");
  const save = async (): Promise<void> => {
    const read = readHours(hours.value);
    if (read === null) throw new Refused(422, "bad_request", { fields: [w("hours_wrong")] }, null);
    const days = closed.value.split(/[\s,;]+/).filter(Boolean);
    const value: Team = {
      name: name.value, skills: skills.value, hours: read, zone: zone.value, region: region.value.trim(), closed_on: days,
    };
    await call("PUT", `/settings/teams/${encodeURIComponent(key.value)}`, { version: version.value, value });
    changed();
  };
  const remove = (): void => {
    call("DELETE", `/settings/teams/${encodeURIComponent(held.key)}`).then(changed, (error: unknown) => (failed.value = reason(error)));
  };
  return (
    <Saving
      save={save}
      onStale={(now) => (version.value = (now as Versioned<Team>).version)}
      actions={!fresh && <Sure name={held.value.name} onYes={remove} />}
    >
      <div class="grid-form">
        {fresh && <Field label={w("key")} hint={w("key_hint")} value={key} required />}
        <Field label={w("name")} value={name} required />
        <Field label={w("hours")} hint={w("hours_hint")} value={hours} />
        <Field label={w("zone")} value={zone} required />
        <Field label={w("region")} hint={w("region_hint")} value={region} />
        <Field label={w("closed_on")} hint={w("closed_on_hint")} value={closed} />
      </div>
      <Boxes label={w("skills")} value={skills} options={SKILL_OPTIONS()} />
      {failed.value && (
        <p class="alert bad" role="alert">
          {failed.value}
        </p>
      )}
    </Saving>
  );
}
