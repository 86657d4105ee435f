import type { Article } from "../../model/article.ts";

/** What Forem takes for code, and keeps its Liquid out of (app/services/markdown_processor/parser.rb). */
const CODE = /~{3}[\s\S]*?~{3}|`{3}[\s\S]*?`{3}|`{2}[\s\S]+?`{2}|`[\s\S]+?`/g;

/** The article's Markdown as Forem shows it to readers: text is never a template of theirs, nor options of theirs. */
export function markdownOf({ body, url }: Article): string {
  let end = 0;
  let made = "";
  for (const { 0: code, index } of body.matchAll(CODE)) {
    made += proseOf(body.slice(end, index), url) + code;
    end = index + code.length;
  }
  return withoutOptions((made + proseOf(body.slice(end), url)).trim());
}

function proseOf(text: string, base: string | undefined): string {
  return withoutLiquid(withWholeLinks(withoutLocalImages(text), base));
}

/** `{% tag %}` and `{{ value }}` (https://dev.to/p/editor_guide): an entity shows the same, and does nothing. */
const withoutLiquid = (text: string) => text.replace(/\{(?=[%{])/g, "&#123;");

/** At the very beginning `---` opens options, such as another title (front matter); `***` is the same line. */
const withoutOptions = (text: string) =>
  text.replace(/^-{3,}[ \t]*$/m, (line, at) => (at === 0 ? "***" : line));

/** Pictures that nobody else can fetch: what they show is said instead. */
function withoutLocalImages(text: string): string {
  return text.replace(/!\[([^\]]{0,1000})\]\((?!https?:\/\/)[^)]{0,4000}\)/gi, (_, alt: string) =>
    alt.trim() === "" ? "" : `*${alt.trim()}*`,
  );
}

/** Links within the site lead to the site. */
function withWholeLinks(text: string, base: string | undefined): string {
  if (base === undefined) return text;
  return text.replace(/\]\((?![a-z][a-z\d+.-]*:|#)([^()\s]+)/gi, (link, target: string) =>
    URL.canParse(target, base) ? `](${new URL(target, base).href}` : link,
  );
}

/** Plain text as Markdown that shows it. */
export function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~]/g, "\\$&").replace(/\{/g, "&#123;");
}
