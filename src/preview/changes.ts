/** The id of the block that the frame scrolls to. */
export const CHANGED = "pressrun-changed";

/** Blocks that can be scrolled to, and carry no id: article HTML has none. */
const BLOCK = /<(?:p|h[1-6]|li|blockquote|pre|figure|img|tr)\b/gi;

/** What each frame showed last: a sandboxed frame cannot be asked where it was scrolled to, so it opens where it changed. */
export class Changes {
  readonly #shown = new Map<string, { readonly html: string; readonly marked: string }>();

  /** `html` with its changed block marked; as it was marked before where nothing changed. */
  mark(frame: string, html: string): string {
    const before = this.#shown.get(frame);
    if (before?.html === html) return before.marked;
    const marked = before === undefined ? html : markChange(before.html, html);
    this.#shown.set(frame, { html, marked });
    return marked;
  }
}

/** Marks the block of `after` in which it first differs from `before`. */
export function markChange(before: string, after: string): string {
  const first = firstDifference(before, after);
  if (first === undefined) return after;
  const block = [...after.slice(0, first).matchAll(BLOCK)].at(-1);
  if (block === undefined) return after;
  const end = block.index + block[0].length;
  return `${after.slice(0, end)} id="${CHANGED}"${after.slice(end)}`;
}

function firstDifference(a: string, b: string): number | undefined {
  if (a === b) return undefined;
  const length = Math.min(a.length, b.length);
  let index = 0;
  while (index < length && a[index] === b[index]) index += 1;
  return index;
}
