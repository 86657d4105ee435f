import { loadMjml } from "./load-mjml.ts";

/** One thing that mjml finds wrong, on a line of what it was given. */
export interface MjmlFault {
  readonly line: number;
  readonly message: string;
  readonly tagName: string;
}

/**
 * MJML to HTML: no web fonts, no includes, strict.
 * @returns the HTML, or what is wrong.
 */
export async function compileMjml(mjml: string): Promise<string | readonly MjmlFault[]> {
  try {
    const { html } = await loadMjml()(mjml, { fonts: {}, validationLevel: "strict" });
    return trimIndentation(html);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { errors } = error as { readonly errors?: readonly MjmlFault[] };
    if (errors !== undefined) return errors;
    if (/^(Parsing failed|Malformed MJML)/.test(error.message)) {
      return [{ line: 1, message: "it is not one <mjml> element with a <mj-body> in it", tagName: "mjml" }];
    }
    throw error;
  }
}

/** The same in a process that ends: mjml takes 50 MB, which a run of hours would hold from its first second on. */
export async function compileMjmlApart(mjml: string): Promise<string | readonly MjmlFault[]> {
  const { runApart } = await import("../own-process.ts");
  return JSON.parse((await runApart("compose/mjml-process", mjml)).toString());
}

/** Indentation is a fifth of what mjml writes. Where white space shows, it stays. */
function trimIndentation(html: string): string {
  return html
    .split(/(<(pre|textarea)\b[\s\S]*?<\/\2>)/i)
    .filter((_, index) => index % 3 !== 2)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(/^[ \t]+|(?<![ \t])[ \t]+$/gm, "").replace(/\n+/g, "\n"),
    )
    .join("")
    .trim();
}
