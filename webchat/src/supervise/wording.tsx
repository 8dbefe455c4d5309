/**
 * Saved replies and labels: worded in both languages, checked, put aside and taken back.
 *
 * Invariants: a change names the version it was made on; what was typed stays when it is refused.
 */

import { useSignal } from "@preact/signals";
import { Tag } from "../console/parts";
import { locale } from "../console/tongue";
import { call, type Label, type Reply } from "./api";
import { Area, Choice, Field, reason, Saving } from "./form";
import { Empty, Shown, useLoaded } from "./loading";
import { code, w } from "./words";

const COLOURS = ["grey", "blue", "green", "amber", "red", "violet"] as const;
const NEW_REPLY: Reply = { id: "", version: "", archived: false, name_de: "", name_en: "", text_de: "", text_en: "", cues: "" };
const NEW_LABEL: Label = { id: "", version: "", archived: false, name_de: "", name_en: "", colour: "grey" };

interface All {
  readonly replies: readonly Reply[];
  readonly labels: readonly Label[];
  readonly variables: readonly string[];
}

const ask = async (): Promise<All> => {
  const [replies, labels, variables] = await Promise.all([
    call<Reply[]>("GET", "/api/agent/replies?archived=true"),
    call<Label[]>("GET", "/api/agent/labels"),
    call<string[]>("GET", "/api/agent/replies/variables"),
  ]);
  return { replies, labels, variables };
};

const named = (one: Reply | Label): string => (locale.value === "de" ? one.name_de : one.name_en);
const usedFirst = <T extends Reply | Label>(all: readonly T[]): readonly T[] =>
  [...all].sort((a, b) => Number(a.archived) - Number(b.archived) || named(a).localeCompare(named(b)));

export function Wording() {
  const all = useLoaded("wording", ask);
  return (
    <section aria-labelledby="wording-title">
      <h1 id="wording-title">{w("wording_title")}</h1>
      <Shown of={all} lines={12}>
        {({ replies, labels, variables }) => (
          <>
            <Replies replies={replies} variables={variables} changed={all.again} />
            <Labels labels={labels} changed={all.again} />
          </>
        )}
      </Shown>
    </section>
  );
}

interface RepliesProps {
  readonly replies: readonly Reply[];
  readonly variables: readonly string[];
  readonly changed: () => void;
}

function Replies({ replies, variables, changed }: RepliesProps) {
  const words = useSignal("");
  const wanted = words.value.trim().toLowerCase();
  const fits = usedFirst(replies).filter((one) => `${one.name_de} ${one.name_en} ${one.text_de} ${one.text_en}`.toLowerCase().includes(wanted));
  return (
    <div class="panel-card">
      <h2>{w("replies")}</h2>
      <p class="hint">{w("replies_hint")}</p>
      {replies.length > 8 && <Field label={w("find")} value={words} />}
      {!fits.length && <Empty what={w("replies_none")} next={w("replies_none_next")} />}
      {fits.map((one) => (
        <One key={one.id} one={one}>
          <ReplyForm key={one.version} held={one} variables={variables} changed={changed} />
        </One>
      ))}
      <details>
        <summary>{w("reply_new")}</summary>
        <ReplyForm key={replies.length} held={NEW_REPLY} variables={variables} changed={changed} />
      </details>
    </div>
  );
}

function One({ one, children }: { readonly one: Reply | Label; readonly children: preact.ComponentChildren }) {
  return (
    <details>
      <summary>
        {"colour" in one ? <span class={`tag label-${one.colour}`}>{named(one)}</span> : named(one)}{" "}
        {one.archived && <Tag>{w("archived")}</Tag>}
      </summary>
      {children}
    </details>
  );
}

interface FormProps<T> {
  readonly held: T;
  readonly changed: () => void;
}

/** How one of them is kept: a new one is made, another one replaced. */
async function kept<T extends Reply | Label>(where: string, held: T, version: string, words: object): Promise<void> {
  if (held.id) await call("PUT", `/api/agent/${where}/${held.id}`, { ...words, version });
  else await call("POST", `/api/agent/${where}`, words);
}

function ReplyForm({ held, variables, changed }: FormProps<Reply> & { readonly variables: readonly string[] }) {
  const version = useSignal(held.version);
  const now = useSignal<Reply | null>(null);
  const [name_de, name_en] = [useSignal(held.name_de), useSignal(held.name_en)];
  const [text_de, text_en] = [useSignal(held.text_de), useSignal(held.text_en)];
  const cues = useSignal(held.cues);
  const known = variables.map((one) => `{${one}}`).join(", ");
  const save = async (): Promise<void> => {
    const words = { name_de: name_de.value, name_en: name_en.value, text_de: text_de.value, text_en: text_en.value, cues: cues.value };
    await kept("replies", held, version.value, words);
    changed();
  };
  const stale = (found: unknown): void => {
    now.value = found as Reply;
    version.value = now.value.version;
  };
  return (
    <Saving save={save} onStale={stale} actions={held.id && <Aside where="replies" held={held} changed={changed} />}>
      <div class="grid-form two">
        <Field label={w("w_name_de")} value={name_de} required />
        <Field label={w("w_name_en")} value={name_en} required />
        <Area label={w("w_text_de")} value={text_de} lang="de" hint={w("variables", { known })} required />
        <Area label={w("w_text_en")} value={text_en} lang="en" hint={w("variables", { known })} required />
      </div>
      <Area label={w("w_cues")} value={cues} rows={3} hint={w("cues_hint")} />
      {now.value && (
        <p class="alert warn">
          {w("now_is")} {now.value.name_de}: {now.value.text_de} / {now.value.name_en}: {now.value.text_en}
        </p>
      )}
    </Saving>
  );
}

function Labels({ labels, changed }: { readonly labels: readonly Label[]; readonly changed: () => void }) {
  return (
    <div class="panel-card">
      <h2>{w("labels")}</h2>
      <p class="hint">{w("labels_hint")}</p>
      {!labels.length && <Empty what={w("labels_none")} next={w("labels_none_next")} />}
      {usedFirst(labels).map((one) => (
        <One key={one.id} one={one}>
          <LabelForm key={one.version} held={one} changed={changed} />
        </One>
      ))}
      <details>
        <summary>{w("label_new")}</summary>
        <LabelForm key={labels.length} held={NEW_LABEL} changed={changed} />
      </details>
    </div>
  );
}

function LabelForm({ held, changed }: FormProps<Label>) {
  const version = useSignal(held.version);
  const name_de = useSignal(held.name_de);
  const name_en = useSignal(held.name_en);
  const colour = useSignal(held.colour);
  const save = async (): Promise<void> => {
    await kept("labels", held, version.value, { name_de: name_de.value, name_en: name_en.value, colour: colour.value });
    changed();
  };
  return (
    <Saving
      save={save}
      onStale={(found) => (version.value = (found as Label).version)}
      actions={held.id && <Aside where="labels" held={held} changed={changed} />}
    >
      <div class="grid-form">
        <Field label={w("w_name_de")} value={name_de} required />
        <Field label={w("w_name_en")} value={name_en} required />
        <Choice label={w("colour")} value={colour} options={COLOURS.map((one) => [one, code(`colour_${one}`)])} />
      </div>
    </Saving>
  );
}

interface AsideProps extends FormProps<Reply | Label> {
  readonly where: "replies" | "labels";
}

/** Nothing is lost by it, so it is not asked twice. */
function Aside({ where, held, changed }: AsideProps) {
  const failed = useSignal("");
  const press = (): void => {
    call("PUT", `/api/agent/${where}/${held.id}/archived`, { archived: !held.archived }).then(
      changed,
      (error: unknown) => (failed.value = reason(error)),
    );
  };
  return (
    <>
      <button type="button" class="button" onClick={press}>
        {w(held.archived ? "take_back" : "archive")}
      </button>
      {failed.value && (
        <p class="alert bad" role="alert">
          {failed.value}
        </p>
      )}
    </>
  );
}
