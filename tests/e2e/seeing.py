"""What must hold on every screen for everybody: axe's rules, and what axe cannot see.

Invariants: a finding names the rule and the element; what is scrolled out of view is not judged where it is not.
"""

from typing import Any, Final

from playwright.sync_api import Page

from launch.settings import ROOT

AXE = ROOT / "webchat" / "node_modules" / "axe-core" / "axe.min.js"
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_RUN_AXE = """async (tags) => {
  const { violations } = await axe.run(document, {
    runOnly: tags,
    resultTypes: ["violations"],
    // Behind the drawer of the customer lies the heading of the page.
    rules: { "page-has-heading-one": { enabled: !document.querySelector("[inert]") } },
  });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}"""

_LOOK = """() => {
  const found = [];
  const named = (node) => node.outerHTML.slice(0, 140);
  const wide = document.documentElement;
  if (wide.scrollWidth > innerWidth) found.push(`overflow: ${wide.scrollWidth} > ${innerWidth}`);
  const root = document.querySelector("dialog[open]") ?? document;
  const controls = root.querySelectorAll("a[href], button, input, select, textarea, summary, [role=option]");
  const shown = (node, box) => {
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || !box.width) return false;
    if (node.closest("[inert]")) return false;
    for (let at = node.parentElement; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (!/auto|scroll|hidden/.test(style.overflowY + style.overflowX)) continue;
      const clip = at.getBoundingClientRect();
      const x = box.x + box.width / 2;
      const y = box.y + box.height / 2;
      if (x < clip.left || x > clip.right || y < clip.top || y > clip.bottom) return false;
    }
    return true;
  };
  for (const node of controls) {
    const box = node.getBoundingClientRect();
    if (!shown(node, box)) continue;
    const x = box.x + box.width / 2;
    const y = box.y + box.height / 2;
    if (y < 0 || y > innerHeight) continue;
    if (x < 0 || x > innerWidth) found.push(`outside: ${named(node)}`);
    else {
      const hit = document.elementFromPoint(x, y);
      const label = node.closest("label");
      if (hit !== node && !node.contains(hit) && !(label && label.contains(hit)))
        found.push(`covered by ${hit?.outerHTML.slice(0, 80)}: ${named(node)}`);
    }
    if (box.width < 24 || box.height < 24) found.push(`${box.width} x ${box.height}: ${named(node)}`);
  }
  for (const node of root.querySelectorAll(".button, .tag, h1, h2, h3"))
    if (node.checkVisibility() && node.scrollWidth > node.clientWidth + 1 && !/hidden|clip/.test(getComputedStyle(node).overflowX))
      found.push(`spills: ${named(node)}`);
  return found;
}"""

_FOCUS = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const box = node.getBoundingClientRect();
  const style = getComputedStyle(node);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return { what: node.outerHTML.slice(0, 120), ring, inside };
}"""


def faults(page: Page) -> list[str]:
    """What is wrong with the screen as it is."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE.read_text())
    broken: list[str] = page.evaluate(_RUN_AXE, RULES)
    seen: list[str] = page.evaluate(_LOOK)
    return broken + seen


def tab_walk(page: Page, most: int = 60) -> list[str]:
    """What is wrong on the way of the Tab key through the screen; it must end where it began, or leave the page."""
    wrong: list[str] = []
    first: str | None = None
    for step in range(most):
        page.keyboard.press("Tab")
        at: dict[str, Any] | None = page.evaluate(_FOCUS)
        if at is None:
            if step:
                break
            continue
        if at["what"] == first:
            break
        first = first or at["what"]
        if not at["ring"]:
            wrong.append(f"no ring: {at['what']}")
        if not at["inside"]:
            wrong.append(f"out of sight: {at['what']}")
    return wrong
