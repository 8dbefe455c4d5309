/**
 * What the loader's element and the panel know of each other. Types only: the loader must stay small.
 */

/** Gives a fresh token that the host site signed for whoever is signed in. */
export type TokenSource = () => Promise<string>;

/** `<abolotse-chat>` as the panel sees it. */
export interface ChatHost extends HTMLElement {
  readonly root: ShadowRoot;
  readonly launcher: HTMLButtonElement;
  /** Set by the page; alternative to the attribute `token-url`. */
  token: TokenSource | null;
  showUnread(count: number): void;
}

/** What the panel offers the element. */
export interface PanelHandle {
  open(focus: boolean): void;
  close(): void;
  isOpen(): boolean;
  /** `lang`, `color-scheme`, `subject`, `token-url` or `server` changed. */
  attributeChanged(name: string): void;
  /** The subscriber signed out: remove everything of theirs from this device. */
  forget(): void;
}

export type Mount = (host: ChatHost, base: string) => PanelHandle;
