/** The board of this moment: who waits, who is there. Asked again every two seconds while somebody looks. */

import { useSignal } from "@preact/signals";
import { call, type Board as Now, type Line, type Seat } from "./api";
import { Chats } from "./chats";
import { Empty, Shown, useLoaded } from "./loading";
import { code, languageWords, share, skillWords, time, w } from "./words";
import { Tag, type Tone } from "../console/parts";

const EVERY_MS = 2000;

export function Board() {
  const now = useLoaded("board", () => call<Now>("GET", "/board"), EVERY_MS);
  return (
    <section aria-labelledby="board-title">
      <h1 id="board-title">{w("board")}</h1>
      <Shown of={now}>{(found) => <Whole now={found} />}</Shown>
    </section>
  );
}

function Whole({ now }: { readonly now: Now }) {
  const { line, today } = now;
  return (
    <>
      <dl class="tiles">
        <Tile name={w("waiting")} value={String(line.waiting)} />
        <Tile name={w("longest")} value={line.waiting ? time(line.longest) : w("none")} />
        <Tile name={w("late")} value={String(line.late)} bad={line.late > 0} />
        <Tile name={w("offered")} value={String(line.offered)} />
        <Tile name={w("in_time_today")} value={share(today.in_time_share)} />
        <Tile name={w("alone_today")} value={share(today.alone_share)} />
      </dl>
      {line.waiting === 0 ? (
        <Empty what={w("nobody_waits")} next={w("nobody_waits_next")} />
      ) : (
        <>
          <div class="pair">
            <Lines title={w("by_skill")} lines={now.by_skill} name={skillWords} />
            <Lines title={w("by_language")} lines={now.by_language} name={languageWords} />
          </div>
          <Chats of="" title={w("who_waits")} />
        </>
      )}
      <h2 id="people-title">{w("people")}</h2>
      {now.seats.length ? <Seats seats={now.seats} /> : <Empty what={w("nobody_there")} next={w("nobody_there_next")} />}
    </>
  );
}

function Tile({ name, value, bad = false }: { readonly name: string; readonly value: string; readonly bad?: boolean }) {
  return (
    <div class={bad ? "tile bad" : "tile"}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface LinesProps {
  readonly title: string;
  readonly lines: Readonly<Record<string, Line>>;
  readonly name: (key: string) => string;
}

function Lines({ title, lines, name }: LinesProps) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={title}>
      <table class="figures">
        <caption>{title}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">{w("waiting")}</th>
            <th scope="col">{w("longest")}</th>
            <th scope="col">{w("late")}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(lines).map(([key, line]) => (
            <tr key={key}>
              <th scope="row">{name(key)}</th>
              <td>{line.waiting}</td>
              <td>{time(line.longest)}</td>
              <td>{line.late ? <Tag tone="bad">{line.late}</Tag> : 0}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const TONES: Readonly<Record<string, Tone>> = { available: "ok", not_responding: "bad", away: "plain", gone: "plain" };

function Seats({ seats }: { readonly seats: readonly Seat[] }) {
  const whose = useSignal<string | null>(null);
  const shown = seats.find(({ login }) => login === whose.value);
  const toggle = (login: string): void => void (whose.value = whose.value === login ? null : login);
  return (
    <>
      <SeatTable seats={seats} whose={whose.value} onShow={toggle} />
      {shown && <Chats key={shown.login} of={shown.login} title={w("chats_of", { name: shown.name })} />}
    </>
  );
}

interface SeatsProps {
  readonly seats: readonly Seat[];
  readonly whose: string | null;
  readonly onShow: (login: string) => void;
}

function SeatTable({ seats, whose, onShow }: SeatsProps) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-labelledby="people-title">
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">{w("person")}</th>
            <th scope="col">{w("standing")}</th>
            <th scope="col">{w("chats")}</th>
            <th scope="col">{w("load")}</th>
            <th scope="col">{w("unanswered")}</th>
          </tr>
        </thead>
        <tbody>
          {seats.map((seat) => {
            const watches = seat.standing === "available" && seat.capacity === null;
            const standing = watches ? "watching" : (seat.standing ?? "gone");
            return (
              <tr key={seat.login}>
                <th scope="row">{seat.name}</th>
                <td>
                  <Tag tone={TONES[standing] ?? "plain"}>{code(`st_${standing}`)}</Tag>
                </td>
                <td>
                  {seat.chats ? (
                    <button
                      type="button"
                      class="button small"
                      aria-expanded={whose === seat.login}
                      aria-label={w("chats_of", { name: seat.name })}
                      onClick={() => onShow(seat.login)}
                    >
                      {seat.chats}
                    </button>
                  ) : (
                    0
                  )}
                </td>
                <td>
                  {seat.load === null || seat.capacity === null
                    ? w("none")
                    : w("load_of", { load: seat.load, capacity: seat.capacity })}
                </td>
                <td>{seat.unanswered}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
