/** The overview of keys. */

import { useEffect, useRef } from "preact/hooks";
import { helpOpen } from "./keys";
import { t, type TextKey } from "./texts";

const KEYS: readonly (readonly [string, TextKey])[] = [
  ["J", "k_next"],
  ["K", "k_prev"],
  ["Enter", "k_enter"],
  ["T", "k_take"],
  ["N", "k_note"],
  ["R", "k_bot"],
  ["E", "k_close"],
  ["]", "k_drawer"],
  ["Esc", "k_esc"],
  ["?", "k_help"],
];

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (helpOpen.value) dialog.current?.showModal();
  }, [helpOpen.value]);
  if (!helpOpen.value) return null;
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="help-title" onClose={() => (helpOpen.value = false)}>
      <h2 id="help-title">{t("help")}</h2>
      <dl class="keys">
        {KEYS.map(([key, words]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(words)}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">{t("k_typing")}</p>
      <div class="dialog-foot">
        <button type="button" class="button" autofocus onClick={() => dialog.current?.close()}>
          {t("close")}
        </button>
      </div>
    </dialog>
  );
}
