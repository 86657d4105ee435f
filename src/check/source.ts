import type { Place } from "../errors.ts";

/** Finds where in the article's file something was written. */
export interface Source {
  /** The first line that holds one of `words`, from the most telling to the least; line ends count as spaces. */
  find(...words: readonly (string | undefined)[]): Place | undefined;
  /** The line of a front matter key such as "email.subject", else of the part of it that is there, else the file. */
  key(path: string): Place;
}

/**
 * @param file as the user would type it
 * @param bodyLine 1-based line on which the body starts
 */
export function createSource(file: string, text: string, bodyLine: number): Source {
  const lines = text.split("\n");
  const front = lines.slice(0, Math.max(bodyLine - 1, 0));
  const body = lines.slice(front.length).join("\n");
  const search = (words: string): Place | undefined => {
    const pattern = flexible(words);
    // The body first: most of what is found there stands in the front matter by chance only.
    const inBody = pattern.exec(body);
    if (inBody) return { file, line: bodyLine + newlines(body.slice(0, inBody.index)) };
    const inFront = pattern.exec(front.join("\n"));
    return inFront ? { file, line: 1 + newlines(front.join("\n").slice(0, inFront.index)) } : undefined;
  };
  return {
    find(...words) {
      for (const each of words) {
        const place = each === undefined || each.trim() === "" ? undefined : search(each.trim());
        if (place !== undefined) return place;
      }
      return undefined;
    },
    key: (path) => ({ file, ...keyLine(front, path.split(".")) }),
  };
}

const newlines = (text: string) => text.split("\n").length - 1;

function flexible(words: string): RegExp {
  return new RegExp(words.split(/\s+/).map(literal).join("\\s+"));
}

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

function keyLine(front: readonly string[], path: readonly string[]): { readonly line?: number } {
  let at = -1;
  for (const key of path) {
    const pattern = new RegExp(`^\\s*["']?${literal(key)}["']?\\s*:`);
    const found = front.findIndex((line, index) => index > at && pattern.test(line));
    if (found < 0) break;
    at = found;
  }
  return at < 0 ? {} : { line: at + 1 };
}
