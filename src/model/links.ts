/** An address in running text. */
export interface FoundLink {
  readonly index: number;
  readonly url: string;
}

/** Neither an ellipsis nor a full stop, a comma or a bracket of Chinese and Japanese stands in an address as it is. */
const ADDRESS = /https?:\/\/[^\s<>"“”„«»‹›…。、，；：！？（）「」『』《》【】]+/giu;

/** Every http(s) address in `text`, without the punctuation of the sentence around it. */
export function linksIn(text: string): readonly FoundLink[] {
  return [...text.matchAll(ADDRESS)]
    .map(({ 0: match, index }) => ({ index, url: parseable(withoutTrail(match)) }))
    .filter(({ url }) => URL.canParse(url));
}

/** No host mixes writings freely: text that follows "https://example.org" without a space is none of it. */
function parseable(url: string): string {
  if (URL.canParse(url)) return url;
  const [start = ""] = /^[\x21-\x7e]*/.exec(url) ?? [];
  return withoutTrail(start);
}

/** "(see https://example.org/a_(b))." ends before the last bracket. */
function withoutTrail(url: string): string {
  let unopened = countOf(")", url) - countOf("(", url);
  let end = url.length;
  for (; end > 0; end -= 1) {
    const last = url[end - 1] ?? "";
    if (last === ")" && unopened > 0) unopened -= 1;
    else if (!".,;:!?'’".includes(last)) break;
  }
  return url.slice(0, end);
}

const countOf = (char: string, text: string) => text.split(char).length - 1;
