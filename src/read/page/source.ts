/** Word processors say in their style sheet what is bold. */
const DOCUMENT = ["doc-content", "docs-internal-guid", 'class="docx"', 'class="title"'];

/** May a page be a word processor's document? */
export const mayBeDocument = (html: string) => DOCUMENT.some((mark) => html.includes(mark));

/** What starts something of which nothing is read: comments, style sheets and links to them, drawings, scripts. */
const START = /<(?:!--|(script|style|svg|link)(?=[\s>]))/gi;
const ENDS = { script: /<\/script\s*>/gi, style: /<\/style\s*>/gi, svg: /<\/svg\s*>/gi } as const;

/**
 * A page's HTML without what is not read of it: a third of the elements of many pages, which would be parsed and
 * walked for nothing. One pass; what is never closed stays, and so do JSON-LD and the canonical address.
 */
export function withoutUnread(html: string): string {
  if (mayBeDocument(html)) return html;
  const kept: string[] = [];
  const unclosed = new Set<string>();
  const start = new RegExp(START);
  let from = 0;
  for (let found = start.exec(html); found !== null; found = start.exec(html)) {
    const tag = found[1]?.toLowerCase() ?? "!--";
    const end = unclosed.has(tag) ? undefined : endOf(html, tag, found.index);
    if (end === undefined) {
      unclosed.add(tag);
      continue;
    }
    start.lastIndex = end;
    if (isRead(html, tag, found.index, end)) continue;
    kept.push(html.slice(from, found.index));
    from = end;
  }
  return kept.join("") + html.slice(from);
}

function endOf(html: string, tag: string, at: number): number | undefined {
  if (tag === "script" || tag === "style" || tag === "svg") {
    const end = new RegExp(ENDS[tag]);
    end.lastIndex = at;
    return end.exec(html) === null ? undefined : end.lastIndex;
  }
  const mark = tag === "link" ? ">" : "-->";
  const end = html.indexOf(mark, at);
  return end === -1 ? undefined : end + mark.length;
}

/** Characters of a tag in which it says what it is. */
const TAG = 2000;

function isRead(html: string, tag: string, at: number, end: number): boolean {
  if (tag === "script") return /^[^>]{0,300}ld\+json/i.test(html.slice(at, at + 320));
  return tag === "link" && (end - at > TAG || /canonical/i.test(html.slice(at, end)));
}
