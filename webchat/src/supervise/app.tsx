/** The frame of the supervisor's pages: where one is, language and theme, the way back to the inbox. */

import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { IconButton } from "../console/parts";
import { LanguageButton, ThemeButton } from "../console/preferences";
import { Audit } from "./audit";
import { Board } from "./board";
import { Reports } from "./reports";
import { Settings } from "./settings";
import { w } from "./words";
import { Wording } from "./wording";

export type Visitor = "supervisor" | "agent" | "nobody";

const PAGES = { board: Board, reports: Reports, settings: Settings, wording: Wording, audit: Audit } as const;
type Page = keyof typeof PAGES;

const here = (): Page => {
  const name = location.hash.replace("#/", "");
  return Object.hasOwn(PAGES, name) ? (name as Page) : "board";
};

export function App({ visitor }: { readonly visitor: Visitor }) {
  const page = useSignal(here());
  useEffect(() => {
    const follow = (): void => {
      page.value = here();
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  document.title = `${w(page.value)} · ${w("title")}`;
  const Shown = PAGES[page.value];
  return (
    <div class="supervise">
      <header class="top">
        <IconButton icon="back" label={w("to_inbox")} onClick={() => location.assign("/desk")} />
        <nav aria-label={w("nav")}>
          {(Object.keys(PAGES) as Page[]).map((name) => (
            <a key={name} href={`#/${name}`} aria-current={name === page.value ? "page" : undefined}>
              {w(name)}
            </a>
          ))}
        </nav>
        <LanguageButton />
        <ThemeButton />
      </header>
      <main>{visitor === "supervisor" ? <Shown /> : <Refusal visitor={visitor} />}</main>
    </div>
  );
}

function Refusal({ visitor }: { readonly visitor: Visitor }) {
  return (
    <div class="empty">
      <p class="strong">{w(visitor === "nobody" ? "sign_in_first" : "only_supervisors")}</p>
      {visitor === "agent" && <p>{w("only_supervisors_next")}</p>}
      <p>
        <a class="button" href="/desk">
          {w(visitor === "nobody" ? "sign_in" : "to_inbox")}
        </a>
      </p>
    </div>
  );
}
