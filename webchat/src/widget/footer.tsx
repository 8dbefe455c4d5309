/**
 * The way to a person, always there, and the composer.
 *
 * Invariants: what is typed is kept on the device until it is sent; nothing is cut off silently.
 */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Texts } from "../i18n/index.js";
import { Icon } from "../ui/parts.js";
import type { PartProps } from "./app.js";
import type { Chat } from "./panel.js";
import { calling } from "./view.js";

const LIMIT = 1000;
const COUNT_FROM = 900;
const TYPING_AGAIN = 3_000;
const TYPING_STOPS = 5_000;
const DRAFT = "draft";

export function Footer({ chat, t, now }: PartProps): JSX.Element {
  return (
    <div class="foot">
      <Person chat={chat} t={t} now={now} />
      <Composer chat={chat} t={t} />
    </div>
  );
}

/** A button while the bot answers; once a person is called or here, the same place says so. */
function Person({ chat, t, now }: PartProps): JSX.Element {
  const { controller, agentName } = now.timeline;
  const asked = calling(now.timeline);
  if (controller === "agent" || controller === "queue" || asked) {
    const words = controller === "agent" ? t.withPerson(agentName) : controller === "queue" ? t.inLine : t.calling;
    return (
      <p class="human">
        <Icon name="person" />
        {words}
      </p>
    );
  }
  const call = () => {
    chat.client.wish({ type: "person", label: t.talkToPerson });
    chat.keepFocus();
  };
  return (
    <button type="button" class="human" onClick={call}>
      <Icon name="person" />
      {t.talkToPerson}
    </button>
  );
}

function Composer({ chat, t }: { chat: Chat; t: Texts }): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => chat.shelf.get(DRAFT) ?? "");
  const typing = useTyping(chat);
  const ready = text.trim() !== "" && text.trim().length <= LIMIT;
  useEffect(() => grow(field.current), [text]);
  const write = (value: string) => {
    setText(value);
    if (value) chat.shelf.set(DRAFT, value);
    else chat.shelf.remove(DRAFT);
    typing(value.trim() !== "");
  };
  const send = () => {
    if (!ready) return;
    const said = text.trim();
    chat.client.wish({ type: "send", text: said, label: said });
    write("");
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <>
      <div class="composer">
        <textarea
          ref={field}
          rows={1}
          aria-label={t.write}
          placeholder={t.write}
          autocomplete="off"
          enterkeyhint="send"
          aria-describedby="count"
          aria-invalid={text.trim().length > LIMIT}
          value={text}
          onInput={({ currentTarget }) => write(currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button type="button" class="send" aria-label={t.send} aria-disabled={!ready} onClick={send}>
          <Icon name="send" />
        </button>
      </div>
      <Counter t={t} length={text.trim().length} />
    </>
  );
}

function Counter({ t, length }: { t: Texts; length: number }): JSX.Element {
  const over = length > LIMIT;
  return (
    <span id="count" class={over ? "counter over" : "counter"} hidden={length < COUNT_FROM}>
      {over ? t.over(length - LIMIT) : t.left(LIMIT - length)}
    </span>
  );
}

/** Where `field-sizing` is unknown the height follows the text by measure. */
function grow(field: HTMLTextAreaElement | null): void {
  if (!field || CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

/** Tells the other side only what is true: that somebody types, and soon after the last key that they stopped. */
function useTyping(chat: Chat): (on: boolean) => void {
  const told = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const stop = () => {
    clearTimeout(timer.current);
    if (told.current) chat.client.typing(false);
    told.current = 0;
  };
  useEffect(() => stop, []);
  return (on) => {
    if (!on) return stop();
    clearTimeout(timer.current);
    timer.current = setTimeout(stop, TYPING_STOPS);
    if (Date.now() - told.current < TYPING_AGAIN) return;
    told.current = Date.now();
    chat.client.typing(true);
  };
}
