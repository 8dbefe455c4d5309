/**
 * The window in which a chat is passed on: to a skill, a team or a person, with a note.
 *
 * Invariants: nothing happens before the agent confirms; note and choice survive a refusal; found by typing, chosen by keys.
 */

import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { QueueRow, Transfer } from "../wire/frames.js";
import { Skeleton } from "./bits";
import { destinations, type Destinations } from "./http";
import { transfer } from "./link";
import * as state from "./state";
import { t, wording } from "./texts";

const LONGEST = 2000;
const MOST_SHOWN = 40;

export const transferOpen = signal(false);

type Kind = Transfer["to"];
interface Choice {
  readonly to: Kind;
  readonly id: string;
  readonly name: string;
  readonly open: boolean;
}

const known = signal<Destinations | "failed" | null>(null);
const text = signal("");
const chosen = signal<Choice | null>(null);
const filter = signal("");

async function load(): Promise<void> {
  known.value = null;
  known.value = await destinations().catch(() => "failed" as const);
}

/** Everything a chat may go to, skills first; never to oneself, who has it. */
function choices({ skills, teams, agents }: Destinations): readonly Choice[] {
  const of = (to: Kind, all: Destinations["agents"]): Choice[] => all.map((one) => ({ ...one, to }));
  const named = skills.map((one) => ({ ...one, name: wording(`s_${one.id}`) ?? one.name }));
  const others = agents.filter(({ id }) => id !== state.me.value?.agent);
  return [...of("skill", named), ...of("team", teams), ...of("agent", others)];
}

export function TransferDialog({ row }: { readonly row: QueueRow }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = transferOpen.value;
  useEffect(() => {
    if (!open) return;
    dialog.current?.showModal();
    void load();
  }, [open]);
  useEffect(() => {
    text.value = "";
    filter.value = "";
    chosen.value = null;
    transferOpen.value = false;
  }, [row.conversation]);
  if (!open) return null;

  const close = (): void => dialog.current?.close();
  const offline = state.standing.value !== "live";
  const submit = (event: Event): void => {
    event.preventDefault();
    const to = chosen.value;
    if (!to || offline || !transfer(row.conversation, to.to, to.id, text.value.trim())) return;
    text.value = "";
    chosen.value = null;
    close();
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="transfer-title" onClose={() => (transferOpen.value = false)}>
      <form onSubmit={submit}>
        <h2 id="transfer-title">{t("tr_title")}</h2>
        <Target />
        <label class="field">
          <span>{t("tr_note")}</span>
          <textarea
            rows={3}
            maxLength={LONGEST}
            value={text.value}
            aria-describedby="transfer-hint"
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
        </label>
        <p class="hint" id="transfer-hint">
          {chosen.value ? t("tr_note_hint") : t("tr_pick")}
        </p>
        {offline && <p class="alert warn">{t("lost")}</p>}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>
            {t("cancel")}
          </button>
          <button type="submit" class="button primary" aria-disabled={offline || !chosen.value}>
            {t("transfer")}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** The field that filters, and what fits; arrows move in the list, Enter chooses. */
function Target() {
  const found = known.value;
  const all = useMemo(() => (found && found !== "failed" ? choices(found) : []), [found]);
  const wanted = filter.value.trim().toLowerCase();
  const fits = all.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, MOST_SHOWN);
  const at = fits.findIndex((one) => one.id === chosen.value?.id && one.to === chosen.value.to);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step && fits.length) {
      event.preventDefault();
      chosen.value = fits[(at < 0 && step < 0 ? fits.length - 1 : at + step + fits.length) % fits.length]!;
      requestAnimationFrame(() => document.querySelector(".pick [aria-selected=true]")?.scrollIntoView({ block: "nearest" }));
    } else if (event.key === "Enter" && at < 0) {
      event.preventDefault();
      chosen.value = fits[0] ?? null;
    }
  };
  return (
    <>
      <label class="field">
        <span>{t("tr_to")}</span>
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="destinations"
          aria-autocomplete="list"
          aria-activedescendant={at < 0 ? undefined : `to-${at}`}
          autocomplete="off"
          autofocus
          placeholder={t("tr_filter")}
          value={filter.value}
          onInput={(event) => {
            filter.value = event.currentTarget.value;
            chosen.value = null;
          }}
          onKeyDown={onKeyDown}
        />
      </label>
      {found === "failed" ? (
        <p class="alert warn">
          {t("tr_failed")}{" "}
          <button type="button" class="button small" onClick={() => void load()}>
            {t("retry")}
          </button>
        </p>
      ) : (
        <Picks loading={!found} fits={fits} at={at} />
      )}
    </>
  );
}

const HEADS = { skill: "tr_skills", team: "tr_teams", agent: "tr_agents" } as const;

interface PicksProps {
  readonly loading: boolean;
  readonly fits: readonly Choice[];
  readonly at: number;
}

function Picks({ loading, fits, at }: PicksProps) {
  if (loading) return <Skeleton lines={3} />;
  if (!fits.length) return <p class="hint">{t("tr_none")}</p>;
  const kinds = (["skill", "team", "agent"] as const).filter((kind) => fits.some(({ to }) => to === kind));
  return (
    <div class="pick" role="listbox" id="destinations" aria-label={t("tr_to")}>
      {kinds.map((kind) => (
        <div key={kind} role="group" aria-label={t(HEADS[kind])}>
          <span class="pick-head" aria-hidden="true">
            {t(HEADS[kind])}
          </span>
          {fits.map(
            (one, i) =>
              one.to === kind && (
                <div
                  key={one.id}
                  id={`to-${i}`}
                  role="option"
                  class="pick-one"
                  aria-selected={i === at}
                  onClick={() => (chosen.value = one)}
                >
                  <span>{one.name}</span>
                  {!one.open && <span class="quiet">{t("tr_closed")}</span>}
                </div>
              ),
          )}
        </div>
      ))}
    </div>
  );
}
