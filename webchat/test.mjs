// Bundles test/*.test.ts to a temporary folder and runs them with node's own test runner.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const out = mkdtempSync(join(here, "node_modules/.webchat-tests-"));
try {
  const files = readdirSync(join(here, "test")).filter((name) => /\.test\.tsx?$/.test(name));
  await build({
    absWorkingDir: here, entryPoints: files.map((name) => `test/${name}`), outdir: out, outExtension: { ".js": ".mjs" },
    bundle: true, platform: "node", format: "esm", target: "node20", packages: "external", sourcemap: "inline",
    jsx: "automatic", jsxImportSource: "preact", loader: { ".css": "text" }, logLevel: "warning",
  });
  const built = readdirSync(out).map((name) => join(out, name));
  const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...built], { stdio: "inherit", cwd: here });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
