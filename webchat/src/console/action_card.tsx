/**
 * The card of actions: what may be done for this customer by who has the chat, and what was done in this chat.
 *
 * Invariants: without the chat there is no button; what waits says for whom; one's own proposal may be withdrawn.
 */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { QueueRow } from "../wire/frames.js";
import { loadRecent, recentOf, troubleOf, withdraw, type Action, type Kind } from "./actions";
import { act } from "./action_dialog";
import { KINDS, type Values } from "./action_fields";
import { Skeleton, Tag, type Tone } from "./bits";
import { load } from "./customer";
import type { NextAction, Overview } from "./overview";
import * as state from "./state";
import { drawer } from "./subscriber";
import { locale, moment, t, wording, type TextKey } from "./texts";

export function Actions() {
  const row = state.current.value;
  return row && <ActionsOf row={row} />;
}

function ActionsOf({ row }: { readonly row: QueueRow }) {
  // Whatever the desk tells the chat may be news about an action: its log says when to ask again.
  const last = state.logOf(row.conversation).entries.findLast(
    ({ event }) => event.kind === "message" && event.code?.startsWith("action_"),
  )?.seq;
  const seen = useRef(last);
  useEffect(() => {
    void loadRecent(row.conversation);
    // A colleague agreed, or the customer: then money and contracts are others than those on the screen.
    if (seen.current !== undefined && seen.current !== last) void load(row.conversation);
    seen.current = last;
  }, [row.conversation, last]);
  return (
    <>
      {state.isMine(row) ? (
        <div class="doables" role="group" aria-label={t("card_actions")}>
          {KINDS.map((kind) => (
            <button key={kind} type="button" class="chip" data-action={kind} onClick={() => act(kind)}>
              {t(`x_${kind}`)}
            </button>
          ))}
        </div>
      ) : (
        <p class="none">{t("x_take_first")}</p>
      )}
      <Recent row={row} />
    </>
  );
}

function Recent({ row }: { readonly row: QueueRow }) {
  const { state: standing, all } = recentOf(row.conversation);
  if (standing === "loading") return <Skeleton lines={2} />;
  return (
    <>
      <h4>{t("x_recent")}</h4>
      {standing === "failed" && (
        <p class="none">
          {t("x_recent_failed")}{" "}
          <button type="button" class="button small" onClick={() => void loadRecent(row.conversation)}>
            {t("retry")}
          </button>
        </p>
      )}
      {standing === "ready" && !all.length && <p class="none">{t("x_recent_none")}</p>}
      <ul class="entries">
        {all.map((action) => (
          <Done key={action.id} action={action} />
        ))}
      </ul>
    </>
  );
}

const TONES: Readonly<Record<string, Tone>> = {
  done: "ok", proposed: "warn", asked: "warn", begun: "info", failed: "bad", refused: "bad",
};

export const StateTag = ({ action }: { readonly action: Action }) => (
  <Tag tone={TONES[action.state] ?? "plain"}>{wording(`x_st_${action.state}`) ?? action.state}</Tag>
);

function Done({ action }: { readonly action: Action }) {
  const trouble = useSignal("");
  const back = async (): Promise<void> => {
    try {
      await withdraw(action);
    } catch (error) {
      trouble.value = troubleOf(error);
    }
    void loadRecent(action.conversation);
  };
  const said = action.told ?? action.title;
  const open = action.state === "proposed" || action.state === "asked";
  return (
    <li>
      <span class="line">
        <StateTag action={action} />
        <span class="small-print">{t("x_by", { agent: action.agent_name, t: moment(action.asked_at) })}</span>
      </span>
      <span>{said[locale.value]}</span>
      {action.refusal && <span class="bad-text">{action.refusal[locale.value]}</span>}
      {action.comment && (
        <span class="small-print">{t("x_decided", { name: action.decided_by, comment: action.comment })}</span>
      )}
      {trouble.value && <span class="bad-text">{trouble.value}</span>}
      {open && (
        <span class="line">
          <span class="small-print">{t("x_until", { t: moment(action.expires_at) })}</span>
          {action.mine && (
            <button type="button" class="button small" onClick={() => void back()}>
              {t("x_withdraw")}
            </button>
          )}
        </span>
      )}
    </li>
  );
}

/** What a rule of the next best action is done with; the others are talked about, not pressed. */
const BY_RULE: Readonly<Record<string, (view: Overview) => readonly [Kind, Values]>> = {
  login_locked: () => ["unlock", {}],
  overcharged: (view) => ["refund", { invoice: view.money.findings.find((f) => f.refundable.minor > 0)?.invoice ?? "" }],
  retry_permitted: () => ["pay_link", {}],
  method_exhausted: () => ["pay_link", {}],
  cancelled_smaller_plan_exists: () => ["plan", {}],
  loyal_bigger_plan_exists: () => ["plan", {}],
};

/** The button of the next best action, for who has the chat. */
export function NextDo({ action, view }: { readonly action: NextAction | null; readonly view: Overview }) {
  const row = state.current.value;
  const found = action && BY_RULE[action.rule]?.(view);
  if (!found || !row || !state.isMine(row)) return null;
  const [kind, known] = found;
  return (
    <button type="button" class="button" onClick={() => act(kind, known)}>
      {t("x_do_next", { what: t(`x_${kind}` as TextKey) })}
    </button>
  );
}


/** Goes to the first action of the open chat, in its drawer where there is no room for it. */
export function toActions(): void {
  const first = document.querySelector<HTMLElement>("[data-action]");
  if (first && !first.checkVisibility()) drawer.value = true;
  requestAnimationFrame(() => first?.focus());
}
