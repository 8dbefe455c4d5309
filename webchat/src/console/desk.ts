/** Entry of the agent console: asks who is signed in, then draws. The only file that does something when loaded. */

import { h, render } from "preact";
import { App } from "./app";
import { recall } from "./device";
import { HttpError, me, type Me } from "./http";
import { followTheme } from "./preferences";
import * as state from "./state";
import { firstLocale, setLocale } from "./texts";

const AGAIN_MS = 1000;

/** The signed-in agent or nobody; waits for a gateway that does not answer. */
async function whoAmI(): Promise<Me | null> {
  // Nobody has signed in here: no need to ask, and no failed request in the page's log.
  if (!recall("signed-in")) return null;
  for (;;) {
    try {
      return await me();
    } catch (error) {
      if (error instanceof HttpError && error.status < 500) return null;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

async function start(): Promise<void> {
  const root = document.getElementById("desk")!;
  setLocale(firstLocale());
  followTheme();
  state.restore();
  render(h(App, { known: false }), root);
  state.me.value = await whoAmI();
  render(h(App, { known: true }), root);
}

void start();
