/**
 * Markdown becomes nodes; nothing a message says becomes HTML or a script.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ComponentChild, VNode } from "preact";
import { markdown, safeHref } from "../src/ui/markdown.js";

type Props = Record<string, unknown> & { children?: ComponentChild | ComponentChild[] };

function shown(node: unknown): string {
  if (Array.isArray(node)) return node.map(shown).join("");
  if (node === null || node === undefined) return "";
  if (typeof node !== "object") return String(node);
  const { type, props } = node as VNode<Props>;
  const href = typeof props.href === "string" ? ` ${props.href}` : "";
  return `<${String(type)}${href}>${shown(props.children)}</${String(type)}>`;
}

function kinds(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(kinds);
  if (node === null || typeof node !== "object") return [];
  const { type, props } = node as VNode<Props>;
  return [String(type), ...kinds(props.children), ...("dangerouslySetInnerHTML" in props ? ["HTML"] : [])];
}

test("paragraphs, breaks, lists and marks", () => {
  assert.equal(shown(markdown("a **b** *c* `d`\ne\n\nf")), "<p>a <strong>b</strong> <em>c</em> <code>d</code><br></br>e</p><p>f</p>");
  assert.equal(shown(markdown("first:\n- one\n- two\n1. three")), "<p>first:</p><ul><li>one</li><li>two</li></ul><ol><li>three</li></ol>");
  assert.equal(shown(markdown("see https://example.com/a?b=1.")), "<p>see <a https://example.com/a?b=1>https://example.com/a?b=1</a>.</p>");
  assert.equal(shown(markdown("[here](https://example.com)")), "<p><a https://example.com/>here</a></p>");
});

test("stars that mean a product or a footnote stay as they are", () => {
  assert.equal(shown(markdown("2 * 3 * 4")), "<p>2 * 3 * 4</p>");
});

const PAYLOADS = [
  "<img src=x onerror=alert(1)>",
  "<script>alert(1)</script>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  "[x](//evil.example)",
  "[x](\tjavascript:alert(1))",
  "**<svg/onload=alert(1)>**",
  "`<iframe srcdoc=x>`",
  "[<b>](https://example.com\"onmouseover=alert(1))",
  "[x](vbscript:x) [y](file:///etc/passwd) [z](blob:x)",
];

test("no payload makes anything but plain marks and http links", () => {
  const allowed = new Set(["p", "br", "ul", "ol", "li", "strong", "em", "code", "a"]);
  for (const payload of PAYLOADS) {
    const nodes = markdown(payload);
    assert.deepEqual(kinds(nodes).filter((kind) => !allowed.has(kind)), [], payload);
    for (const [, href] of shown(nodes).matchAll(/<a ([^>]*)>/g)) assert.match(href ?? "", /^https?:\/\//, payload);
  }
});

test("only absolute http(s) addresses are links", () => {
  for (const no of ["javascript:1", "/path", "//host", "ftp://x", "", " https://x", "https://"]) assert.equal(safeHref(no), null, no);
  assert.equal(safeHref("https://example.com"), "https://example.com/");
});
