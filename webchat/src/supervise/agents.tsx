/** People at the desk: role, topics, languages, teams, how many chats at once; accounts and their start passwords. */

import { useSignal } from "@preact/signals";
import { call, type AgentValue, type Team, type Versioned } from "./api";
import { Boxes, Choice, Field, reason, Saving, Sure } from "./form";
import { SKILL_OPTIONS } from "./teams";
import { code, languageWords, w } from "./words";

const NEW: Versioned<AgentValue> = {
  key: "",
  version: "",
  value: { name: "", role: "agent", skills: [], languages: ["de", "en"], teams: [], capacity: 4 },
};

interface Props {
  readonly agents: readonly Versioned<AgentValue>[];
  readonly teams: readonly Versioned<Team>[];
  readonly changed: () => void;
}

export function Agents({ agents, teams, changed }: Props) {
  return (
    <div class="panel-card">
      <h2>{w("agents")}</h2>
      {agents.map((agent) => (
        <details key={agent.key}>
          <summary>
            {agent.value.name}{" "}
            <span class="quiet">
              {agent.key}, {code(`role_${agent.value.role}`)}
            </span>
          </summary>
          <AgentForm key={agent.version} held={agent} teams={teams} changed={changed} />
        </details>
      ))}
      <details>
        <summary>{w("agent_new")}</summary>
        <AgentForm key={agents.length} held={NEW} teams={teams} changed={changed} />
      </details>
    </div>
  );
}

interface FormProps extends Omit<Props, "agents"> {
  readonly held: Versioned<AgentValue>;
}

function AgentForm({ held, teams, changed }: FormProps) {
  const fresh = held.key === "";
  const login = useSignal(held.key);
  const version = useSignal(held.version);
  const name = useSignal(held.value.name);
  const role = useSignal(held.value.role);
  const skills = useSignal<readonly string[]>(held.value.skills);
  const languages = useSignal<readonly string[]>(held.value.languages);
  const inTeams = useSignal<readonly string[]>(held.value.teams);
  const capacity = useSignal(String(held.value.capacity));
  const value = (): AgentValue => ({
    name: name.value, role: role.value, skills: skills.value, languages: languages.value, teams: inTeams.value, capacity: Number(capacity.value),
  });
  const save = async (): Promise<string | void> => {
    if (fresh) {
      const { password } = await call<{ password: string }>("POST", "/settings/agents", { login: login.value, value: value() });
      return w("start_password", { password });
    }
    await call("PUT", `/settings/agents/${encodeURIComponent(held.key)}`, { version: version.value, value: value() });
    changed();
  };
  return (
    <>
      <Saving save={save} onStale={(now) => (version.value = (now as Versioned<AgentValue>).version)}>
        <div class="grid-form">
          {fresh && <Field label={w("login")} hint={w("key_hint")} value={login} required />}
          <Field label={w("name")} value={name} required />
          <Choice label={w("role")} value={role} options={[["agent", w("role_agent")], ["supervisor", w("role_supervisor")]]} />
          <Field label={w("capacity")} type="number" min="0" max="50" value={capacity} required />
        </div>
        <Boxes label={w("skills")} hint={w("skills_none")} value={skills} options={SKILL_OPTIONS()} />
        <Boxes label={w("languages")} value={languages} options={[["de", languageWords("de")], ["en", languageWords("en")]]} />
        {teams.length > 0 && <Boxes label={w("teams")} value={inTeams} options={teams.map((team) => [team.key, team.value.name])} />}
      </Saving>
      {!fresh && <Account login={held.key} name={held.value.name} changed={changed} />}
    </>
  );
}

/** What is done to an account as such. */
function Account({ login, name, changed }: { readonly login: string; readonly name: string; readonly changed: () => void }) {
  const said = useSignal<{ readonly words: string; readonly bad: boolean } | null>(null);
  const path = `/settings/agents/${encodeURIComponent(login)}`;
  const act = async (step: () => Promise<string>): Promise<void> => {
    try {
      said.value = { words: await step(), bad: false };
    } catch (error) {
      said.value = { words: reason(error), bad: true };
    }
  };
  const fresh = async (): Promise<string> =>
    w("start_password", await call<{ password: string }>("POST", `${path}/password`));
  const out = async (): Promise<string> => (await call("POST", `${path}/sign-out`), w("signed_out"));
  const remove = async (): Promise<string> => (await call("DELETE", path), changed(), "");
  return (
    <div class="row account">
      <button type="button" class="button" onClick={() => void act(fresh)}>
        {w("new_password")}
      </button>
      <button type="button" class="button" onClick={() => void act(out)}>
        {w("sign_out_all")}
      </button>
      <Sure name={name} onYes={() => void act(remove)} />
      <div role="status">{said.value?.words && <p class={said.value.bad ? "alert bad" : "alert ok"}>{said.value.words}</p>}</div>
    </div>
  );
}
