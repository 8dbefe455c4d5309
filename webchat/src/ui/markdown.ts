/**
 * A small subset of Markdown as Preact nodes: paragraphs, line breaks, lists, strong, emphasis, code, links.
 *
 * Text never becomes HTML, so there is nothing to sanitise; links lead to http(s) only.
 */
import { h, type ComponentChild, type VNode } from "preact";

const INLINE =
  /\*\*(?<strong>[^*\n]+)\*\*|\*(?<em>[^*\s][^*\n]*)\*|`(?<code>[^`\n]+)`|\[(?<label>[^\]\n]+)\]\((?<href>[^)\s]+)\)|(?<bare>https?:\/\/[^\s<>)"']*[^\s<>)"'.,;:!?])/g;
const BULLET = /^\s*[-*•] +/;
const NUMBER = /^\s*\d{1,3}[.)] +/;

/** The address if it is absolute http(s), else null. */
export function safeHref(address: string): string | null {
  if (!/^https?:\/\//i.test(address)) return null;
  try {
    return new URL(address).href;
  } catch {
    return null;
  }
}

function link(address: string, label: string): ComponentChild {
  const href = safeHref(address);
  return href === null ? label : h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

function mark(groups: Record<string, string | undefined>): ComponentChild {
  const { strong, em, code, label, href, bare } = groups;
  if (strong !== undefined) return h("strong", null, strong);
  if (em !== undefined) return h("em", null, em);
  if (code !== undefined) return h("code", null, code);
  if (label !== undefined && href !== undefined) return link(href, label);
  return link(bare ?? "", bare ?? "");
}

/** One line of text with its marks. */
export function inline(text: string): ComponentChild[] {
  const out: ComponentChild[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) out.push(text.slice(from, match.index));
    out.push(mark(match.groups ?? {}));
    from = match.index + match[0].length;
  }
  if (from < text.length) out.push(text.slice(from));
  return out;
}

type Kind = "p" | "ul" | "ol";

function kindOf(line: string): Kind {
  if (BULLET.test(line)) return "ul";
  return NUMBER.test(line) ? "ol" : "p";
}

function block(kind: Kind, lines: readonly string[]): VNode {
  if (kind === "p") {
    return h("p", null, lines.flatMap((line, i) => (i ? [h("br", null), ...inline(line)] : inline(line))));
  }
  const sign = kind === "ul" ? BULLET : NUMBER;
  return h(kind, null, lines.map((line) => h("li", null, inline(line.replace(sign, "")))));
}

/** The whole text as blocks; neighbouring lines of one kind make one block, an empty line ends it. */
export function markdown(source: string): VNode[] {
  const blocks: VNode[] = [];
  let lines: string[] = [];
  let kind: Kind = "p";
  const flush = () => {
    if (lines.length) blocks.push(block(kind, lines));
    lines = [];
  };
  for (const line of source.replace(/\r\n?/g, "\n").split("\n")) {
    if (!line.trim()) {
      flush();
      continue;
    }
    const now = kindOf(line);
    if (now !== kind) flush();
    kind = now;
    lines.push(line);
  }
  flush();
  return blocks;
}
