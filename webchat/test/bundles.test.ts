/** What a browser loads has the words of its own surface and none of the other's. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { actionsDe } from "../src/i18n/console.actions.de";
import { consoleDe } from "../src/i18n/console.de";
import { shellDe } from "../src/i18n/console.shell.de";
import { workDe } from "../src/i18n/console.work.de";
import { deskDe } from "../src/i18n/desk.de";
import { superviseDe } from "../src/supervise/texts.de";

const script = (name: string): string => readFileSync(join("dist", name), "utf8");
/** Words long enough to stand nowhere else by chance. */
const sentences = (texts: Readonly<Record<string, string>>): string[] => Object.values(texts).filter((words) => words.length > 24);
const held = (name: string, texts: Readonly<Record<string, string>>): string[] => {
  const code = script(name);
  return sentences(texts).filter((words) => code.includes(words));
};

test("each bundle has its own words, whole", () => {
  assert.deepEqual(held("desk.js", consoleDe), sentences(consoleDe));
  assert.deepEqual(held("supervise.js", superviseDe), sentences(superviseDe));
});

test("no bundle carries the words of the other", () => {
  const told = new Set<string>([consoleDe, actionsDe, shellDe, workDe].flatMap((texts) => Object.values<string>(texts)));
  const shared = new Set(Object.values<string>(superviseDe).filter((words) => told.has(words)));
  assert.deepEqual(held("supervise.js", consoleDe).filter((words) => !shared.has(words)), []);
  assert.deepEqual(held("supervise.js", actionsDe), []);
  assert.deepEqual(held("desk.js", superviseDe).filter((words) => !shared.has(words)), []);
});

test("both have the shared words", () => {
  for (const name of ["desk.js", "supervise.js"]) {
    const code = script(name);
    assert.ok(Object.values(deskDe).every((words) => code.includes(words)), name);
  }
});
