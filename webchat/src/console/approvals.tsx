/**
 * What waits for a second person: a button with its count in the rail, and the window in which one agrees or refuses.
 *
 * Invariants: one's own proposal has no buttons but to withdraw it; what is approved is what is shown; a refusal keeps the comment.
 */

import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { approvals, decide, loadApprovals, loadRecent, troubleOf, withdraw, type Action } from "./actions";
import { StateTag } from "./action_card";
import { Lines } from "./action_dialog";
import { Skeleton, Tag } from "./bits";
import { Icon } from "./icons";
import * as state from "./state";
import { locale, moment, t } from "./texts";

const EVERY_MS = 15_000;
export const approvalsOpen = signal(false);

export function ApprovalsButton() {
  useEffect(() => {
    const ask = (): void => void (document.hidden || loadApprovals());
    ask();
    const timer = window.setInterval(ask, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const n = approvals.value.all.filter((one) => one.may_decide).length;
  const label = n ? t("x_approvals_n", { n }) : t("x_approvals");
  return (
    <button type="button" class="icon-button approvals" aria-label={label} title={label} onClick={() => (approvalsOpen.value = true)}>
      <Icon name="approve" />
      {n > 0 && (
        <span class="count" aria-hidden="true">
          {n}
        </span>
      )}
    </button>
  );
}

export function Approvals() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!approvalsOpen.value) return;
    dialog.current?.showModal();
    void loadApprovals();
  }, [approvalsOpen.value]);
  if (!approvalsOpen.value) return null;
  const close = (): void => dialog.current?.close();
  return (
    <dialog ref={dialog} class="dialog wide" aria-labelledby="approvals-title" onClose={() => (approvalsOpen.value = false)}>
      <h2 id="approvals-title">{t("x_approvals")}</h2>
      <p class="hint">{t("x_approvals_hint")}</p>
      <Proposals close={close} />
      <div class="dialog-foot">
        <button type="button" class="button" onClick={close}>
          {t("close")}
        </button>
      </div>
    </dialog>
  );
}

function Proposals({ close }: { readonly close: () => void }) {
  const { state: standing, all } = approvals.value;
  if (standing === "loading") return <Skeleton lines={4} />;
  return (
    <>
      {standing === "failed" && (
        <p class="alert bad">
          {t("x_approvals_failed")}{" "}
          <button type="button" class="button small" onClick={() => void loadApprovals()}>
            {t("retry")}
          </button>
        </p>
      )}
      {standing === "ready" && !all.length && <p class="none">{t("x_approvals_none")}</p>}
      <ul class="proposals">
        {all.map((action) => (
          <Proposal key={action.id} action={action} close={close} />
        ))}
      </ul>
    </>
  );
}

function Proposal({ action, close }: { readonly action: Action; readonly close: () => void }) {
  const comment = useSignal("");
  const busy = useSignal(false);
  const trouble = useSignal("");
  const step = async (what: () => Promise<unknown>): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    trouble.value = "";
    try {
      await what();
      void loadRecent(action.conversation);
    } catch (error) {
      trouble.value = troubleOf(error);
    }
    busy.value = false;
    await loadApprovals();
  };
  const toChat = (): void => {
    close();
    state.selected.value = action.conversation;
    location.hash = `#/c/${action.conversation}`;
  };
  return (
    <li class="card" aria-busy={busy.value} aria-label={action.title[locale.value]}>
      <header>
        <h3>{action.title[locale.value]}</h3>
        {action.mine ? <Tag>{t("x_own")}</Tag> : <StateTag action={action} />}
      </header>
      <Lines lines={action.lines} />
      <p class="small-print">
        {t("x_proposed_by", { agent: action.agent_name, t: moment(action.asked_at) })} ·{" "}
        {t("x_until", { t: moment(action.expires_at) })}
      </p>
      {action.may_decide && (
        <label class="field">
          <span>{t("x_comment")}</span>
          <input value={comment.value} maxLength={300} onInput={(event) => (comment.value = event.currentTarget.value)} />
        </label>
      )}
      <div role="alert">{trouble.value && <p class="alert bad">{trouble.value}</p>}</div>
      <div class="doables">
        <button type="button" class="button small" onClick={toChat}>
          {t("x_open_chat")}
        </button>
        {action.mine && (
          <button type="button" class="button small" aria-disabled={busy.value} onClick={() => void step(() => withdraw(action))}>
            {t("x_withdraw")}
          </button>
        )}
        {action.may_decide && (
          <>
            <button
              type="button"
              class="button small"
              aria-disabled={busy.value}
              onClick={() => void step(() => decide(action, false, comment.value.trim()))}
            >
              {t("x_refuse")}
            </button>
            <button
              type="button"
              class="button small primary"
              aria-disabled={busy.value}
              onClick={() => void step(() => decide(action, true, comment.value.trim()))}
            >
              {t("x_approve")}
            </button>
          </>
        )}
      </div>
    </li>
  );
}
