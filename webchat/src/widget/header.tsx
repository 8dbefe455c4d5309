/**
 * Who answers, and the menu: language, transcript.
 */
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { LOCALES, textsOf, type Texts } from "../i18n/index.js";
import { Avatar, Icon } from "../ui/parts.js";
import type { PartProps } from "./app.js";
import { counterpart, transcript } from "./view.js";

export function Header({ chat, t, now }: PartProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const { author, name, role } = counterpart(now.timeline, t);
  const shut = () => {
    setOpen(false);
    toggle.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    shut();
  };
  const onFocusOut = ({ relatedTarget }: FocusEvent) => {
    const there = relatedTarget as Node | null;
    if (there && !menu.current?.contains(there) && there !== toggle.current) setOpen(false);
  };
  return (
    <div class="head" onKeyDown={onKeyDown} onFocusOut={onFocusOut}>
      <Avatar author={author} name={author === "agent" ? now.timeline.agentName : ""} />
      <div class="who">
        <h2 id="title">{name}</h2>
        <p>{role}</p>
      </div>
      <button ref={toggle} type="button" class="tool" aria-label={t.menu} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="more" />
      </button>
      <button type="button" class="tool" aria-label={t.close} onClick={chat.close}>
        <Icon name="close" />
      </button>
      {open && (
        <div class="menu" ref={menu}>
          <fieldset>
            <legend>{t.language}</legend>
            {LOCALES.map((locale) => (
              <button
                type="button"
                key={locale}
                lang={locale}
                aria-pressed={locale === chat.locale}
                onClick={() => chat.setLocale(locale)}
              >
                {textsOf(locale).languageName}
              </button>
            ))}
          </fieldset>
          <button
            type="button"
            onClick={() => {
              download(transcript(now.timeline, t, chat.base), t);
              shut();
            }}
          >
            <Icon name="download" />
            {t.transcript}
          </button>
        </div>
      )}
    </div>
  );
}

function download(text: string, t: Texts): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = t.transcriptFile;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
