/** The overview of keys. */

import { useEffect, useRef } from "preact/hooks";
import { helpOpen } from "./keys";
import { locale, t, type TextKey } from "./texts";

type Group = readonly [TextKey, readonly (readonly [string, TextKey])[]];

const KEYS: readonly Group[] = [
  [
    "kg_lists",
    [
      ["J / ↓", "k_next"],
      ["K / ↑", "k_prev"],
      ["1–4", "k_tabs"],
      ["Enter", "k_enter"],
      ["Ctrl+K", "k_find"],
    ],
  ],
  [
    "kg_duty",
    [
      ["A", "k_accept"],
      ["D", "k_decline"],
      ["B", "k_back"],
    ],
  ],
  [
    "kg_chat",
    [
      ["T", "k_take"],
      ["N", "k_note"],
      ["/", "k_replies"],
      ["L", "k_turn"],
      ["P", "k_transfer"],
      ["R", "k_bot"],
      ["E", "k_close"],
      ["C", "k_actions"],
      ["]", "k_drawer"],
      ["Esc", "k_esc"],
      ["?", "k_help"],
    ],
  ],
];

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (helpOpen.value) dialog.current?.showModal();
  }, [helpOpen.value]);
  if (!helpOpen.value) return null;
  return (
    <dialog ref={dialog} class="dialog wide-dialog" aria-labelledby="help-title" onClose={() => (helpOpen.value = false)}>
      <h2 id="help-title">{t("help")}</h2>
      <div class="key-groups">
        {KEYS.map(([group, keys]) => (
          <section key={group}>
            <h3>{t(group)}</h3>
            <dl class="keys">
              {keys.map(([key, words]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{t(words)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p class="hint">{t("k_typing")}</p>
      <div class="dialog-foot">
        <a class="button" href={`/desk/password?lang=${locale.value}`}>
          {t("own_password")}
        </a>
        <button type="button" class="button" autofocus onClick={() => dialog.current?.close()}>
          {t("close")}
        </button>
      </div>
    </dialog>
  );
}
