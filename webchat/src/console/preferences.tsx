/** Language, theme, sound: switches that last on this device. */

import { signal } from "@preact/signals";
import { recall, remember } from "./device";
import { on as alertsOn, toggle } from "./alerts";
import { IconButton } from "./bits";
import { otherLocale, setLocale, t } from "./texts";

type Theme = "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");
const chosen = signal<Theme | null>(null);
const shown = signal<Theme>("light");

function apply(): void {
  shown.value = chosen.value ?? (system.matches ? "dark" : "light");
  document.documentElement.dataset["theme"] = shown.value;
}

/** Follows the system until somebody chooses. */
export function followTheme(): void {
  const kept = recall("theme");
  chosen.value = kept === "light" || kept === "dark" ? kept : null;
  system.addEventListener("change", apply);
  apply();
}

export function ThemeButton() {
  const next: Theme = shown.value === "dark" ? "light" : "dark";
  const choose = (): void => {
    chosen.value = next;
    remember("theme", next);
    apply();
  };
  return <IconButton icon={next === "dark" ? "moon" : "sun"} label={t(`to_${next}`)} onClick={choose} />;
}

export function AlertsButton() {
  const on = alertsOn.value;
  return <IconButton icon={on ? "bell" : "mute"} label={t(on ? "alerts_on" : "alerts_off")} onClick={() => void toggle()} />;
}

export function LanguageButton() {
  const next = otherLocale();
  return (
    <button
      type="button"
      class="icon-button letters"
      lang={next}
      aria-label={`${next.toUpperCase()}: ${t("other_language")}`}
      title={t("other_language")}
      onClick={() => setLocale(next)}
    >
      {next.toUpperCase()}
    </button>
  );
}
