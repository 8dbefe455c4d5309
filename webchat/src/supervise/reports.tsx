/** Reports: figures of some days beside those of as many days before, three plots, the table, the file. */

import { useSignal } from "@preact/signals";
import { day, locale, percent } from "../console/tongue";
import { intents } from "../i18n/intents.gen";
import { call, download, type Figures, type Group, type Report } from "./api";
import { Bars, LineChart } from "./charts";
import { Field, Choice } from "./form";
import { Empty, Shown, useLoaded } from "./loading";
import { code, languageWords, share, SKILLS, skillWords, time, w, type Key } from "./words";

const BYS = ["day", "week", "hour", "skill", "team", "agent", "locale"] as const;
const DAY_MS = 86_400_000;

const iso = (moment: Date): string =>
  [moment.getFullYear(), String(moment.getMonth() + 1).padStart(2, "0"), String(moment.getDate()).padStart(2, "0")].join("-");

export function Reports() {
  const first = useSignal(iso(new Date(Date.now() - 6 * DAY_MS)));
  const last = useSignal(iso(new Date()));
  const by = useSignal<(typeof BYS)[number]>("day");
  const skill = useSignal("");
  const asked = new URLSearchParams({
    first: first.value,
    last: last.value,
    by: by.value,
    ...(skill.value ? { skill: skill.value } : {}),
  });
  const report = useLoaded(String(asked), () => call<Report>("GET", `/reports?${asked}`));
  return (
    <section aria-labelledby="reports-title">
      <h1 id="reports-title">{w("reports")}</h1>
      <form class="bar-form" onSubmit={(event) => event.preventDefault()}>
        <Field label={w("from")} type="date" value={first} max={last.value} />
        <Field label={w("to")} type="date" value={last} min={first.value} />
        <Choice label={w("by")} value={by} options={BYS.map((one) => [one, one === "skill" ? w("skill") : code(`by_${one}`)])} />
        <Choice label={w("skill")} value={skill} options={[["", w("all")], ...SKILLS.map((one): [string, string] => [one, skillWords(one)])]} />
        <button type="button" class="button" onClick={() => void download(`/reports.csv?${asked}`, `report-${first.value}-${last.value}-${by.value}.csv`)}>
          {w("csv")}
        </button>
      </form>
      <Shown of={report} lines={10}>
        {(found) => <Whole report={found} />}
      </Shown>
    </section>
  );
}

const nameOf = (by: string, name: string): string => {
  if (by === "skill") return skillWords(name);
  if (by === "locale") return languageWords(name);
  if (by === "hour") return `${name}:00`;
  return by === "day" ? day(`${name}T12:00`) : name;
};

/** A day without its year, for the foot of a plot. */
const shortOf = (by: string, name: string): string =>
  by === "day"
    ? new Intl.DateTimeFormat(locale.value === "de" ? "de-DE" : "en-GB", { day: "numeric", month: "short" }).format(new Date(`${name}T12:00`))
    : nameOf(by, name);

type Row = readonly [Key, (figures: Figures) => string];

const ROWS: readonly Row[] = [
  ["talks", (f) => String(f.talks)],
  ["alone", (f) => share(f.alone_share)],
  ["cases", (f) => String(f.cases)],
  ["wait_50", (f) => time(f.waiting.p50)],
  ["first_answer", (f) => time(f.first_answer.p50)],
  ["first_answer_90", (f) => time(f.first_answer.p90)],
  ["in_time", (f) => share(f.in_time_share)],
  ["handling_50", (f) => time(f.handling.p50)],
  ["resolution_50", (f) => time(f.resolution.p50)],
  ["passed_on", (f) => String(f.passed_on)],
  ["lost", (f) => String(f.lost)],
  ["kept", (f) => share(f.kept_share)],
  ["content_bot", (f) => share(f.bot.share)],
  ["content_person", (f) => share(f.person.share)],
];

/** Talks with the assistant have no topic, no team and no agent. */
const ofCases = (by: string): boolean => by === "skill" || by === "team" || by === "agent";
const OF_TALKS: readonly Key[] = ["talks", "alone", "content_bot"];

function Whole({ report }: { readonly report: Report }) {
  const { whole, before } = report;
  const groups = report.groups.map((group) => ({ ...group, name: report.names[group.name] ?? group.name }));
  if (!whole.talks && !whole.cases) return <Empty what={w("nothing_yet")} next={w("nothing_yet_next")} />;
  return (
    <>
      <dl class="tiles">
        {ROWS.map(([key, show]) => (
          <div class="tile" key={key}>
            <dt>{w(key)}</dt>
            <dd>{show(whole)}</dd>
            <dd class="hint">{w("than_before", { before: show(before) })}</dd>
          </div>
        ))}
      </dl>
      <Plots by={report.by} groups={groups} whole={whole} />
      <Misses report={report} />
      <Table by={report.by} groups={groups} />
    </>
  );
}

const most = (groups: readonly Group[], of: (group: Group) => number | null): Group | null =>
  groups.reduce<Group | null>((best, one) => ((of(one) ?? -1) > (best ? (of(best) ?? -1) : -1) ? one : best), null);

function Plots({ by, groups, whole }: { readonly by: string; readonly groups: readonly Group[]; readonly whole: Figures }) {
  const points = (of: (group: Group) => number | null) =>
    groups.map((group) => ({ name: shortOf(by, group.name), value: of(group) }));
  const busiest = most(groups, (group) => group.cases);
  const slowest = most(groups, (group) => group.first_answer.p50);
  // Of one group alone there is nothing to compare.
  const one = groups.length < 2;
  const ordered = by === "day" || by === "week" || by === "hour";
  const Plot = ordered ? LineChart : Bars;
  return (
    <div class="pair">
      <Bars
        id="volume"
        finding={
          busiest && whole.cases
            ? w(one ? "find_volume_one" : "find_volume", { n: whole.cases, name: nameOf(by, busiest.name), most: busiest.cases })
            : w("find_volume_none")
        }
        what={w("cases")}
        points={points((group) => group.cases)}
        form={String}
      />
      <Plot
        id="answers"
        finding={
          slowest && whole.first_answer.p50 !== null
            ? w(one ? "find_answer_one" : "find_answer", {
                mid: time(whole.first_answer.p50),
                name: nameOf(by, slowest.name),
                worst: time(slowest.first_answer.p50),
              })
            : w("find_answer_none")
        }
        what={w("first_answer")}
        points={points((group) => group.first_answer.p50)}
        form={time}
        unit="seconds"
      />
      {!ofCases(by) && (
        <Plot
          id="alone"
          finding={whole.alone_share === null ? w("find_alone_none") : w("find_alone", { share: share(whole.alone_share) })}
          what={w("alone")}
          points={points((group) => (group.alone_share === null ? null : group.alone_share * 100))}
          form={(value) => percent(value / 100)}
          unit="percent"
        />
      )}
    </div>
  );
}

function Misses({ report }: { readonly report: Report }) {
  const misses = report.misses ?? [];
  if (!misses.length) return null;
  const title = (intent: string): string => intents[intent]?.[locale.value] ?? intent;
  const worst = misses[0]!;
  return (
    <Bars
      id="misses"
      finding={
        worst.missed
          ? w("find_misses", { name: title(worst.intent), share: share(worst.missed / worst.asked) })
          : w("find_misses_none")
      }
      what={w("misses")}
      points={misses.slice(0, 12).map((one) => ({ name: title(one.intent), value: (one.missed / one.asked) * 100 }))}
      form={(value) => percent(value / 100)}
      unit="percent"
    />
  );
}

function Table({ by, groups }: { readonly by: string; readonly groups: readonly Group[] }) {
  const rows = ROWS.filter(([key]) => !ofCases(by) || !OF_TALKS.includes(key));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={w("table")}>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">{by === "skill" ? w("skill") : code(`by_${by}`)}</th>
            {rows.map(([key]) => (
              <th scope="col" key={key}>
                {w(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.name}>
              <th scope="row">{nameOf(by, group.name)}</th>
              {rows.map(([key, show]) => (
                <td key={key}>{show(group)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
