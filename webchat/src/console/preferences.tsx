/** Language and theme: switches that last on this device. */

import { signal } from "@preact/signals";
import { recall, remember } from "./device";
import { IconButton } from "./parts";
import { otherLocale, setLocale, shared } from "./tongue";

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
  return <IconButton icon={next === "dark" ? "moon" : "sun"} label={shared(`to_${next}`)} onClick={choose} />;
}

export function LanguageButton() {
  const next = otherLocale();
  return (
    <button
      type="button"
      class="icon-button letters"
      lang={next}
      aria-label={`${next.toUpperCase()}: ${shared("other_language")}`}
      title={shared("other_language")}
      onClick={() => setLocale(next)}
    >
      {next.toUpperCase()}
    </button>
  );
}
