// Builds everything a browser loads into the given folder. Same sources, same bytes: no hash of time or place.
//   node build.mjs dist
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const KIB = 1024;
const GATES = [
  { what: "loader", files: ["loader.js"], limit: 3 * KIB },
  { what: "whole widget", files: ["loader.js", "panel.js"], limit: 25 * KIB },
  { what: "console", files: ["desk.js", "desk.css"], limit: 68 * KIB },
  { what: "supervision", files: ["supervise.js", "supervise.css"], limit: 40 * KIB },
];

/** Drops custom properties that nothing in the sheet asks for: the tokens serve several surfaces, each takes its own. */
function pruned(css) {
  const left = css.replace(/(--[\w-]+):[^;{}]*(;|(?=}))/g, (all, name) => (css.includes(`var(${name})`) || css.includes(`var(${name},`) ? all : ""));
  return left === css ? css : pruned(left);
}

// `import css from "./x.css"` gives the minified text, for `adoptedStyleSheets`; @import is followed.
const cssAsText = {
  name: "css-as-text",
  setup(b) {
    b.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const bundled = await build({
        entryPoints: [path], bundle: true, minify: true, write: false, target: "es2022", legalComments: "none",
      });
      return { contents: pruned(bundled.outputFiles[0].text.trim()), loader: "text" };
    });
  },
};

const common = {
  absWorkingDir: here, bundle: true, minify: true, target: "es2022", legalComments: "none",
  jsx: "automatic", jsxImportSource: "preact", charset: "utf8", logLevel: "warning", plugins: [cssAsText],
};
const scripts = [
  { from: "src/widget/loader.ts", to: "loader.js", format: "iife" },
  { from: "src/widget/panel.tsx", to: "panel.js", format: "esm" },
  { from: "src/console/desk.ts", to: "desk.js", format: "esm" },
  { from: "src/supervise/supervise.ts", to: "supervise.js", format: "esm" },
  { from: "src/demo/demo.ts", to: "demo.js", format: "esm" },
];
const styles = [
  { from: "src/demo/demo.css", to: "demo.css" },
  { from: "src/console/desk.css", to: "desk.css" },
  { from: "src/supervise/supervise.css", to: "supervise.css" },
];
const pages = [
  { from: "demo/index.html", to: "index.html" },
  { from: "src/console/desk.html", to: "desk.html" },
  { from: "src/supervise/supervise.html", to: "supervise.html" },
];

export async function buildTo(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const there = ({ from }) => existsSync(join(here, from));
  for (const { from, to, format } of scripts.filter(there)) {
    await build({ ...common, entryPoints: [from], format, outfile: join(folder, to) });
  }
  for (const { from, to } of styles.filter(there)) {
    await build({ ...common, plugins: [], entryPoints: [from], outfile: join(folder, to) });
  }
  for (const { from, to } of pages.filter(there)) await copyFile(join(here, from), join(folder, to));
}

export async function sizes(folder) {
  const zipped = async (file) =>
    existsSync(join(folder, file)) ? gzipSync(await readFile(join(folder, file)), { level: 9 }).length : 0;
  const rows = [];
  for (const { what, files, limit } of GATES) {
    const bytes = (await Promise.all(files.map(zipped))).reduce((a, b) => a + b, 0);
    rows.push({ what, bytes, limit, ok: bytes <= limit });
  }
  return rows;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const folder = join(here, process.argv[2] ?? "dist");
  await buildTo(folder);
  for (const { what, bytes, limit, ok } of await sizes(folder)) {
    console.log(`${ok ? "ok  " : "OVER"} ${what}: ${(bytes / KIB).toFixed(1)} of ${limit / KIB} KiB gzip`);
    if (!ok) process.exitCode = 1;
  }
}
