// Proves that dist/ is what the sources say: builds again elsewhere, compares byte by byte, holds the size gates.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildTo, sizes } from "./build.mjs";

const committed = new URL("dist", import.meta.url).pathname;
const fresh = await mkdtemp(join(tmpdir(), "webchat-"));
const problems = [];
try {
  await buildTo(fresh);
  const names = new Set([...(await readdir(committed).catch(() => [])), ...(await readdir(fresh))]);
  for (const name of [...names].sort()) {
    const [a, b] = await Promise.all([committed, fresh].map((f) => readFile(join(f, name)).catch(() => null)));
    if (!a || !b || !a.equals(b)) problems.push(`dist/${name} differs from its sources: npm run build`);
  }
  for (const { what, bytes, limit, ok } of await sizes(fresh)) {
    if (!ok) problems.push(`${what}: ${bytes} bytes gzip, gate is ${limit}`);
  }
} finally {
  await rm(fresh, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
process.exit(problems.length ? 1 : 0);
