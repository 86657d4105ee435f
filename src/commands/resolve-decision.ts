import { UserError } from "../errors.ts";
import type { Ledger } from "../model/ledger.ts";
import { namesIn } from "./only.ts";

export interface ResolveArguments {
  readonly article: string;
  readonly only?: string | undefined;
  readonly failed: boolean;
  readonly missed: boolean;
  readonly resend: boolean;
  readonly assumeSent: boolean;
  readonly fromLog?: string | undefined;
  readonly yes: boolean;
  readonly sandbox: boolean;
}

/** What a person decided of the deliveries in a state. */
export type Decision =
  | { readonly name: "resend"; readonly state: "uncertain" | "failed" | "missed" }
  | { readonly name: "assume-sent"; readonly state: "uncertain" }
  | { readonly name: "from-log"; readonly state: "uncertain"; readonly file: string };

export function chooseDecision(args: ResolveArguments): Decision {
  const { failed, missed, resend, assumeSent, fromLog } = args;
  if (fromLog === undefined) return personsDecision(args);
  if (!(failed || missed || resend || assumeSent))
    return { state: "uncertain", name: "from-log", file: fromLog };
  throw new UserError({
    code: "usage",
    message: "With --from-log the server's log decides, and nothing else.",
    next: "Give it alone.",
  });
}

function personsDecision({ failed, missed, resend, assumeSent }: ResolveArguments): Decision {
  const state = failed ? "failed" : missed ? "missed" : "uncertain";
  if (failed && missed)
    throw new UserError({
      code: "usage",
      message: "--failed and --missed are two decisions.",
      next: "Give one, then the other.",
    });
  if (state !== "uncertain" && assumeSent)
    throw new UserError({
      code: "usage",
      message: `A ${state} delivery was ${failed ? "refused" : "never tried"}: it cannot be taken as sent.`,
      next: `Give --${state} --resend.`,
    });
  if (resend === assumeSent)
    throw new UserError({
      code: "usage",
      message: "Only a person can decide a delivery, one way or the other.",
      next:
        state !== "uncertain"
          ? `Give --${state} --resend.`
          : "Give either --resend, --assume-sent or --from-log MAILLOG.",
    });
  return resend ? { name: "resend", state } : { name: "assume-sent", state: "uncertain" };
}

/**
 * The article's channels that are decided about.
 * @throws UserError for an article or channel that the ledger does not know.
 */
export async function chooseChannels(
  ledger: Ledger,
  slug: string,
  only?: string,
): Promise<readonly string[]> {
  const known = [...new Set((await ledger.rows(slug)).map(({ channel }) => channel))];
  if (known.length === 0)
    throw new UserError({
      code: "unknown-article",
      message: `The ledger knows nothing of "${slug}".`,
      next: "Run `pressrun status` for the articles it knows.",
    });
  const wanted = namesIn(only) ?? known;
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length === 0) return wanted;
  throw new UserError({
    code: "unknown-channel",
    message: `"${slug}" did not go to ${unknown.join(", ")}.`,
    next: `Choose from ${known.join(", ")}.`,
  });
}
