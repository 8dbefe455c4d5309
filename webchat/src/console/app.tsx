/**
 * The frame around everything: rail, lists, conversation, customer; the strip that says the connection is
 * lost; the title; the one voice for screen readers.
 */

import { useEffect } from "preact/hooks";
import { useSignal, useSignalEffect } from "@preact/signals";
import { initials } from "../ui/parts.js";
import { forgetActions } from "./actions";
import { listen, on as alertsOn, toggle } from "./alerts";
import { Approvals, ApprovalsButton } from "./approvals";
import { IconButton, nameOf } from "./bits";
import { Conversation } from "./conversation";
import { forgetCustomers } from "./customer";
import { forgetSignIn } from "./device";
import { Help } from "./help";
import { logout } from "./http";
import { Icon } from "./icons";
import { helpOpen, listenToKeys } from "./keys";
import { connect, disconnect } from "./link";
import { attention, offers } from "./lists";
import { lastTheirs } from "./log";
import { Login } from "./login";
import { look } from "./looking";
import { Offers, reasonOf } from "./offers";
import { LanguageButton, ThemeButton } from "./preferences";
import * as state from "./state";
import { covering, drawer, Subscriber } from "./subscriber";
import { t } from "./texts";
import { Queue } from "./queue";
import { endFinding } from "./finding";
import { forgetWork, loadWork } from "./work";

export function App({ known }: { readonly known: boolean }) {
  useSignalEffect(() => {
    const n = state.me.value ? attention.value : 0;
    document.title = n ? `(${n}) ${t("inbox")}` : t(state.me.value ? "inbox" : "product");
  });
  if (!known) return <p class="boot">{t("loading")}</p>;
  return state.me.value ? <Desk /> : <Login />;
}

function Desk() {
  useEffect(() => {
    const follow = (): void => {
      const [, kind, id = null] = /^#\/(c|k)\/(.+)$/.exec(location.hash) ?? [];
      state.selected.value = kind === "c" ? id : null;
      state.person.value = kind === "k" && id ? decodeURIComponent(id) : null;
      if (kind === "k") drawer.value = true;
    };
    follow();
    connect();
    void loadWork().catch(() => undefined);
    const endings = [listenToKeys(), look(), listen()];
    const tick = window.setInterval(() => (state.now.value = Date.now()), 1000);
    addEventListener("hashchange", follow);
    return () => {
      for (const end of endings) end();
      disconnect();
      clearInterval(tick);
      removeEventListener("hashchange", follow);
    };
  }, []);
  return (
    <div class={state.selected.value ? "desk open" : "desk"}>
      <a
        class="skip"
        href="#conversation"
        onClick={(event) => (event.preventDefault(), document.getElementById("conversation")?.focus())}
      >
        {t("skip")}
      </a>
      <Rail />
      <Strip />
      <main class="panes">
        <div class="panes" inert={covering.value}>
          <Queue />
          <Offers />
          <Conversation />
        </div>
        <Subscriber />
      </main>
      <Help />
      <Approvals />
      <Voice />
    </div>
  );
}

function Rail() {
  const leave = async (): Promise<void> => {
    await logout().catch(() => undefined);
    disconnect();
    forgetSignIn();
    state.forget();
    forgetCustomers();
    forgetWork();
    endFinding();
    forgetActions();
    location.hash = "";
  };
  const name = state.me.value?.name ?? "";
  return (
    <nav class="rail" aria-label={t("main_nav")}>
      <span class="logo" aria-hidden="true">
        A
      </span>
      <a class="icon-button" href="#/" aria-current="page" aria-label={t("inbox")} title={t("inbox")}>
        <Icon name="inbox" />
      </a>
      <ApprovalsButton />
      {state.me.value?.role === "supervisor" && (
        <a class="icon-button" href="/desk/supervise" aria-label={t("supervision")} title={t("supervision")}>
          <Icon name="chart" />
        </a>
      )}
      <span class="gap" />
      <AlertsButton />
      <LanguageButton />
      <ThemeButton />
      <IconButton icon="help" label={t("help")} onClick={() => (helpOpen.value = true)} />
      <IconButton icon="out" label={t("sign_out")} onClick={() => void leave()} />
      <span class="me" title={name}>
        <span aria-hidden="true">{initials(name)}</span>
        <span class="sr">{name}</span>
      </span>
    </nav>
  );
}

function AlertsButton() {
  const on = alertsOn.value;
  return <IconButton icon={on ? "bell" : "mute"} label={t(on ? "alerts_on" : "alerts_off")} onClick={() => void toggle()} />;
}

function Strip() {
  const standing = state.standing.value;
  const n = state.unsentCount.value;
  return (
    <div class="strip-box" role="status">
      {standing === "lost" && <p class="strip">{n > 1 ? t("lost_n", { n }) : t(n ? "lost_1" : "lost")}</p>}
      {standing === "resync" && <p class="strip">{t("resync")}</p>}
    </div>
  );
}

/** Speaks a new message of the open chat, an offer, and that one ran out; nothing else. */
function Voice() {
  const words = useSignal("");
  const heard = useSignal({ chat: null as string | null, seq: 0, offer: "", missed: false });
  useSignalEffect(() => {
    const row = state.current.value;
    const log = row ? state.logOf(row.conversation) : null;
    const now = {
      chat: row?.conversation ?? null,
      seq: log ? lastTheirs(log) : 0,
      offer: offers.value[0]?.conversation ?? "",
      missed: state.duty.value === "not_responding",
    };
    const before = heard.peek();
    heard.value = now;
    const entry = log?.entries.find((one) => one.seq === now.seq);
    if (row && before.chat === now.chat && before.seq && now.seq > before.seq && entry?.event.kind === "message") {
      words.value = `${nameOf(row)}: ${entry.event.text}`;
    } else if (now.offer && now.offer !== before.offer) {
      const offered = offers.value[0]!;
      words.value = t("offer_said", { name: nameOf(offered), reason: reasonOf(offered) });
    } else if (now.missed && !before.missed) {
      words.value = t("missed_said");
    }
  });
  return (
    <div class="sr" aria-live="polite">
      {words.value}
    </div>
  );
}
