/** The case packet: what the customer wants, what was tried, why a person is needed, who it is for sure. */

import type { Packet } from "../wire/frames.js";
import { reasonWords, Tag } from "./bits";
import { loaded } from "./customer";
import { intents } from "../i18n/intents.gen";
import { Icon } from "./icons";
import type { Identity } from "./log";
import { PromisedHere } from "./promised";
import { locale, moment, percent, t, wording, type TextKey } from "./texts";

/** Slots that carry nothing for a reader. */
const SILENT = new Set(["pending", "last_say", "locale"]);

/** The words for the colleague who reads, in the language of their desk. */
const own = (de: string, en: string): string => (locale.value === "de" ? de : en);

/** What a matter is called at the desk; null for what has no title. */
const titleOf = (intent: string): string | null =>
  Object.hasOwn(intents, intent) ? intents[intent]![locale.value] : null;

export const identityWords = ({ by, at, ...facts }: Identity): string | null =>
  wording(`id_${by}`, { ...facts, t: moment(at) });

interface PacketProps {
  readonly conversation: string;
  readonly packet: Packet;
  readonly identity: Identity | null;
  readonly open: boolean;
  /** Changes with whatever happens in the conversation. */
  readonly told: string;
}

/** Open until the agent folds it or has the chat and answers; folded it still says what is wanted. */
export function CasePacket({ conversation, packet, identity, open, told }: PacketProps) {
  const three = packet.summary;
  const summary = (three && own(three.wants_de, three.wants_en)) || own(packet.summary_de, packet.summary_en) || t("p_wants_none");
  const known = Object.entries(packet.slots).filter(([name, value]) => value && !SILENT.has(name));
  return (
    <details class="packet" open={open}>
      <summary>
        <b>{t("packet")}</b>
        <span class="case">{packet.case_number}</span>
        <Tag>{wording(`s_${packet.skill}`) ?? packet.skill}</Tag>
        <span class="gist">{summary}</span>
        <Icon name="fold" />
      </summary>
      <dl>
        <dt>{t("p_wants")}</dt>
        <dd class="strong">{summary}</dd>
        <dt>{t("p_tried")}</dt>
        <dd>
          <Tried steps={packet.tried} />
        </dd>
        {packet.open.length > 0 && (
          <>
            <dt>{t("p_open")}</dt>
            <dd>
              {packet.open.map((intent) => titleOf(intent) ?? intent.replaceAll("_", " ")).join(", ")}{" "}
              <span class="quiet">({t("p_open_none_done")})</span>
            </dd>
          </>
        )}
        <dt>{t("p_why")}</dt>
        <dd>
          {three ? own(three.why_de, three.why_en) : (reasonWords(packet.reason) ?? packet.reason)}{" "}
          <Guess packet={packet} />
        </dd>
        <PromisedHere conversation={conversation} told={told} />
        {packet.subscriber_id && (
          <>
            <dt>{t("p_changed")}</dt>
            <dd>
              <Changed conversation={conversation} />
            </dd>
          </>
        )}
        {known.length > 0 && (
          <>
            <dt>{t("p_known")}</dt>
            <dd class="known">
              {known.map(([name, value]) => (
                <span key={name}>
                  <span class="quiet">{wording(`slot_${name}`) ?? name}</span> {value}
                </span>
              ))}
            </dd>
          </>
        )}
        <dt>{t("p_identity")}</dt>
        <dd>
          {t(`level_${packet.level}` as TextKey)}
          {identity && <span class="quiet"> · {identityWords(identity)}</span>}
        </dd>
      </dl>
    </details>
  );
}

/** What is otherwise for the customer than when the case was handed over. */
function Changed({ conversation }: { readonly conversation: string }) {
  const view = loaded.value.get(conversation)?.old;
  if (!view?.since) return <span class="quiet">{t("p_changed_waits")}</span>;
  const { as_of, changes } = view.since;
  if (!changes.length) return <span class="quiet">{t("p_changed_none", { t: moment(as_of) })}</span>;
  return (
    <ul class="since">
      {changes.map(({ text }) => (
        <li key={text.en}>{own(text.de, text.en)}</li>
      ))}
    </ul>
  );
}

function Tried({ steps }: { readonly steps: Packet["tried"] }) {
  if (!steps.length) return <span class="quiet">{t("p_tried_none")}</span>;
  return (
    <ol class="tried">
      {steps.map((step, i) => (
        <li key={i}>
          {own(step.what_de, step.what_en)}
          {step.result_de && (
            <>
              {" "}
              <span class="quiet">→ {own(step.result_de, step.result_en)}</span>
            </>
          )}
        </li>
      ))}
    </ol>
  );
}

function Guess({ packet: { intent, confidence } }: { readonly packet: Packet }) {
  // That somebody asked for a person stands beside it in words already.
  if (!intent || intent === "request_human") return null;
  const title = titleOf(intent);
  const named = title ?? intent;
  return (
    <span class="chip" lang={title ? undefined : "en"}>
      {confidence === null ? named : `${named} · ${percent(confidence)}`}
    </span>
  );
}
