import type { Notice, Problem } from "../errors.ts";
import type { Edition } from "../model/edition.ts";
import type { Finding } from "../model/finding.ts";
import type { CheckContext } from "./context.ts";
import type { Hit, Rule } from "./rule.ts";
import { RULES } from "./rules.ts";
import { makeSubject, type Subject } from "./subject.ts";

export type { ChannelFacts, CheckContext, ImageFile, MailFacts, OtherArticle } from "./context.ts";

/** Everything that the rules find about an edition, in the order of their table. The same input finds the same. */
export async function check(edition: Edition, context: CheckContext): Promise<readonly Finding[]> {
  return run(RULES, edition, context);
}

/** Only what keeps an edition from being published. */
export async function checkErrors(edition: Edition, context: CheckContext): Promise<readonly Finding[]> {
  return run(
    RULES.filter(({ severity }) => severity === "error"),
    edition,
    context,
  );
}

/** Codes of notices that a rule speaks for: who shows findings need not show these too. */
export const SPOKEN_FOR: ReadonlySet<string> = new Set(RULES.flatMap(({ notices = [] }) => notices));

/**
 * What kept an edition from being composed, as findings.
 * @returns undefined where one of the problems is no rule's matter.
 */
export function findingsOf(problems: readonly Problem[]): readonly Finding[] | undefined {
  if (!problems.every(({ code }) => SPOKEN_FOR.has(code))) return undefined;
  return RULES.flatMap((rule) => noticed(rule, problems).map((hit) => finding(rule, hit)));
}

async function run(rules: readonly Rule[], edition: Edition, context: CheckContext) {
  const subject = await makeSubject(edition, context);
  return rules.flatMap((rule) => hitsOf(rule, subject).map((hit) => finding(rule, hit)));
}

/** What a rule finds itself says it better than what was noticed on the way. */
function hitsOf(rule: Rule, subject: Subject): readonly Hit[] {
  const found = rule.find(subject);
  return found.length > 0 ? found : noticed(rule, subject.context.notices);
}

/** Notices as hits of the rule that speaks for them. */
function noticed({ notices = [] }: Rule, all: readonly Notice[]): readonly Hit[] {
  return all
    .filter(({ code }) => notices.includes(code))
    .map(({ message, next = "", place }) => ({ message, next, place }));
}

function finding({ id, severity, hard, part }: Rule, hit: Hit): Finding {
  const { message, next, place } = hit;
  return {
    id,
    severity,
    part: hit.part ?? (part === "post" ? "article" : part),
    message,
    next,
    place,
    ...(hard && { hard }),
  };
}
