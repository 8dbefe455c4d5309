/**
 * The middle column: who owns the chat, what may be done with it, the transcript and the composer.
 *
 * Invariants: a button is there only when its step is legal; it does nothing while there is no connection.
 */

import { useEffect, useMemo } from "preact/hooks";
import type { QueueRow } from "../wire/frames.js";
import { asked, askRow } from "./asking";
import { LevelTag, nameOf, Tag, type Tone } from "./bits";
import { Composer, writeAs } from "./composer";
import { Icon } from "./icons";
import { take } from "./link";
import { othersWords } from "./looking";
import { identityOf, packetOf, type Log } from "./log";
import { HeadMarks } from "./marks";
import { goal, OutcomeDialog } from "./outcome";
import { CasePacket, identityWords } from "./packet";
import { ReplyWindow } from "./replies";
import * as state from "./state";
import { drawer } from "./subscriber";
import { t } from "./texts";
import { Transcript } from "./transcript";
import { TransferDialog, transferOpen } from "./transfer";
import { TurnWindow } from "./turn_label";

export function Conversation() {
  const row = state.current.value;
  if (!row) return <NoConversation />;
  return (
    <section class="conversation" id="conversation" aria-label={nameOf(row)} tabIndex={-1}>
      <Head row={row} />
      <PinnedPacket key={row.conversation} row={row} />
      <Transcript row={row} />
      <Composer row={row} />
      <OutcomeDialog row={row} />
      <TransferDialog row={row} />
      <ReplyWindow row={row} />
      <TurnWindow row={row} />
    </section>
  );
}

const narrow = matchMedia("(max-width: 1023px)");

/** The newest case packet above the transcript: it is read first and never scrolls away. */
function PinnedPacket({ row }: { readonly row: QueueRow }) {
  const log = state.logOf(row.conversation);
  const found = useMemo(() => packetOf(log), [log.entries]);
  const read = found?.answered || row.controller === "closed" || (state.isMine(row) && narrow.matches);
  return (
    found && (
      <CasePacket
        conversation={row.conversation}
        packet={found.packet}
        identity={identityOf(log)}
        open={!read}
        told={`${row.controller}${row.updated_at}`}
      />
    )
  );
}

/** Nothing is chosen, or what was chosen is not in the list: then it is asked for. */
function NoConversation() {
  const id = state.selected.value;
  const known = state.inboxKnown.value;
  useEffect(() => {
    if (id !== null && known) void askRow(id);
  }, [id, known]);
  const answer = id === null ? undefined : (asked.value.get(id) ?? "asking");
  if (answer === "asking") {
    return (
      <section class="conversation blank" id="conversation" aria-label={t("transcript")} tabIndex={-1}>
        <p class="empty" role="status">
          {t("asking")}
        </p>
      </section>
    );
  }
  const words = answer === "none" ? "n_unknown" : answer === "failed" ? "ask_failed" : "pick";
  return (
    <section class="conversation blank" id="conversation" aria-label={t("transcript")} tabIndex={-1}>
      <div class="empty">
        <Icon name="inbox" />
        <p class="strong">{t(words)}</p>
        {answer === "failed" ? (
          <button type="button" class="button small" onClick={() => void askRow(id!)}>
            {t("retry")}
          </button>
        ) : (
          <p>{t("pick_hint")}</p>
        )}
      </div>
    </section>
  );
}

function Head({ row }: { readonly row: QueueRow }) {
  return (
    <header class="head">
      <a class="icon-button back" href="#/" aria-label={t("back")} title={t("back")}>
        <Icon name="back" />
      </a>
      <h1 title={nameOf(row)}>{nameOf(row)}</h1>
      <div class="pills">
        <StatePill row={row} />
        <LevelTag row={row} />
        <Identity log={state.logOf(row.conversation)} />
        {row.case_number && <span class="case">{row.case_number}</span>}
        <HeadMarks row={row} />
        <Others row={row} />
      </div>
      <Actions row={row} />
      <button
        type="button"
        class="icon-button show-drawer"
        aria-label={t("subscriber")}
        title={t("subscriber")}
        aria-expanded={drawer.value}
        aria-controls="customer"
        onClick={() => (drawer.value = !drawer.value)}
      >
        <Icon name="person" />
      </button>
    </header>
  );
}

/** Colleagues who have the conversation before them too. */
function Others({ row }: { readonly row: QueueRow }) {
  const words = othersWords(row.conversation);
  return (
    <span role="status" class="others">
      {words && (
        <Tag tone="warn">
          <Icon name="eye" />
          {words}
        </Tag>
      )}
    </span>
  );
}

/** How and when it became known who writes. */
function Identity({ log }: { readonly log: Log }) {
  const identity = useMemo(() => identityOf(log), [log.entries]);
  return identity && <span class="small-print">{identityWords(identity)}</span>;
}

const TONES: Readonly<Record<QueueRow["controller"], Tone>> = {
  bot: "bot",
  queue: "warn",
  agent: "info",
  closed: "plain",
};

function StatePill({ row }: { readonly row: QueueRow }) {
  const mine = state.isMine(row);
  const words = mine ? t("st_mine") : t(`st_${row.controller}`, { name: row.agent_name });
  return (
    <span role="status">
      <Tag tone={mine ? "ok" : TONES[row.controller]}>{words}</Tag>
    </span>
  );
}

interface ActionProps {
  readonly label: string;
  readonly letter: string;
  readonly primary?: boolean;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

function Action({ label, letter, primary = false, disabled, onClick }: ActionProps) {
  return (
    <button
      type="button"
      class={primary ? "button primary" : "button"}
      aria-disabled={disabled}
      aria-keyshortcuts={letter}
      onClick={onClick}
    >
      {label}
      <kbd aria-hidden="true">{letter}</kbd>
    </button>
  );
}

function Actions({ row }: { readonly row: QueueRow }) {
  const working = state.busy.value.has(row.conversation);
  const disabled = working || state.standing.value !== "live";
  const free = row.controller === "bot" || row.controller === "queue";
  return (
    <div class="actions" aria-busy={working}>
      {mayPassOn(row) && (
        <Action label={t("transfer")} letter="P" disabled={disabled} onClick={() => act("P")} />
      )}
      {state.isMine(row) && (
        <>
          <Action label={t("to_bot")} letter="R" disabled={disabled} onClick={() => act("R")} />
          <Action label={t("close_case")} letter="E" disabled={disabled} onClick={() => act("E")} />
        </>
      )}
      {free && <Action label={t("take")} letter="T" primary disabled={disabled} onClick={() => act("T")} />}
    </div>
  );
}

/** The owner, and a supervisor also for others and for chats that wait. */
const mayPassOn = (row: QueueRow): boolean =>
  state.isMine(row) ||
  (state.me.value?.role === "supervisor" && (row.controller === "agent" || row.controller === "queue"));

export type Letter = "T" | "E" | "R" | "P" | "N";

/** What a letter does to the open conversation; nothing when it is not legal now. */
export function act(letter: Letter): void {
  const row = state.current.value;
  if (!row) return;
  if (letter === "N") return writeAs("note");
  if (state.standing.value !== "live" || state.busy.value.has(row.conversation)) return;
  const mine = state.isMine(row);
  if (letter === "T" && (row.controller === "bot" || row.controller === "queue") && take(row.conversation)) {
    state.tab.value = "mine";
    writeAs("reply");
  }
  if (letter === "E" && mine) goal.value = "closed";
  if (letter === "R" && mine) goal.value = "bot";
  if (letter === "P" && mayPassOn(row)) transferOpen.value = true;
}
