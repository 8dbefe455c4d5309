/** Settings: how chats are offered, what agents may give, teams with their hours, people at the desk. */

import { call, type Settings as All } from "./api";
import { Agents } from "./agents";
import { LimitsForm } from "./limits";
import { RulesForm } from "./rules";
import { Shown, useLoaded } from "./loading";
import { Teams } from "./teams";
import { w } from "./words";

export function Settings() {
  const all = useLoaded("settings", () => call<All>("GET", "/settings"));
  return (
    <section aria-labelledby="settings-title">
      <h1 id="settings-title">{w("settings")}</h1>
      <Shown of={all} lines={12}>
        {(found) => (
          <>
            <RulesForm held={found.rules} teams={found.teams} />
            <LimitsForm held={found.limits} />
            <Teams teams={found.teams} changed={all.again} />
            <Agents agents={found.agents} teams={found.teams} changed={all.again} />
          </>
        )}
      </Shown>
    </section>
  );
}
