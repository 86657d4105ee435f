import { createHash } from "node:crypto";

/** What a slug may be. It names files and enters delivery keys. */
export const SLUG = /^[a-z0-9-]{1,80}$/;
const MAX_LENGTH = 80;

/** Latin letters that Unicode does not take apart into a base letter and a mark. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ħ: "h",
  ı: "i",
  ŋ: "ng",
};

/** "Łódź: Don’t Panic" → "lodz-dont-panic"; undefined where most letters are not Latin, or none is left. */
export function slugify(text: string): string | undefined {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (latin * 2 < letters) return undefined;
  const words = text
    .toLowerCase()
    .replace(/\P{ASCII}/gu, (char) => LETTERS[char] ?? char)
    .normalize("NFKD")
    .replace(/[\p{M}'’‘`]/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return words === "" ? undefined : shorten(words);
}

/** At most 80 characters, cut between words where there is one. */
function shorten(words: string): string {
  if (words.length <= MAX_LENGTH) return words;
  const end = words.lastIndexOf("-", MAX_LENGTH);
  return words.slice(0, end > 0 ? end : MAX_LENGTH);
}

/** A slug for any title: from its letters, else from the source's name, else from its hash. */
export function makeSlug(title: string, sourceName?: string): string {
  const hash = () => createHash("sha256").update(title).digest("hex").slice(0, 8);
  return slugify(title) ?? slugify(sourceName ?? "") ?? `article-${hash()}`;
}
