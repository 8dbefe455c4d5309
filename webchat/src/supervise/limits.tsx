/** What agents give by themselves, who agrees to more, and how long that waits. */

import { signal, useSignal, type Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Limits, Versioned } from "./api";
import { Choice, Field, Saving } from "./form";
import { useHeld } from "./held";
import { w } from "./words";

const AMOUNTS = ["agent_credit", "agent_refund", "supervisor_credit", "supervisor_refund"] as const satisfies readonly (keyof Limits)[];

/** Minor units as they are typed, and back. */
const typed = (minor: number): string => (minor / 100).toFixed(2);
const minor = (text: string): number => Math.round(Number(text) * 100);

export function LimitsForm({ held }: { readonly held: Versioned<Limits> }) {
  const { now, save, stale } = useHeld(held, "/settings/limits");
  const amounts = useMemo(
    () => Object.fromEntries(AMOUNTS.map((name) => [name, signal(typed(held.value[name]))])) as Record<(typeof AMOUNTS)[number], Signal<string>>,
    [],
  );
  const approvers = useSignal(held.value.approvers);
  const hours = useSignal(String(held.value.open_hours));
  const value = (): Limits => ({
    ...held.value,
    ...Object.fromEntries(AMOUNTS.map((name) => [name, minor(amounts[name].value)])),
    approvers: approvers.value,
    open_hours: Number(hours.value),
  });
  return (
    <div class="panel-card">
      <h2>{w("limits")}</h2>
      <p class="hint">{w("limits_hint")}</p>
      <Saving save={() => save(value())} onStale={stale}>
        <div class="grid-form">
          {AMOUNTS.map((name) => (
            <Field key={name} label={w(name)} type="number" min="0" max="100000" step="0.01" value={amounts[name]} required />
          ))}
          <Choice
            label={w("approvers")}
            value={approvers}
            options={[
              ["supervisor", w("role_supervisor")],
              ["anyone", w("anyone")],
            ]}
          />
          <Field label={w("open_hours")} type="number" min="1" max="168" value={hours} required />
        </div>
        {now.value && <Standing limits={now.value} />}
      </Saving>
    </div>
  );
}

/** What somebody else has set meanwhile. */
function Standing({ limits }: { readonly limits: Limits }) {
  const said = [
    ...AMOUNTS.map((name) => `${w(name)}: ${typed(limits[name])}`),
    `${w("approvers")}: ${w(limits.approvers === "anyone" ? "anyone" : "role_supervisor")}`,
    `${w("open_hours")}: ${limits.open_hours}`,
  ];
  return (
    <p class="alert warn">
      {w("now_is")} {said.join("; ")}
    </p>
  );
}
