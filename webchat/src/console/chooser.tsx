/**
 * A window with a search field and a list to choose from by keys: saved replies, intents.
 *
 * Invariants: the focus stays in the field, the list is walked with the arrows; Escape leaves everything as it was.
 */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "./texts";

export interface Option {
  readonly id: string;
  /** What is searched. */
  readonly words: string;
  readonly shown: ComponentChildren;
}

interface ChooserProps {
  readonly title: string;
  readonly label: string;
  readonly options: readonly Option[];
  /** `other`: with the second key (Shift). */
  readonly onPick: (id: string, other: boolean) => void;
  readonly onClose: () => void;
  readonly hint: string;
  readonly error?: string | null;
  readonly children?: ComponentChildren;
}

const MOST_SHOWN = 60;

const plain = (text: string): string =>
  text.toLowerCase().replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue").replaceAll("ß", "ss");

export function Chooser({ title, label, options, onPick, onClose, hint, error, children }: ChooserProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const typed = useSignal("");
  const at = useSignal(0);
  useEffect(() => dialog.current?.showModal(), []);
  const wanted = plain(typed.value).split(/\s+/).filter(Boolean);
  const found = options.filter(({ words }) => wanted.every((word) => plain(words).includes(word))).slice(0, MOST_SHOWN);
  const here = Math.min(at.value, found.length - 1);
  useEffect(() => dialog.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [here]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) at.value = Math.max(0, Math.min(found.length - 1, here + step));
    else if (event.key === "Enter" && !event.isComposing && found[here]) onPick(found[here].id, event.shiftKey);
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={dialog} class="dialog chooser" aria-label={title} onClose={onClose}>
      <h2>{title}</h2>
      <input
        type="search"
        role="combobox"
        list={undefined}
        aria-expanded="true"
        aria-controls="choices"
        aria-activedescendant={found[here] ? `choice-${found[here].id}` : undefined}
        aria-label={label}
        placeholder={label}
        autocomplete="off"
        autofocus
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      {children}
      <ul id="choices" role="listbox" aria-label={title} class="choices">
        {found.map(({ id, shown }, i) => (
          <li
            key={id}
            id={`choice-${id}`}
            role="option"
            aria-selected={i === here}
            onClick={(event) => onPick(id, event.shiftKey)}
          >
            {shown}
          </li>
        ))}
      </ul>
      {!found.length && <p class="empty">{t("choose_none")}</p>}
      <p class="hint" role="status">
        {error ? <b class="bad-text">{error}</b> : hint}
      </p>
    </dialog>
  );
}
