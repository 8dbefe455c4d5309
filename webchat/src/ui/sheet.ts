/**
 * Style sheets without a style element: nothing a strict content security policy could refuse.
 */

/** A constructable sheet of `text`. */
export function sheet(text: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}

/** Adds sheets to a document or a shadow root. */
export function adopt(root: DocumentOrShadowRoot, ...texts: string[]): void {
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...texts.map(sheet)];
}
