import { join } from "node:path";
import { EXIT, type Notice, showProblem } from "../errors.ts";
import type { Article, TitledLink } from "../model/article.ts";
import type { FooterText } from "../model/publication.ts";
import { showPath } from "../read/find.ts";
import type { Dropped } from "../read/page/index.ts";
import type { ArticleParts } from "../read/save.ts";
import type { Judged, Recovered } from "../read/text.ts";
import { count } from "../report/human.ts";
import type { Result } from "./command.ts";
import type { NewItems } from "./import-feed.ts";

/** What an import came to. */
export interface Imported {
  readonly slug: string;
  /** As the user would type it. */
  readonly file: string;
  readonly recovered: RecoveredParts;
  readonly missing: readonly string[];
  readonly dropped: readonly { readonly text: string; readonly reason: string }[];
  readonly warnings: readonly string[];
  /** Every line of a copied text; none of others. */
  readonly judged: readonly Judged[];
}

interface RecoveredParts {
  readonly title: string;
  readonly description?: string | undefined;
  readonly author?: string | undefined;
  readonly date?: string | undefined;
  readonly url?: string | undefined;
  readonly image?: string | undefined;
  readonly credit?: string | undefined;
  readonly language?: string | undefined;
  readonly paragraphs: number;
  readonly related?: readonly TitledLink[] | undefined;
  readonly relatedRaw?: string | undefined;
  readonly footer?: {
    readonly message?: string | undefined;
    readonly explore?: readonly string[] | undefined;
  };
}

type Name = Pick<Imported, "slug" | "file">;

const nameOf = ({ slug, file }: Name): Name => ({ slug, file });

export function fromText(recovered: Recovered & { readonly title: string }, name: Name): Imported {
  const { title, description, author, date, credit, relatedRaw, footer, body, missing, judged } = recovered;
  const explore = footer.explore.length > 0 ? footer.explore : undefined;
  const hints =
    footer.message === undefined && explore === undefined ? undefined : { message: footer.message, explore };
  const paragraphs = body.filter(({ kind }) => kind === "paragraph").length;
  return {
    ...nameOf(name),
    recovered: {
      title,
      description,
      author,
      date,
      credit,
      paragraphs,
      relatedRaw,
      ...(hints === undefined ? {} : { footer: hints }),
    },
    missing,
    dropped: judged
      .filter(({ verdict }) => verdict === "dropped")
      .map(({ text, reason }) => ({ text, reason })),
    warnings: body.length === 0 ? ["The text holds a title and no paragraph."] : [],
    judged,
  };
}

export function fromPage(parts: ArticleParts, dropped: readonly Dropped[], name: Name): Imported {
  const { title, description, author, date, url, image, language, related, markdown } = parts;
  const wanted = { url, date, author, image: image?.src };
  return {
    ...nameOf(name),
    recovered: {
      title,
      description,
      ...wanted,
      credit: image?.credit,
      language,
      paragraphs: markdown
        .split(/\n{2,}/)
        .filter(
          (block) => /^[\p{L}\p{N}\p{P}*_[]/u.test(block) && !/^(?:#|!\[|[-*] |\d+\. |>|\|)/.test(block),
        ).length,
      ...(related?.length ? { related } : {}),
    },
    missing: Object.entries(wanted)
      .filter(([, value]) => value === undefined)
      .map(([key]) => key),
    dropped: dropped.map(({ text, reason }) => ({ text: clip(text, LONGEST_DROPPED), reason })),
    warnings: [],
    judged: [],
  };
}

/** Enough to know a dropped block by. */
const LONGEST_DROPPED = 200;

export function fromMarkdown(article: Article, notices: readonly Notice[], name: Name): Imported {
  const { title, description, author, date, url, image, relatedRaw, html } = article;
  const parts = { url, date, author, image: image?.src };
  return {
    ...nameOf(name),
    recovered: {
      title,
      description,
      ...parts,
      credit: image?.credit,
      paragraphs: html.split("<p>").length - 1,
      relatedRaw,
    },
    missing: Object.entries(parts)
      .filter(([, value]) => value === undefined)
      .map(([key]) => key),
    dropped: [],
    warnings: notices.filter(({ code }) => !code.startsWith("missing-")).map(showProblem),
    judged: [],
  };
}

interface View {
  readonly explain: boolean;
  /** The publication's name and footer; undefined without a configuration. */
  readonly publication?: { readonly name: string; readonly footer: FooterText } | undefined;
}

export function showImport(imported: Imported, view: View): Result {
  const { judged: _, ...json } = imported;
  return { exit: EXIT.done, json: () => json, text: () => sentences(imported, view).join("\n") };
}

/** What `--new` brought: a list for scripts, a line an article for people. */
export function showNewItems(
  { firstSight, total, imported, notices }: NewItems,
  warnings: readonly string[],
  { shown, cwd, folder }: { readonly shown: string; readonly cwd: string; readonly folder: string },
): Result {
  const whole = imported.map((each) => ({ ...each, file: showPath(join(folder, each.file), cwd) }));
  const news = firstSight
    ? `First sight of ${shown}: ${total === 1 ? "its one item counts" : `its ${count(total)} items count`} as seen, none was imported. What comes from now on is new.`
    : `${shown}: ${imported.length === 0 ? "nothing new" : `${count(imported.length)} new`}.`;
  const lines = whole.map(({ file, recovered }) => `  ${file}  ${clip(recovered.title, 60)}`);
  const notes = [...warnings, ...notices.map(showProblem)].map((note) => `Note: ${note}`);
  return {
    exit: EXIT.done,
    json: () => whole.map(({ judged: _, title: __, ...json }) => json),
    text: () => [news, ...lines, ...notes].join("\n"),
  };
}

function sentences(imported: Imported, { explain, publication }: View): string[] {
  const { slug, file, missing, dropped, warnings, judged } = imported;
  const lines = [`Imported ${file}`, ...table(partsOf(imported))];
  if (missing.length > 0) lines.push(`Missing: ${missing.join(", ")}. Add them in the front matter.`);
  if (explain && judged.length > 0) lines.push("", ...judged.map(explained));
  else if (explain && dropped.length > 0) lines.push("", "Dropped:", ...dropped.map(whyDropped));
  else if (dropped.length > 0) lines.push("Dropped:", ...dropped.map(whyDropped));
  lines.push(...footerLines(imported, publication), ...warnings.map((warning) => `Note: ${warning}`));
  const first = publication === undefined ? "pressrun init, then " : "";
  return [...lines, "", `Next: ${first}pressrun publish ${slug} --sandbox`];
}

const whyDropped = ({ text, reason }: Imported["dropped"][number]) => `  "${clip(text, 60)}" ${reason}`;

function partsOf({ recovered }: Imported): [string, string | undefined][] {
  const { title, description, author, date, url, image, credit, paragraphs, relatedRaw } = recovered;
  return [
    ["title", title],
    ["dek", description],
    ["author", author],
    ["date", date],
    ["url", url],
    ["image", image],
    ["credit", credit],
    ["body", `${count(paragraphs)} ${paragraphs === 1 ? "paragraph" : "paragraphs"}`],
    ["related", relatedRaw && `${clip(relatedRaw, 50)} (kept as relatedRaw, never sent)`],
  ];
}

function table(rows: readonly (readonly [string, string | undefined])[]): string[] {
  const shown = rows.filter(([, value]) => value !== undefined);
  return shown.map(([label, value = ""]) => `  ${label.padEnd(8)} ${clip(value, 90)}`);
}

function explained({ line, verdict, reason, text }: Judged): string {
  return `  ${String(line).padStart(4)}  ${verdict.padEnd(11)}  ${reason}: "${clip(text, 50)}"`;
}

/** The text's own footer, where the publication's says something else. It is the person's to decide. */
function footerLines({ recovered }: Imported, publication: View["publication"]): string[] {
  const { message, explore } = recovered.footer ?? {};
  const footer = publication?.footer;
  const own = footer?.message?.replaceAll(/\{\{\s*publication\.name\s*\}\}/g, publication?.name ?? "");
  const titles = footer?.explore.map(({ title }) => title) ?? [];
  const rows: [string, string | undefined][] = [
    ["message", message === own ? undefined : message],
    ["explore", explore?.every((label) => titles.includes(label)) ? undefined : explore?.join(", ")],
  ];
  const shown = table(rows);
  if (shown.length === 0) return [];
  return ["The text's own footer, not applied (footer: in pressrun.yaml):", ...shown];
}

function clip(text: string, length: number): string {
  const line = text.replaceAll("\n", " · ");
  const clipped = [...new Intl.Segmenter().segment(line.slice(0, length * 8))].slice(0, length - 1);
  return line.length <= length ? line : `${clipped.map(({ segment }) => segment).join("")}…`;
}
