import { EXIT, type Problem, UserError } from "../errors.ts";
import type { Article } from "../model/article.ts";
import type { Reason } from "../model/delivery.ts";
import type { Edition } from "../model/edition.ts";
import type { LockHolder } from "../model/ledger.ts";
import type { Halt } from "./pace.ts";
import type { DeliveredEdition } from "./revision.ts";

/** What a person allowed on the command line. */
export interface Permission {
  readonly sandbox: boolean;
  /** --now: a `publish_at` in the future is no reason to wait. */
  readonly now: boolean;
}

/** @throws UserError for an article that is not meant to go out, or not yet. */
export function unready(article: Article, now: Date, allowed: Permission): void {
  const place = { file: article.file };
  if (article.draft && !allowed.sandbox) {
    throw new UserError({
      code: "draft",
      message: `"${article.title}" is a draft.`,
      next: "Take `draft: true` out of its front matter, or look at it with --sandbox, --dry-run or --test.",
      place,
    });
  }
  const { publishAt } = article;
  if (publishAt !== undefined && new Date(publishAt) > now && !allowed.sandbox && !allowed.now) {
    throw new UserError({
      code: "too-early",
      message: `"${article.title}" is to be published at ${publishAt}.`,
      next: "Wait until then, or send it at once with --now.",
      place,
    });
  }
}

/**
 * Readers who got the article and readers who get it later get the same one.
 * @param newest what was delivered last of it, in any revision.
 * @throws UserError when title, description, body or image changed since.
 */
export function changedBody(
  edition: Edition,
  newest: DeliveredEdition | undefined,
  { sandbox }: Permission,
): void {
  if (newest === undefined || newest.revision < edition.revision) return;
  if (newest.bodyHash === edition.bodyHash) return;
  throw new UserError({
    code: "changed-body",
    message: `"${edition.article.title}" was changed${orOrder(edition)} after ${newest.deliveries} of its deliveries.`,
    next: `Undo the change, or give --correction: those who have it get it again, marked as a correction${sandbox ? "; or delete .pressrun/sandbox to rehearse from the start" : ""}.`,
    place: { file: edition.article.file },
  });
}

const orOrder = ({ article }: Edition) =>
  article.members === undefined ? "" : ", or its articles are named in another order,";

/** @throws UserError where one article is named twice. */
export function twins(articles: readonly Pick<Article, "slug">[]): void {
  const slugs = articles.map(({ slug }) => slug);
  const twin = slugs.find((slug, index) => slugs.indexOf(slug) !== index);
  if (twin === undefined) return;
  throw new UserError({
    code: "named-twice",
    message: `"${twin}" is named twice.`,
    next: "Name each article once.",
  });
}

export function held(slug: string, by: LockHolder): UserError {
  return new UserError(
    {
      code: "held",
      message: `Another run has held "${slug}" since ${by.since} (process ${by.pid} on ${by.host}).`,
      next: "Wait for it to end, then run again.",
    },
    EXIT.stopped,
  );
}

export function stoppedEarly(): UserError {
  return new UserError(
    { code: "stopped", message: "Stopped before anything was sent.", next: "Run the same command again." },
    EXIT.stopped,
  );
}

export function unconfirmed(): UserError {
  return new UserError({
    code: "unconfirmed",
    message: "Not confirmed; nothing was sent.",
    next: "Say yes when asked, or add --yes.",
  });
}

/** An account or server that turned everything away in the middle of a run. */
export function account(channel: string, reason: Reason): Problem {
  return {
    code: "login",
    message: `${channel}: the account or its sender was turned away: ${reason.text}.`,
    next: "Mend that in pressrun.yaml or the environment, then publish again: what is left goes out then.",
  };
}

/** A run that paused itself, now or earlier. */
export function paused(channel: string, slug: string, reason: string): Problem {
  return {
    code: "paused",
    message: `${channel}: paused: ${reason}.`,
    next: `Look at \`pressrun status ${slug} --failed\`, clean the list, then publish with --resume.`,
  };
}

/** A post that is not to be seen before the mail. */
export function beforeFirstMail(channel: string, slug: string): Problem {
  return {
    code: "before-first-mail",
    message: `${channel}: not posted, for no mail of this article was accepted yet (email.first).`,
    next: `Look at \`pressrun status ${slug}\`; once a mail is out, publish again. Or take \`first\` out of pressrun.yaml.`,
  };
}

/** A post that would cost too much stays pending. */
export function tooDear(channel: string, reason: string): Problem {
  return {
    code: "max-cost",
    message: `${channel}: ${reason}.`,
    next: "Raise max_cost in pressrun.yaml, or publish again when a new period has begun.",
  };
}

/** No more mail for now; the rest is pending. */
export function halted(channel: string, { code, until, most }: Halt, timeZone: string): Problem {
  const time = until.toLocaleString("en-GB", { timeZone, dateStyle: "medium", timeStyle: "short" });
  const why = {
    "quiet-hours": `quiet hours until ${time}`,
    "daily-cap": `today's ${most} mails (daily_cap) are out; a new day begins ${time}`,
    "warm-up": `today's ${most} mails (warm_up) are out; a new day begins ${time}`,
  }[code];
  return {
    code,
    message: `${channel}: ${why}.`,
    next: "What is left goes out with the next run after that.",
  };
}

export function noMail(): UserError {
  return new UserError({
    code: "no-mail",
    message: "This publication sends no mail: pressrun.yaml has no email section.",
    next: "Add one with at least `from`, then try --test again.",
  });
}

/** Cron's mails and the logs of CI are read by others: no reader's address, not even where the server repeats it. */
export function withoutAddress(text: string, address: string): string {
  return text.replace(/\S+/g, (word) => (word.toLowerCase().includes(address) ? "(the address)" : word));
}

export function testFailed(address: string, reason: Reason): Problem {
  return {
    code: "test-failed",
    message: `The test mail was not accepted: ${withoutAddress(reason.text, address)}.`,
    next: "Mend that, then try --test again.",
  };
}
