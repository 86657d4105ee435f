// docs/check.md, made from the table of rules that the tool runs.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "../src/check/rule.ts";
import { RULES } from "../src/check/rules.ts";

const FILE = join(import.meta.dirname, "../docs/check.md");

const INTRODUCTION = `# What \`pressrun check\` finds

\`pressrun check my-article\` composes the whole edition, sends nothing, and lists what its readers would stumble over: each
finding with the file and line where it was written, and what to do. Without an article it checks every one in
\`content/articles\` that is not a draft. It exits 1 when there are errors, else 0; an article
that cannot be read is an error too, and the exit code 2. \`--json\` gives the same to a script.

An **error** keeps the article from being published, in the sandbox too: \`publish\` looks for errors before anything
leaves, names them and exits 2. With \`--force\` it publishes all the same; the ledger remembers what was let through, \`status\`
shows it, and later runs of that article are not refused for it again. \`size-clipped\` alone cannot be forced: what mail
programs cut off takes the way out of the list with it; \`email.fit\` in pressrun.yaml makes the newsletter fit. A dry run and \`--test\` only say what would be refused.
Errors of the newsletter are no reason to refuse a run of posts alone, nor \`link-private\` one whose mail stays on this machine.
A **warning** stops nothing.

\`pressrun check one two --digest\` (with \`--slug\` and \`--title\` as for \`publish\`) looks at the digest of several articles; each
finding names the article that it is in (in \`--json\` as \`file\`).

\`--browser\` also renders the newsletter in the Chromium, Chrome, Edge or Brave that is installed (or that \`CHROME_PATH\`
names), 640, 375 and 320 pixels wide, light and dark, and keeps the screenshots in \`out/<slug>/screenshots/\`. What
[axe](https://github.com/dequelabs/axe-core) finds becomes \`axe-<its rule>\` (an error where axe calls it critical or serious),
what is wider than the window \`overflow\`, an error. Nothing is fetched: images on the web are left out of the picture.
\`playwright-core\` and \`axe-core\` do not come with pressrun: install them where pressrun is.

\`--spam\` also gives the mail to SpamAssassin (\`spamassassin\` on the PATH; local stock rules alone, nothing is looked up,
nothing is learned) and shows the rules that scored. From the score on that counts as spam the finding \`spam-score\` is an
error.

The size is that of the recipient whose copy is longest. Contrast is worked out from the newsletter's own styles, in the
light and with its rules for \`prefers-color-scheme: dark\`. Code in the article (between backquotes, or indented) is exempt
from the rules on leftovers and placeholders.
`;

/** A cell: no character of it draws the table or is markup. */
const cell = (text: string) => text.replace(/[|<>*]/g, (char) => `\\${char}`);

function row({ id, severity, part, what, why }: Rule): string {
  return `| \`${id}\` | ${severity} | ${part === "post" ? "post:*channel*" : part} | ${cell(what)} | ${cell(why)} |`;
}

/** The whole page. */
export function rulesText(): string {
  const head = ["| rule | severity | part | what it finds | why |", "|---|---|---|---|---|"];
  return `${INTRODUCTION}
## The ${RULES.length} rules

${[...head, ...RULES.map(row)].join("\n")}
`;
}

if (import.meta.main) writeFileSync(FILE, rulesText());
