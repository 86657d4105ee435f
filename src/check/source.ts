import type { Place } from "../errors.ts";

/** One article as it was written. */
export interface ArticleFile {
  /** As the user would type it. */
  readonly file: string;
  readonly text: string;
  /** 1-based line on which the body starts. */
  readonly bodyLine: number;
}

/** Finds where something was written. */
export interface Source {
  /** The first line that holds one of `words`, from the most telling to the least; line ends count as spaces. */
  find(...words: readonly (string | undefined)[]): Place | undefined;
  /**
   * The line of a front matter key such as "email.subject", else of the part of it that is there, else the file. Of
   * several articles: the first one that has the key, if any.
   */
  key(path: string): Place | undefined;
}

/** @param files one article's, or those of a digest in its order */
export function createSource(files: readonly ArticleFile[]): Source {
  const sheets = files.map(sheetOf);
  const [only, ...others] = sheets;
  const search = (words: string): Place | undefined => {
    const pattern = flexible(words);
    // The body first: most of what is found there stands in the front matter by chance only.
    for (const part of ["body", "front"] as const)
      for (const sheet of sheets) {
        const found = pattern.exec(sheet[part].text);
        if (found) return placed(sheet, part, found.index);
      }
    return undefined;
  };
  return {
    find(...words) {
      for (const each of words) {
        const place = each === undefined || each.trim() === "" ? undefined : search(each.trim());
        if (place !== undefined) return place;
      }
      return undefined;
    },
    key(path) {
      const keys = path.split(".");
      if (only !== undefined && others.length === 0) return { file: only.file, ...keyLine(only, keys).place };
      // A digest's title is its own, whatever its articles are called.
      const owner = path === "title" ? undefined : sheets.find((sheet) => keyLine(sheet, keys).isWhole);
      return owner && { file: owner.file, ...keyLine(owner, keys).place };
    },
  };
}

/** A file taken apart, each part with the line on which it starts. */
interface Sheet {
  readonly file: string;
  readonly front: { readonly text: string; readonly line: number };
  readonly body: { readonly text: string; readonly line: number };
}

function sheetOf({ file, text, bodyLine }: ArticleFile): Sheet {
  const lines = text.split("\n");
  const front = lines.slice(0, Math.max(bodyLine - 1, 0));
  const body = lines.slice(front.length);
  return {
    file,
    front: { text: front.join("\n"), line: 1 },
    body: { text: body.join("\n"), line: bodyLine },
  };
}

function placed(sheet: Sheet, part: "front" | "body", index: number): Place {
  const { text, line } = sheet[part];
  return { file: sheet.file, line: line + newlines(text.slice(0, index)) };
}

const newlines = (text: string) => text.split("\n").length - 1;

function flexible(words: string): RegExp {
  return new RegExp(words.split(/\s+/).map(literal).join("\\s+"));
}

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

function keyLine({ front }: Sheet, path: readonly string[]) {
  const lines = front.text.split("\n");
  let at = -1;
  let found = 0;
  for (const key of path) {
    const pattern = new RegExp(`^\\s*["']?${literal(key)}["']?\\s*:`);
    const next = lines.findIndex((line, index) => index > at && pattern.test(line));
    if (next < 0) break;
    at = next;
    found += 1;
  }
  return { place: at < 0 ? {} : { line: at + 1 }, isWhole: found === path.length };
}
