/**
 * The few bytes a host page loads: `<abolotse-chat>` with its launcher. The panel comes when it is wanted.
 *
 * Invariants: before the subscriber opens the panel once, nothing is stored on the device and no socket is opened;
 * no style element, no inline handler, no HTML from text.
 */
import type { ChatHost, Mount, PanelHandle, TokenSource } from "./host.js";
import { OPEN_KEY, prefixOf } from "./keys.js";
import css from "./loader.css";

const script = document.currentScript as HTMLScriptElement | null;
const base = new URL(".", script?.src ?? location.href).href;
const LABELS = {
  de: { open: "Chat öffnen", close: "Chat schließen", unread: "ungelesen", oops: "Der Chat konnte nicht geladen werden. Bitte noch einmal versuchen." },
  en: { open: "Open chat", close: "Close chat", unread: "unread", oops: "The chat could not be loaded. Please try again." },
};
const DRAWINGS = { talk: "M4 5h16v11H9.500l-5.5 4.500z", shut: "M6 9.500l6 6 6-6" };

function drawing(name: keyof typeof DRAWINGS): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add(name);
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", DRAWINGS[name]);
  svg.append(path);
  return svg;
}

/** Reads a key of a storage that may be refused. */
function stored(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

class AbolotseChat extends HTMLElement implements ChatHost {
  static readonly observedAttributes = ["lang", "color-scheme", "subject", "token-url", "server"];
  readonly root = this.attachShadow({ mode: "open" });
  readonly launcher = document.createElement("button");
  token: TokenSource | null = null;
  #badge = document.createElement("span");
  #oops = document.createElement("p");
  #unread = 0;
  #panel: PanelHandle | null = null;
  #loading: Promise<PanelHandle> | null = null;
  #drawn = false;
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");

  connectedCallback(): void {
    if (!this.#drawn) this.#draw();
    this.#dark.addEventListener("change", this.#theme);
    this.#theme();
    this.#resume();
  }

  disconnectedCallback(): void {
    this.#dark.removeEventListener("change", this.#theme);
    this.#panel?.close();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.#drawn) return;
    if (name === "color-scheme") this.#theme();
    this.#label();
    this.#panel?.attributeChanged(name);
  }

  /** Opens the panel. `focus: false` leaves the page's focus where it is. */
  async open({ focus = true } = {}): Promise<void> {
    this.launcher.setAttribute("aria-busy", "true");
    this.#oops.hidden = true;
    try {
      (await this.#load()).open(focus);
    } catch {
      this.#loading = null;
      this.#oops.textContent = this.#words.oops;
      this.#oops.hidden = false;
    }
    this.launcher.removeAttribute("aria-busy");
    this.#label();
  }

  close(): void {
    this.#panel?.close();
    this.#label();
  }

  /** Call at sign-out: removes what the chat keeps of the present subject on this device. */
  async forget(): Promise<void> {
    (await this.#load()).forget();
  }

  showUnread(count: number): void {
    this.#unread = count;
    this.#label();
  }

  get #words() {
    const tag = (this.lang || document.documentElement.lang || navigator.language).slice(0, 2).toLowerCase();
    return tag === "en" ? LABELS.en : LABELS.de;
  }

  #draw(): void {
    this.#drawn = true;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.root.adoptedStyleSheets = [sheet];
    const button = this.launcher;
    button.className = "launcher";
    button.type = "button";
    button.part.add("launcher");
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-haspopup", "dialog");
    this.#badge.className = "badge";
    this.#badge.setAttribute("aria-hidden", "true");
    this.#oops.className = "oops";
    this.#oops.setAttribute("role", "alert");
    this.#oops.hidden = true;
    button.append(drawing("talk"), drawing("shut"), this.#badge);
    this.root.append(button, this.#oops);
    const warm = () => void this.#load().catch(() => (this.#loading = null));
    button.addEventListener("pointerenter", warm, { once: true });
    button.addEventListener("focus", warm, { once: true });
    button.addEventListener("click", () => (this.#panel?.isOpen() ? this.close() : void this.open()));
    this.#label();
  }

  #label(): void {
    const words = this.#words;
    const open = this.#panel?.isOpen() ?? false;
    const news = !open && this.#unread > 0;
    this.#badge.hidden = !news;
    this.#badge.textContent = this.#unread > 9 ? "9+" : `${this.#unread}`;
    const label = open ? words.close : (this.getAttribute("label-open") ?? words.open);
    this.launcher.setAttribute("aria-label", news ? `${label}, ${this.#unread} ${words.unread}` : label);
    this.launcher.setAttribute("aria-expanded", `${open}`);
  }

  readonly #theme = (): void => {
    const wish = this.getAttribute("color-scheme");
    const dark = wish === "dark" || (wish !== "light" && this.#dark.matches);
    this.dataset.theme = dark ? "dark" : "light";
  };

  /** Goes on with a chat that was begun earlier: opens it again in this tab, or only counts what is unread. */
  #resume(): void {
    const begun = stored(() => localStorage, `${prefixOf(this.getAttribute("subject"))}session`) !== null;
    if (!begun) return;
    const wasOpen = stored(() => sessionStorage, OPEN_KEY) === "1" && innerWidth >= 640;
    const idle = window.requestIdleCallback ?? ((act: () => void) => setTimeout(act, 200));
    idle(() => (wasOpen ? void this.open({ focus: false }) : void this.#load().catch(() => (this.#loading = null))));
  }

  #load(): Promise<PanelHandle> {
    this.#loading ??= import(`${base}panel.js`).then(({ mount }: { mount: Mount }) => {
      this.#panel = mount(this, base);
      return this.#panel;
    });
    return this.#loading;
  }
}

if (!customElements.get("abolotse-chat")) {
  // A page may have set `token` on the element before it was defined.
  const early = [...document.querySelectorAll("abolotse-chat")].map((element) => {
    const token = Object.getOwnPropertyDescriptor(element, "token")?.value as TokenSource | undefined;
    return { element, token };
  });
  customElements.define("abolotse-chat", AbolotseChat);
  for (const { element, token } of early) if (token) (element as AbolotseChat).token = token;
}
