/**
 * The panel's entry: ties the element of the loader to a client per subject and draws the panel while it is open.
 *
 * Invariants: one client at a time, that of the present subject; closing the panel keeps the client, so that unread
 * messages are counted; the panel speaks the language the bot answers in, unless one was chosen after that answer.
 */
import { render } from "preact";
import { localeOf, textsOf } from "../i18n/index.js";
import { adopt } from "../ui/sheet.js";
import type { Locale } from "../wire/frames.js";
import { socketUrl } from "../wire/socket.js";
import { localShelf, type Shelf } from "../wire/storage.js";
import { Panel } from "./app.js";
import { SubscriberClient } from "./client.js";
import type { ChatHost, PanelHandle, TokenSource } from "./host.js";
import { OPEN_KEY, prefixOf } from "./keys.js";
import css from "./panel.css";
import { newestOfTheirs, spokenLocale, unread } from "./view.js";

/** What the parts of the panel share. */
export interface Chat {
  readonly client: SubscriberClient;
  readonly shelf: Shelf;
  readonly locale: Locale;
  /** The gateway's address; paths in links are its own. */
  readonly base: string;
  setLocale(locale: Locale): void;
  /** A control that vanishes when pressed gives the focus on, so that the keyboard does not fall out of the panel. */
  keepFocus(): void;
  close(): void;
}

/** To the composer; on touch screens, where that opens the keyboard, to the panel itself. */
function settle(box: Element): void {
  const target = matchMedia("(pointer: coarse)").matches ? ".panel" : "textarea";
  box.querySelector<HTMLElement>(target)?.focus();
}

/** A token from the page's function, or from its address by POST; null when nobody is signed in. */
function tokenSource(host: ChatHost): TokenSource | null {
  const subject = host.getAttribute("subject");
  if (!subject) return null;
  if (host.token) return host.token;
  const address = host.getAttribute("token-url");
  if (!address) return null;
  return async () => {
    const headers = { "Content-Type": "application/json", "X-Requested-With": "abolotse" };
    const response = await fetch(address, { method: "POST", headers, body: JSON.stringify({ subject }) });
    if (!response.ok) throw new Error(`token: ${response.status}`);
    return ((await response.json()) as { jwt: string }).jwt;
  };
}

class OpenPanel implements PanelHandle {
  readonly #box = document.createElement("div");
  readonly #tab: Shelf = localShelf("", () => sessionStorage);
  #shelf!: Shelf;
  #client!: SubscriberClient;
  #locale: Locale = "de";
  #heard = 0;
  #open = false;
  #focus = false;
  #drawing = false;

  constructor(
    private readonly host: ChatHost,
    private readonly base: string,
  ) {
    adopt(host.root, css);
    host.root.prepend(this.#box);
    this.#begin();
    addEventListener("storage", ({ key }) => {
      if (key === null || key.startsWith(this.#prefix)) this.#client.outboxChanged();
    });
    window.visualViewport?.addEventListener("resize", this.#fit);
    window.visualViewport?.addEventListener("scroll", this.#fit);
    document.addEventListener("visibilitychange", () => this.#changed());
  }

  isOpen(): boolean {
    return this.#open;
  }

  open(focus: boolean): void {
    if (this.#open) return;
    this.#open = true;
    this.#focus = focus;
    this.#tab.set(OPEN_KEY, "1");
    this.#client.start();
    this.#client.wake();
    this.#fit();
    this.#draw();
    this.#changed();
  }

  close(): void {
    if (!this.#open) return;
    const inside = this.host.root.activeElement !== null;
    this.#open = false;
    this.#tab.remove(OPEN_KEY);
    this.#draw();
    this.host.showUnread(unread(this.#client.snapshot.timeline));
    if (inside) this.host.launcher.focus();
  }

  attributeChanged(name: string): void {
    if (name === "subject" || name === "server") {
      this.#client.stop();
      this.#begin();
      if (this.#open) this.#client.start();
      this.#changed();
    }
    if (name === "lang") this.#setLocale(localeOf(this.host.lang), false);
    this.#draw();
  }

  forget(): void {
    this.#client.forget();
    this.#begin();
    this.close();
    this.host.showUnread(0);
  }

  get #gateway(): string {
    return this.host.getAttribute("server") ?? this.base;
  }

  get #prefix(): string {
    return prefixOf(this.host.getAttribute("subject"));
  }

  #begin(): void {
    const { host } = this;
    this.#shelf = localShelf(this.#prefix);
    this.#locale = localeOf(this.#shelf.get("locale"), host.lang, document.documentElement.lang, navigator.language);
    this.#heard = 0;
    this.#client = new SubscriberClient({
      url: socketUrl("/ws/subscriber", this.#gateway),
      shelf: this.#shelf,
      locale: () => this.#locale,
      token: () => tokenSource(host),
      onChange: () => this.#changed(),
    });
    if (this.#client.known) this.#client.start();
  }

  readonly #setLocale = (locale: Locale, keep = true): void => {
    if (keep) this.#shelf.set("locale", locale);
    else this.#shelf.remove("locale");
    this.#heard = newestOfTheirs(this.#client.snapshot.timeline);
    if (locale === this.#locale) return;
    this.#locale = locale;
    this.#client.localeChanged();
    this.#draw();
  };

  /** Follows the visible part of the screen, which a phone's keyboard makes smaller. */
  readonly #fit = (): void => {
    const view = window.visualViewport;
    if (!view || !this.#open) return;
    this.host.style.setProperty("--view-height", `${view.height}px`);
    this.host.style.setProperty("--view-top", `${view.offsetTop}px`);
  };

  /** Somebody who writes English on a German page gets English answers, and then English buttons and notices too. */
  #follow(): void {
    const spoken = spokenLocale(this.#client.snapshot.timeline, this.#heard);
    if (!spoken) return;
    this.#heard = spoken.seq;
    if (!this.#shelf.get("locale")) this.#locale = spoken.locale;
  }

  #changed(): void {
    const { timeline } = this.#client.snapshot;
    this.#follow();
    const newest = newestOfTheirs(timeline);
    if (this.#open && !document.hidden && newest > timeline.read.subscriber) this.#client.markRead(newest);
    if (!this.#open) this.host.showUnread(unread(timeline));
    if (this.#drawing) return;
    this.#drawing = true;
    queueMicrotask(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  #draw(): void {
    const chat: Chat = {
      client: this.#client,
      shelf: this.#shelf,
      locale: this.#locale,
      base: this.#gateway,
      setLocale: this.#setLocale,
      keepFocus: () => settle(this.#box),
      close: () => {
        this.close();
        this.host.showUnread(0);
      },
    };
    const panel = (
      <Panel key={this.#prefix} chat={chat} t={textsOf(this.#locale)} now={this.#client.snapshot} focus={this.#focus} />
    );
    render(this.#open ? panel : null, this.#box);
  }
}

/** Called by the loader, once per element. */
export function mount(host: ChatHost, base: string): PanelHandle {
  return new OpenPanel(host, base);
}
