import type { OtherArticle } from "../context.ts";
import { quote, type Rule } from "../rule.ts";
import type { Subject } from "../subject.ts";

/** What makes two addresses the same page: campaign parameters, fragments and a last slash do not. */
function canonical(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, pathname, searchParams } = new URL(url);
  for (const name of [...searchParams.keys()])
    if (/^(utm_|fbclid$|gclid$)/.test(name)) searchParams.delete(name);
  return `${host.replace(/^www\./, "")}${pathname.replace(/\/$/, "")}?${searchParams}`;
}

const folded = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

function sameUrl({ edition, context }: Subject): readonly OtherArticle[] {
  const { url } = edition.article;
  if (url === undefined) return [];
  return context.others.filter((other) => other.url !== undefined && canonical(other.url) === canonical(url));
}

function sameTitle({ edition, context }: Subject): readonly OtherArticle[] {
  const title = folded(edition.article.title);
  return context.others.filter(
    (other) => other.title !== undefined && title !== "" && folded(other.title) === title,
  );
}

const isPublished = ({ slug }: OtherArticle, { context }: Subject) => context.published.has(slug);

export const DUPLICATE_RULES: readonly Rule[] = [
  {
    id: "duplicate-published-url",
    severity: "error",
    part: "article",
    what: "an article with the url of another one that was published",
    why: "Readers would get it twice: the ledger knows articles by their slug.",
    find: (subject) =>
      sameUrl(subject)
        .filter((other) => isPublished(other, subject))
        .map(({ slug, file }) => ({
          message: `${file} has the same url and was published.`,
          next: `Give this one its own url, or publish "${slug}" with --correction.`,
          place: subject.source.key("url"),
        })),
  },
  {
    id: "duplicate-url",
    severity: "warning",
    part: "article",
    what: "an article with the url of another one that is not published yet",
    why: "One of the two leads readers to the wrong page.",
    find: (subject) =>
      sameUrl(subject)
        .filter((other) => !isPublished(other, subject))
        .map(({ file }) => ({
          message: `${file} has the same url.`,
          next: "Give each article its own.",
          place: subject.source.key("url"),
        })),
  },
  {
    id: "duplicate-title",
    severity: "warning",
    part: "article",
    what: "an article with the title of another one",
    why: "Inboxes put mails of one subject together, and readers skip the second.",
    find: (subject) =>
      sameTitle(subject).map(({ file }) => ({
        message: `${file} has the same title, ${quote(subject.edition.article.title)}.`,
        next: "Write another, or another `email: {subject: …}`.",
        place: subject.source.key("title"),
      })),
  },
  {
    id: "related-self",
    severity: "warning",
    part: "article",
    what: "a related link that leads to the article itself, or stands there twice",
    why: "Readers have just read it.",
    find: ({ edition, source }) => {
      const { url, related } = edition.article;
      const seen = new Set(url === undefined ? [] : [canonical(url)]);
      return related.flatMap((link) => {
        const address = canonical(link.url);
        if (!seen.has(address)) {
          seen.add(address);
          return [];
        }
        return [
          {
            message: `The related link ${quote(link.title)} leads where the reader has been, or twice to one page.`,
            next: "Take it out.",
            place: source.find(link.title) ?? source.key("related"),
          },
        ];
      });
    },
  },
];
