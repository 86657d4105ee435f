import * as z from "zod";
import type { Notice } from "../../errors.ts";
import { type Failure, refusalOutcome } from "../../http.ts";
import { expiryNotices } from "../expiry.ts";
import { formBody, isFailure, type Opening } from "../network/index.ts";
import { exchangeInTurn, keepToken, readToken } from "../token.ts";

export interface LinkedInSecrets {
  readonly token: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly refresh: boolean;
  readonly oauth: string;
}

/** Before the end of a token another one is had, in milliseconds. */
const SPARE_MS = 86_400_000;
const FORM = { "content-type": "application/x-www-form-urlencoded" };

const granted = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1).optional(),
});

/** The token itself; or, of a refresh token, one that it was exchanged for. */
export async function login(
  opening: Opening<LinkedInSecrets>,
): Promise<Readonly<Record<string, string>> | Failure> {
  const { options, context } = opening;
  const { token: written } = options;
  if (!options.refresh) return { token: written };
  const kept = () => {
    const found = readToken(context, written);
    const endsAt = found?.expiresAt?.getTime() ?? 0;
    return found && endsAt - SPARE_MS > context.now().getTime() ? { token: found.token } : undefined;
  };
  return exchangeInTurn(context, kept, () => exchange(opening));
}

async function exchange({
  options,
  context,
  ask,
}: Opening<LinkedInSecrets>): Promise<{ readonly token: string } | Failure> {
  const { token: written, client_id, oauth, client_secret } = options;
  const refresh_token = readToken(context, written)?.refresh ?? written;
  const body = formBody(
    { grant_type: "refresh_token", client_id },
    { refresh_token: "secret:refresh_token", client_secret: "secret:client_secret" },
  );
  const answer = await ask(
    { method: "POST", url: `${oauth}/oauth/v2/accessToken`, headers: FORM, body },
    { refresh_token, client_secret },
  );
  if (isFailure(answer)) return answer;
  const read = granted.safeParse(answer.status === 200 ? answer.body : undefined);
  if (!read.success) {
    const status = answer.status === 200 ? 502 : answer.status;
    const failure = refusalOutcome(
      { status, headers: answer.headers, text: "the token could not be refreshed" },
      context.now(),
    );
    if (failure.reason.kind !== "rejected") return failure;
    return { state: "failed", reason: { ...failure.reason, kind: "login" } };
  }
  const { access_token: token, expires_in, refresh_token: refresh = refresh_token } = read.data;
  const expiresAt = new Date(context.now().getTime() + expires_in * 1000);
  keepToken(context, written, { token, refresh, expiresAt });
  return { token };
}

const introspected = z.object({ expires_at: z.number() });
const NEXT =
  "Make a new one in the token generator of the developer portal, and put it where pressrun.yaml reads it.";

/** Only the app can ask when its token ends: https://learn.microsoft.com/linkedin/shared/authentication/token-introspection */
export async function foresee({
  options,
  context,
  ask,
}: Opening<LinkedInSecrets>): Promise<readonly Notice[]> {
  const { token, client_id, client_secret, refresh, oauth } = options;
  if (refresh || client_id === "" || client_secret === "") return [];
  const body = formBody({ client_id }, { client_secret: "secret:client_secret", token: "secret:token" });
  const answer = await ask(
    { method: "POST", url: `${oauth}/oauth/v2/introspectToken`, headers: FORM, body },
    { token, client_secret },
  );
  const read = introspected.safeParse(isFailure(answer) ? undefined : answer.body);
  if (!read.success) return [];
  const expiresAt = new Date(read.data.expires_at * 1000);
  return expiryNotices("LinkedIn", context.name, expiresAt, { now: context.now(), next: NEXT });
}
