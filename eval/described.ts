import type { Gold } from "./corpus.ts";

/** An article with a description that a person wrote: not taken from its text, of 8 words and more, not cut off. */
export interface Described extends Gold {
  readonly title: string;
  readonly description: string;
}

/**
 * Splits a corpus in two for good, whatever its order. A site's articles stay together where their address is known:
 * its way to describe them is then not learned on one half and measured on the other.
 */
export function isOdd({ url, body }: Gold): boolean {
  const site =
    url !== undefined && URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, "") : undefined;
  let sum = 0;
  for (const char of site ?? body.slice(0, 400)) sum = (Math.imul(sum, 31) + (char.codePointAt(0) ?? 0)) | 0;
  return ((sum >>> 7) & 1) === 1;
}

export function isDescribed(gold: Gold): gold is Described {
  const { title, description, body } = gold;
  if (title === undefined || description === undefined || body.trim() === "") return false;
  const flat = (text: string) => (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");
  if (/(…|\.\.\.|\[[^\]]*\])$/u.test(description.trim()) || flat(description).split(" ").length < 8)
    return false;
  // Copied ones start, as a rule, as the text does and are cut off somewhere.
  return !flat(body).includes(flat(description).slice(0, 60)) && !flat(title).includes(flat(description));
}
