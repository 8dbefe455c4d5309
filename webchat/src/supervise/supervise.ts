/** Entry of the supervisor's pages: asks who is signed in, then draws. The only file that does something when loaded. */

import { h, render } from "preact";
import { HttpError, me } from "../console/http";
import { followTheme } from "../console/preferences";
import { firstLocale, setLocale } from "../console/tongue";
import { App, type Visitor } from "./app";

const AGAIN_MS = 1000;

/** Waits for a gateway that does not answer. */
async function whoIs(): Promise<Visitor> {
  for (;;) {
    try {
      return (await me()).role;
    } catch (error) {
      if (error instanceof HttpError && error.status < 500) return "nobody";
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

async function start(): Promise<void> {
  setLocale(firstLocale());
  followTheme();
  render(h(App, { visitor: await whoIs() }), document.getElementById("supervise")!);
}

void start();
