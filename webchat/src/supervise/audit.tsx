/** The desk's audit: who changed what, newest first, page by page. */

import { useSignal } from "@preact/signals";
import { moment } from "../console/tongue";
import { call, download, type AuditPage, type Entry } from "./api";
import { Field } from "./form";
import { Empty, Shown, useLoaded } from "./loading";
import { w } from "./words";

export function Audit() {
  const who = useSignal("");
  const what = useSignal("");
  const first = useSignal("");
  const last = useSignal("");
  const before = useSignal<number | null>(null);
  const filled = { who: who.value, what: what.value, first: first.value, last: last.value };
  const asked = new URLSearchParams(Object.entries(filled).filter(([, value]) => value));
  if (before.value) asked.set("before", String(before.value));
  const page = useLoaded(String(asked), () => call<AuditPage>("GET", `/audit?${asked}`));
  const file = new URLSearchParams(asked);
  file.delete("before");
  return (
    <section aria-labelledby="audit-title">
      <h1 id="audit-title">{w("audit")}</h1>
      <form class="bar-form" onSubmit={(event) => event.preventDefault()} onInput={() => (before.value = null)}>
        <Field label={w("who")} value={who} />
        <Field label={w("what")} value={what} />
        <Field label={w("from")} type="date" value={first} />
        <Field label={w("to")} type="date" value={last} />
        <button type="button" class="button" onClick={() => void download(`/audit.csv?${file}`, "audit.csv")}>
          {w("csv")}
        </button>
      </form>
      <Shown of={page} lines={10}>
        {(found) =>
          found.entries.length ? (
            <>
              <Entries entries={found.entries} />
              {found.next && (
                <button type="button" class="button" onClick={() => (before.value = found.next)}>
                  {w("older")}
                </button>
              )}
            </>
          ) : (
            <Empty what={w("no_entries")} next={w("no_entries_next")} />
          )
        }
      </Shown>
    </section>
  );
}

const told = (facts: Entry["facts"]): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");

function Entries({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={w("table")}>
      <table class="figures wrap">
        <thead>
          <tr>
            <th scope="col">{w("when")}</th>
            <th scope="col">{w("who")}</th>
            <th scope="col">{w("what")}</th>
            <th scope="col">{w("conversation")}</th>
            <th scope="col">{w("facts")}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <th scope="row">{moment(entry.at)}</th>
              <td>{entry.who}</td>
              <td>{entry.what}</td>
              <td>{entry.conversation ? <a href={`/desk#/c/${entry.conversation}`}>{entry.conversation.slice(-6)}</a> : w("none")}</td>
              <td>{told(entry.facts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
