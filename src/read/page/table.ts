import type TurndownService from "turndown";
import { type Element, wordsOf } from "./dom.ts";

/** Cells of a table that is data hold a line or two; longer ones are a page laid out in cells. */
const LONGEST_CELL = 400;
/** What a cell of data never holds. */
const LAYOUT = "table, pre, blockquote, h1, h2, h3, h4, h5, h6, hr, figure";

/**
 * Tables of data become Markdown's, cells that span others as often as they span them. What is laid out in cells is
 * no table to a reader, and becomes its blocks.
 */
export function addTableRules(service: TurndownService): void {
  const texts = new WeakMap<Element, string>();
  const isTable = new WeakMap<Element, boolean>();
  const inTable = (cell: Element) => {
    const table = cell.closest("table");
    if (table === null) return false;
    const known = isTable.get(table) ?? isData(table);
    isTable.set(table, known);
    return known;
  };
  service.addRule("table cell", {
    filter: ["td", "th"],
    replacement: (content, node) => {
      const cell = node as Element;
      if (!inTable(cell)) return `\n\n${content.trim()}\n\n`;
      texts.set(cell, oneCell(content));
      return "";
    },
  });
  service.addRule("table part", {
    filter: ["tr", "thead", "tbody", "tfoot"],
    replacement: (content) => content,
  });
  service.addRule("table columns", { filter: ["colgroup", "col"], replacement: () => "" });
  service.addRule("table", {
    filter: "table",
    replacement: (content, node) => {
      const table = node as Element;
      if (!(isTable.get(table) ?? false)) return `\n\n${content.trim()}\n\n`;
      // What stands beside its cells is its caption.
      return `\n\n${content.trim()}\n\n${written(table, texts)}\n\n`;
    },
  });
}

function isData(table: Element): boolean {
  if (/^(?:presentation|none)$/.test(table.getAttribute("role") ?? "")) return false;
  if (table.querySelector(LAYOUT) !== null || table.closest("td") !== null) return false;
  const rows = rowsOf(table);
  const cells = rows.map((row) => [...row.children]);
  return (
    rows.length > 1 &&
    cells.some((row) => row.length > 1) &&
    cells.flat().every((cell) => (cell.textContent?.length ?? 0) <= LONGEST_CELL)
  );
}

function rowsOf(table: Element): Element[] {
  return [...table.querySelectorAll("tr")].filter(({ firstElementChild }) => firstElementChild !== null);
}

/** "a\n\n- b" → "a<br>- b". */
function oneCell(content: string): string {
  return content
    .trim()
    .replace(/\s*\n\s*/g, "<br>")
    .replace(/(?<!\\)\|/g, "\\|");
}

/** Cells across and down are counted up to here: more is a mistake of the page. */
const MOST_SPANNED = 50;

function written(table: Element, texts: WeakMap<Element, string>): string {
  const rows = rowsOf(table);
  const grid = gridOf(rows, texts);
  const width = grid.reduce((most, row) => Math.max(most, row.length), 0);
  const lines = grid.map((row) => Array.from({ length: width }, (_, column) => row[column] ?? ""));
  const [first = []] = lines;
  const isHead = rows[0] !== undefined && isHeading(rows[0], first);
  const head = isHead ? first.map(withoutBold) : first.map(() => "");
  const body = isHead ? lines.slice(1) : lines;
  const cells = rows.map((row) => [...row.children]);
  const rule = head.map((_, column) => RULES[alignmentOf(cells, column)] ?? "---");
  return [head, rule, ...body].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function gridOf(rows: readonly Element[], texts: WeakMap<Element, string>): string[][] {
  const grid: string[][] = rows.map(() => []);
  for (const [index, row] of rows.entries()) {
    let column = 0;
    for (const cell of row.children) {
      while (grid[index]?.[column] !== undefined) column++;
      place(cell, texts.get(cell) ?? "", grid.slice(index, index + spanOf(cell, "rowspan")), column);
      column += spanOf(cell, "colspan");
    }
  }
  return grid;
}

/** Its text in the first of the cells that it spans. */
function place(cell: Element, text: string, lines: readonly string[][], column: number): void {
  const across = spanOf(cell, "colspan");
  for (const [below, line] of lines.entries())
    for (let right = 0; right < across; right++)
      line[column + right] = below === 0 && right === 0 ? text : "";
}

function spanOf(cell: Element, name: string): number {
  const span = Number.parseInt(cell.getAttribute(name) ?? "1", 10);
  return span > 1 ? Math.min(span, MOST_SPANNED) : 1;
}

/** Its first row heads a table where it says so, or where it alone is bold from end to end. */
function isHeading(row: Element, texts: readonly string[]): boolean {
  const cells = [...row.children];
  if (row.closest("thead") !== null || cells.every(({ localName }) => localName === "th")) return true;
  const filled = texts.filter((text) => text !== "");
  return filled.length > 1 && filled.every((text) => BOLD.test(text));
}

const BOLD = /^\*\*(?:(?!\*\*).)+\*\*$/;
const withoutBold = (text: string) => (BOLD.test(text) ? text.slice(2, -2) : text);

const RULES: Readonly<Record<string, string>> = { left: ":---", right: "---:", center: ":---:" };

/** As most cells of a column say it; a first row that says nothing does not count. */
function alignmentOf(cells: readonly (readonly Element[])[], column: number): string {
  const said = cells.flatMap((row) => {
    const cell = row[column];
    if (cell === undefined || wordsOf(cell) === "") return [];
    const style = /text-align:\s*(left|right|center)/i.exec(cell.getAttribute("style") ?? "")?.[1];
    return [(style ?? cell.getAttribute("align") ?? "").toLowerCase()];
  });
  const counted = (name: string) => said.filter((each) => each === name).length * 2 > said.length;
  return Object.keys(RULES).find(counted) ?? "";
}
