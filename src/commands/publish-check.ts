import type { App } from "../app.ts";
import { type CheckContext, checkErrors } from "../check/index.ts";
import { type Notice, type Place, type Problem, UserError } from "../errors.ts";
import { endpointOf, isLoopback } from "../mail/endpoint.ts";
import type { Edition } from "../model/edition.ts";
import type { Finding } from "../model/finding.ts";
import type { Override } from "../model/ledger.ts";
import type { Plan } from "../model/plan.ts";
import { gather } from "./check-context.ts";
import { readShelf } from "./shelf.ts";

/** What check would call errors, as far as a run is concerned. */
export async function errorsOf(
  app: App,
  edition: Edition,
  notices: readonly Notice[],
): Promise<readonly Finding[]> {
  const { context } = await gather(app, edition, await readShelf(app.paths), notices);
  const found = (await checkErrors(edition, context)).map((each) => ({
    ...each,
    place: each.place ?? whole(context),
  }));
  return staysHere(app) ? found.filter(({ id }) => id !== "link-private") : found;
}

/** What is not in one line is in the article; a digest has several. */
function whole({ files: [only, ...others] }: CheckContext): Place | undefined {
  return only && others.length === 0 ? { file: only.file } : undefined;
}

/** A link to this machine is wrong for readers elsewhere, and right where the mail goes no farther than a test server. */
function staysHere({ config }: App): boolean {
  const servers = config.email?.servers ?? [];
  return config.sandbox || servers.every((server) => isLoopback(endpointOf(server).host));
}

/** What a run brings to check's errors. */
export interface Leniency {
  /** --force: they are let through, and the ledger remembers it. */
  readonly force: boolean;
  /** What reading and composing noticed. */
  readonly notices: readonly Notice[];
  /** The errors, where they are known already. */
  readonly errors?: readonly Finding[] | undefined;
  /** What to type after `check` to see them all. */
  readonly names: string;
}

/**
 * The yes to a plan, given only to an edition without errors: they keep it from being published, unless they are
 * forced, or were for this revision before. A hard one is never forced.
 * @throws UserError that names each finding, its place and what to do.
 */
export function unlessFaulty(
  app: App,
  edition: Edition,
  { force, notices, errors: known, names }: Leniency,
  confirm: (plan: Plan) => Promise<boolean>,
): (plan: Plan) => Promise<boolean> {
  return async (plan) => {
    const errors = (known ?? (await errorsOf(app, edition, notices))).filter((error) =>
      concerns(error, plan),
    );
    if (errors.length === 0) return confirm(plan);
    const ledger = await app.ledger();
    const { slug } = edition.article;
    const forced = (await ledger.overrides(slug)).filter(({ revision }) => revision === edition.revision);
    const open = errors.filter((error) => error.hard || !forced.some((earlier) => isSame(earlier, error)));
    if (open.some(({ hard }) => hard || !force)) throw refusal(edition, open, names);
    for (const error of open) app.reporter.notice(problemOf(error));
    if (!(await confirm(plan))) return false;
    await ledger.override(open.map((error) => overrideOf(error, edition, app.run.now())));
    return true;
  };
}

/** A run of posts alone cannot break the newsletter, and the other way round. */
function concerns({ part }: Finding, { channels }: Plan): boolean {
  if (part.startsWith("post:")) return channels.some(({ channel }) => part === `post:${channel}`);
  const isMail = part === "newsletter" || part === "text" || part === "headers";
  return !isMail || channels.some(({ draft }) => draft.kind === "mail");
}

function overrideOf({ id, part, message }: Finding, { article, revision }: Edition, at: Date): Override {
  return { slug: article.slug, revision, id, part, message, at: at.toISOString() };
}

/** What is said of a finding may count bytes or days, which change from run to run: its rule and part do not. */
const isSame = (a: Override, b: Finding) => a.id === b.id && a.part === b.part;

/** A rehearsal tells what would keep the edition from being published, and goes on. */
export async function warnOfFaults(
  app: App,
  edition: Edition,
  { notices, errors: known }: Pick<Leniency, "notices" | "errors">,
): Promise<void> {
  const errors = known ?? (await errorsOf(app, edition, notices));
  for (const error of errors) app.reporter.notice(problemOf(error));
  if (errors.length === 0) return;
  app.reporter.notice({
    code: "would-be-refused",
    message: `Publishing "${edition.article.title}" will be refused for ${errors.length > 1 ? "these" : "this"}.`,
    next: errors.some(({ hard }) => hard) ? "Mend it first." : "Mend it first, or publish with --force.",
  });
}

function refusal(edition: Edition, errors: readonly Finding[], names: string): UserError {
  const { title } = edition.article;
  const count = errors.length === 1 ? "an error" : `${errors.length} errors`;
  const hard = errors.filter((error) => error.hard).map(({ id }) => id);
  const way =
    hard.length > 0
      ? `--force does not help against ${hard.join(", ")}`
      : "publish all the same with --force";
  return new UserError([
    ...errors.map((error) => problemOf(error)),
    {
      code: "refused-by-check",
      message: `"${title}" was not published: check found ${count} in it, and nothing was sent.`,
      next: `See everything with \`pressrun check ${names}\`; ${way}.`,
    },
  ]);
}

function problemOf({ id, message, next, place }: Finding): Problem {
  return { code: id, message: `${id}: ${message}`, next, place };
}
