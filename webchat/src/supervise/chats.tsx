/**
 * Single chats on the board: those that wait, or those of one person; listening in, and passing one on.
 *
 * Invariants: nothing is passed on before it is confirmed, and only as it was seen; who listens only reads.
 */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { Tag } from "../console/parts";
import { clock } from "../console/tongue";
import type { QueueRow } from "../wire/frames.js";
import { call } from "./api";
import { Area, Saving } from "./form";
import { Empty, Shown, useLoaded } from "./loading";
import { code, languageWords, skillWords, time, w } from "./words";

const EVERY_MS = 2000;

interface Destination {
  readonly id: string;
  readonly name: string;
  readonly open: boolean;
}

interface Destinations {
  readonly agents: readonly Destination[];
  readonly teams: readonly Destination[];
  readonly skills: readonly Destination[];
}

interface Said {
  readonly seq: number;
  readonly at: string;
  readonly author: string;
  readonly name: string;
  readonly text: string | null;
  readonly note: boolean;
}

const nameOf = (row: QueueRow): string => row.name || row.subscriber_id || w("visitor", { n: row.conversation.slice(-4) });
const waited = (row: QueueRow): string => time(row.waiting_since ? (Date.now() - Date.parse(row.waiting_since)) / 1000 : null);

/** Of one person by login; without one those that wait, the first one first. */
export function Chats({ of, title }: { readonly of: string; readonly title: string }) {
  const found = useLoaded(`chats ${of}`, () => call<QueueRow[]>("GET", `/chats?${new URLSearchParams({ of })}`), EVERY_MS);
  const open = useSignal<{ readonly what: "listen" | "pass"; readonly row: QueueRow } | null>(null);
  const shut = (): void => {
    open.value = null;
    found.again();
  };
  return (
    <>
      <Shown of={found} lines={4}>
        {(rows) =>
          rows.length ? (
            <div class="scroll" tabIndex={0} role="region" aria-label={title}>
              <table class="figures chats">
                <caption>{title}</caption>
                <thead>
                  <tr>
                    <th scope="col">{w("customer")}</th>
                    <td />
                    <th scope="col">{w("skill")}</th>
                    <th scope="col">{w("language")}</th>
                    <th scope="col">{w("waits_since")}</th>
                    <th scope="col" class="said">
                      {w("said_last")}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row.conversation}>
                      <th scope="row">
                        <a href={`/desk#/c/${row.conversation}`}>{nameOf(row)}</a>
                      </th>
                      <td>
                        <span class="row">
                          <button type="button" class="button small" onClick={() => (open.value = { what: "listen", row })}>
                            {w("listen")}
                          </button>
                          <button type="button" class="button small" onClick={() => (open.value = { what: "pass", row })}>
                            {w("reassign")}
                          </button>
                        </span>
                      </td>
                      <td>{skillWords(row.skill ?? "")}</td>
                      <td>{languageWords(row.locale)}</td>
                      <td>{row.controller === "queue" ? <Late row={row} /> : w("none")}</td>
                      <td class="said" lang={row.locale}>
                        {row.snippet}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          ) : (
            <Empty what={w("chats_none")} next={w("chats_none_next")} />
          )
        }
      </Shown>
      {open.value?.what === "listen" && <Listening row={open.value.row} onEnd={shut} />}
      {open.value?.what === "pass" && <Reassigning row={open.value.row} onEnd={shut} />}
    </>
  );
}

function Late({ row }: { readonly row: QueueRow }) {
  const late = row.deadline !== null && Date.parse(row.deadline) < Date.now();
  return late ? <Tag tone="bad">{`${waited(row)} · ${w("late")}`}</Tag> : <>{waited(row)}</>;
}

interface DialogProps {
  readonly title: string;
  readonly onEnd: () => void;
  readonly children: ComponentChildren;
}

function Dialog({ title, onEnd, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="dialog" aria-label={title} onClose={onEnd}>
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}

interface OneProps {
  readonly row: QueueRow;
  readonly onEnd: () => void;
}

function Listening({ row, onEnd }: OneProps) {
  const said = useSignal<readonly Said[]>([]);
  const ask = async (): Promise<true> => {
    const since = said.peek().at(-1)?.seq ?? 0;
    const news = await call<Said[]>("GET", `/chats/${row.conversation}/said?since=${since}`);
    said.value = [...said.peek(), ...news.filter(({ seq }) => seq > since)];
    return true;
  };
  const found = useLoaded(row.conversation, ask, EVERY_MS);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.scrollTo(0, box.current.scrollHeight), [said.value]);
  return (
    <Dialog title={w("listening", { name: nameOf(row) })} onEnd={onEnd}>
      <p class="hint">{w("listening_hint")}</p>
      <Shown of={found} lines={6}>
        {() => (
          <div class="listening" ref={box} tabIndex={0} role="log" aria-label={w("listening", { name: nameOf(row) })}>
            {said.value.map((one) => (
              <div key={one.seq} class={one.note ? "note" : one.author}>
                <b>{one.note ? `${w("private_note")}, ${one.name}` : one.name || code(`by_author_${one.author}`)}</b>{" "}
                <time dateTime={one.at}>{clock(one.at)}</time>
                <p lang={row.locale}>{one.text ?? w("deleted")}</p>
              </div>
            ))}
          </div>
        )}
      </Shown>
      <form method="dialog" class="dialog-foot">
        <a class="button" href={`/desk#/c/${row.conversation}`}>
          {w("open_in_console")}
        </a>
        <button class="button primary">{w("close")}</button>
      </form>
    </Dialog>
  );
}

const KINDS = ["skills", "teams", "agents"] as const;

function Reassigning({ row, onEnd }: OneProps) {
  const found = useLoaded("destinations", () => call<Destinations>("GET", "/api/agent/destinations"));
  const to = useSignal("");
  const note = useSignal("");
  const cid = useRef(crypto.randomUUID());
  const save = async (): Promise<void> => {
    const [kind, id] = [to.value.slice(0, to.value.indexOf(":")), to.value.slice(to.value.indexOf(":") + 1)];
    const body = { cid: cid.current, epoch: row.epoch, to: kind, id, note: note.value.trim() };
    await call("POST", `/chats/${row.conversation}/transfer`, body);
    onEnd();
  };
  return (
    <Dialog title={w("reassign_title", { name: nameOf(row) })} onEnd={onEnd}>
      <Shown of={found} lines={4}>
        {(all) => (
          <Saving
            save={save}
            label={w("reassign")}
            actions={
              <button type="button" class="button" onClick={onEnd}>
                {w("cancel")}
              </button>
            }
          >
            <label class="field">
              <span>{w("to_whom")}</span>
              <select required value={to.value} onChange={(event) => (to.value = event.currentTarget.value)}>
                <option value="">{w("please_choose")}</option>
                {KINDS.map((kind) => (
                  <optgroup key={kind} label={w(kind)}>
                    {all[kind]
                      .filter(({ id }) => kind !== "agents" || id !== row.agent)
                      .map(({ id, name, open }) => (
                        <option key={id} value={`${kind.slice(0, -1)}:${id}`}>
                          {(kind === "skills" ? skillWords(id) : name) + (open ? "" : ` (${w("nobody_now")})`)}
                        </option>
                      ))}
                  </optgroup>
                ))}
              </select>
            </label>
            <Area label={w("note_for_them")} value={note} rows={3} hint={w("note_for_them_hint")} />
          </Saving>
        )}
      </Shown>
    </Dialog>
  );
}
