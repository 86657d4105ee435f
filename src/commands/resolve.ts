import { type App, openApp } from "../app.ts";
import { held } from "../deliver/refuse.ts";
import { EXIT } from "../errors.ts";
import type { DeliveryKey } from "../model/delivery.ts";
import type { Ledger } from "../model/ledger.ts";
import { slugNamed } from "../read/find.ts";
import { count } from "../report/human.ts";
import type { Command, Result } from "./command.ts";
import { namesIn } from "./only.ts";
import { chooseChannels, chooseDecision, type Decision, type ResolveArguments } from "./resolve-decision.ts";
import { resolveFromLog } from "./resolve-log.ts";
import { resendNow } from "./resolve-resend.ts";

export const command: Command<ResolveArguments> = {
  options: {
    resend: { type: "boolean", default: false, describe: "They did not arrive: send them again, now" },
    "assume-sent": { type: "boolean", default: false, describe: "They arrived: never send them again" },
    "from-log": { type: "string", requiresArg: true, describe: "The mail server's log (postfix) decides" },
    failed: { type: "boolean", default: false, describe: "With --resend: those that were refused, instead" },
    missed: { type: "boolean", default: false, describe: "With --resend: those that came too late, instead" },
    only: { type: "string", requiresArg: true, describe: "Only these channels, comma-separated" },
    yes: { type: "boolean", default: false, describe: "With --resend: do not ask before a live run" },
    sandbox: { type: "boolean", default: false, describe: "In the sandbox" },
  },
  examples: [
    ["pressrun status my-article --uncertain", "look first"],
    ["pressrun resolve my-article --from-log /var/log/mail.log", "the server wrote down which it took"],
    ["pressrun resolve my-article --failed --resend", "what they were refused for is mended"],
  ],
  heedsSignal: true,
  async run(args, io) {
    const decision = chooseDecision(args);
    const reach = decision.name === "resend" ? "send" : "change";
    const only = namesIn(args.only);
    const app = await openApp(args, io, { sandbox: args.sandbox, reach, only, now: true });
    try {
      const slug = await slugNamed(args.article, args.cwd);
      const channels = await chooseChannels(await app.ledger(), slug, args.only);
      if (decision.name === "resend") return await resendNow(app, { slug, channels, decision, args }, io);
      return await resolveDeliveries(app, { slug, channels, decision, at: io.now() });
    } finally {
      await app.close();
    }
  },
};

/**
 * Settles the article's uncertain deliveries as a person, or the server's log, decided.
 * @throws UserError while a run holds the article.
 */
async function resolveDeliveries(
  app: App,
  options: {
    readonly slug: string;
    readonly channels: readonly string[];
    readonly decision: Exclude<Decision, { name: "resend" }>;
    readonly at: Date;
  },
): Promise<Result> {
  const { slug, channels, decision, at } = options;
  const ledger = await app.ledger();
  const lock = await ledger.lock(slug, at);
  if ("heldBy" in lock) throw held(slug, lock.heldBy);
  try {
    if (decision.name === "from-log")
      return await resolveFromLog(ledger, { slug, channels, file: decision.file, cwd: app.paths.cwd, at });
    return resolved(slug, await takeAsSent(ledger, slug, channels, at));
  } finally {
    lock.release();
  }
}

async function takeAsSent(ledger: Ledger, slug: string, channels: readonly string[], at: Date) {
  const open = await ledger.deliveries({ slug, states: ["uncertain"] });
  const keys = open.map(({ key }) => key).filter(({ channel }) => channels.includes(channel));
  for (const key of keys) await ledger.decide(key, { text: "taken as sent: a person decided" }, at);
  return keys;
}

function resolved(slug: string, decided: readonly DeliveryKey[]): Result {
  const byChannel = [...Map.groupBy(decided, ({ channel }) => channel)];
  const channels = byChannel.map(([channel, { length }]) => ({ channel, deliveries: length }));
  const counts = channels.map((each) => `${each.channel}: ${count(each.deliveries)}`).join(", ");
  return {
    exit: EXIT.done,
    json: () => ({ article: slug, state: "uncertain", decision: "assume-sent", channels }),
    text: () =>
      decided.length === 0
        ? `Nothing of "${slug}" is uncertain.`
        : `${counts} are taken as sent, and never sent again.`,
  };
}
