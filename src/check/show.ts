import { dirname } from "node:path";
import { showPlace } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import type { SpamReport } from "./spam.ts";

/** What `check` found about one article. */
export interface CheckedArticle {
  readonly slug: string;
  /** The slug where it could not be composed. */
  readonly title: string;
  /** Its file, as the user would type it; of a digest all of them. */
  readonly files: readonly string[];
  readonly findings: readonly Finding[];
  readonly spam?: SpamReport | undefined;
  /** Files that `--browser` wrote, as the user would type them. */
  readonly screenshots?: readonly string[] | undefined;
  /** Nothing could be made of it: the findings are what kept it from that. */
  readonly isUnreadable?: boolean;
}

export function countOf(
  { findings }: Pick<CheckedArticle, "findings">,
  severity: Finding["severity"],
): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

/** Every article by part, errors first, and the counts in the last line. */
export function showChecked(articles: readonly CheckedArticle[]): string {
  if (articles.length === 0) return "There is no article to check.";
  return [...articles.map(showArticle), showCounts(articles)].join("\n\n");
}

function showArticle({ title, files, findings, spam, screenshots = [] }: CheckedArticle): string {
  const parts = [...Map.groupBy(findings, ({ part }) => part)].map(
    ([part, found]) => `${part}\n${found.toSorted(bySeverity).map(showFinding).join("\n")}`,
  );
  const spamPart = spam === undefined ? [] : [showSpam(spam)];
  const [shot] = screenshots;
  const seen = shot === undefined ? [] : [`Screenshots: ${dirname(shot)}/`];
  const body = parts.length > 0 ? parts : ["Nothing to mend."];
  return [`${title} (${files.join(", ")})`, ...body, ...spamPart, ...seen].join("\n\n");
}

function bySeverity(a: Finding, b: Finding): number {
  return a.severity === b.severity ? 0 : a.severity === "error" ? -1 : 1;
}

function showFinding({ severity, id, message, next, place }: Finding): string {
  const where = place === undefined ? "" : `  ${showPlace(place)}`;
  return `  ${severity.padEnd(7)}  ${id}${where}\n    ${`${message} ${next}`.trim()}`;
}

function showCounts(articles: readonly CheckedArticle[]): string {
  const sum = (severity: Finding["severity"]) =>
    articles.reduce((total, article) => total + countOf(article, severity), 0);
  const counts = `${plural(sum("error"), "error")}, ${plural(sum("warning"), "warning")}`;
  return articles.length === 1 ? counts : `${counts} in ${plural(articles.length, "article")}`;
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

function showSpam({ score, required, rules }: SpamReport): string {
  const rows = rules.map(({ points, name, what }) => `  ${points.toFixed(1).padStart(5)}  ${name}  ${what}`);
  return [`SpamAssassin: ${score} points, ${required} would be spam`, ...rows].join("\n");
}

/** The document of `check --json` for one article: product names, in their order. */
export function checkedJson(article: CheckedArticle): object {
  const { slug, files, findings, spam, screenshots } = article;
  return {
    article: slug,
    findings: findings.map(({ id, severity, part, message, place }) => ({
      id,
      severity,
      part,
      message,
      // Of a digest alone: elsewhere it is the article's.
      ...(files.length > 1 && place && { file: place.file }),
      ...(place?.line !== undefined && { line: place.line }),
    })),
    errors: countOf(article, "error"),
    warnings: countOf(article, "warning"),
    ...(spam && { spam }),
    ...(screenshots && { screenshots }),
  };
}
