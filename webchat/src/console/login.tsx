/** Signing in. One clear sentence for every way it can fail; the password never leaves the form. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { remember } from "./device";
import { HttpError, login } from "./http";
import { LanguageButton, ThemeButton } from "./preferences";
import { arriving, expired, me } from "./state";
import { t, type TextKey } from "./texts";

const reason = (error: unknown): TextKey => {
  if (!(error instanceof HttpError)) return "login_offline";
  if (error.status === 429) return "login_too_many";
  return error.status >= 500 ? "login_offline" : "login_wrong";
};

export function Login() {
  const failed = useSignal<TextKey | null>(null);
  const working = useSignal(false);
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => name.current?.focus(), []);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (working.value) return;
    const who = name.current!.value.trim();
    if (!who || !password.current!.value) {
      failed.value = "login_missing";
      (who ? password : name).current!.focus();
      return;
    }
    working.value = true;
    failed.value = null;
    try {
      me.value = await login(who, password.current!.value);
      remember("signed-in", "yes");
      arriving.value = !expired.value;
      expired.value = false;
    } catch (error) {
      failed.value = reason(error);
      password.current!.select();
    } finally {
      working.value = false;
    }
  };

  const note = failed.value ?? (expired.value ? "signed_out" : null);
  return (
    <main class="login">
      <form class="login-card" onSubmit={(event) => void submit(event)} noValidate aria-busy={working.value}>
        <div class="login-head">
          <span class="logo" aria-hidden="true">
            A
          </span>
          <h1>{t("product")}</h1>
        </div>
        <p class="lead">{t("login_lead")}</p>
        <div role="alert" id="login-note">
          {note && <p class={failed.value ? "alert bad" : "alert warn"}>{t(note)}</p>}
        </div>
        <label class="field">
          <span>{t("login")}</span>
          <input
            ref={name}
            name="username"
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
            aria-invalid={failed.value === "login_wrong"}
            aria-describedby="login-note"
          />
        </label>
        <label class="field">
          <span>{t("password")}</span>
          <input
            ref={password}
            name="password"
            type="password"
            autocomplete="current-password"
            required
            aria-invalid={failed.value === "login_wrong"}
            aria-describedby="login-note"
          />
        </label>
        <button class="button primary wide" type="submit" aria-disabled={working.value}>
          {working.value ? t("signing_in") : t("sign_in")}
        </button>
      </form>
      <div class="login-foot">
        <LanguageButton />
        <ThemeButton />
      </div>
    </main>
  );
}
