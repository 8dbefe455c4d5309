/** What was promised in a conversation: what it is, how it stands, by when. */

import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { Tag, type Tone } from "./bits";
import { call } from "./http";
import { moment, t, wording } from "./texts";
import { at } from "./work";

interface Promised {
  readonly kind: string;
  readonly state: string;
  readonly owed: boolean;
  readonly due_at: string;
}

const HOUR_MS = 3_600_000;
const BROKEN_MS = 5000;
const TONES: Readonly<Record<string, Tone>> = { open: "info", kept: "ok", kept_late: "warn", broken: "bad" };

/** `told` changes with whatever may end a promise; then, and when one is overdue, it is asked again. */
export function PromisedHere({ conversation, told }: { readonly conversation: string; readonly told: unknown }) {
  const found = useSignal<readonly Promised[]>([]);
  const passed = useSignal(0);
  useEffect(() => {
    const left = found.value.filter(({ state }) => state === "open").map(({ due_at }) => Date.parse(due_at) - Date.now());
    const next = Math.min(...left.filter((ms) => ms > 0 && ms < HOUR_MS));
    // The desk breaks what is overdue within some seconds.
    const timer = Number.isFinite(next) ? setTimeout(() => (passed.value += 1), next + BROKEN_MS) : 0;
    return () => clearTimeout(timer);
  }, [found.value]);
  useEffect(() => {
    let here = true;
    call<Promised[]>("GET", `${at(conversation)}/promises`).then(
      (all) => here && (found.value = all),
      () => undefined,
    );
    return () => void (here = false);
  }, [conversation, told, passed.value]);
  if (!found.value.length) return null;
  return (
    <>
      <dt>{t("p_promised")}</dt>
      <dd>
        <ul class="since promised">
          {found.value.map((one) => (
            <li key={`${one.kind}${one.due_at}`}>
              {wording(`pr_${one.kind}`) ?? one.kind}{" "}
              <Tag tone={TONES[one.state] ?? "plain"}>{wording(`ps_${one.state}`) ?? one.state}</Tag>{" "}
              <span class="quiet">{t("p_due", { t: moment(one.due_at) })}</span>
            </li>
          ))}
        </ul>
      </dd>
    </>
  );
}
