import * as z from "zod";
import { type Failure, refusalOutcome } from "../../http.ts";
import { formBody, isFailure, type Opening } from "../network/index.ts";
import { exchangeInTurn, keepToken, readToken } from "../token.ts";

export interface XSecrets {
  readonly server: string;
  readonly token: string;
  readonly token_secret: string;
  readonly api_key: string;
  readonly api_secret: string;
  readonly client_id: string;
  readonly client_secret: string;
}

/** Before the end of a token another one is had, in milliseconds. */
const SPARE_MS = 120_000;

const granted = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive().default(7200),
});

/** What requests are signed with: the four values of OAuth 1.0, or a token of OAuth 2.0, refreshed where it can be. */
export async function login(opening: Opening<XSecrets>): Promise<Readonly<Record<string, string>> | Failure> {
  const { token, token_secret, api_key, api_secret, client_id } = opening.options;
  if (token_secret !== "") return { token, token_secret, api_key, api_secret };
  return client_id === "" ? { token } : refreshed(opening);
}

function refreshed(opening: Opening<XSecrets>) {
  const { options, context } = opening;
  const kept = () => {
    const found = readToken(context, options.token);
    const endsAt = found?.expiresAt?.getTime() ?? 0;
    if (found === undefined || endsAt - SPARE_MS <= context.now().getTime()) return undefined;
    return { token: found.token, refresh: found.refresh ?? options.token };
  };
  return exchangeInTurn(context, kept, () => exchange(opening));
}

async function exchange({ options, context, ask }: Opening<XSecrets>) {
  const { server, token: written, client_id, client_secret } = options;
  const refresh = readToken(context, written)?.refresh ?? written;
  const basic = Buffer.from(`${client_id}:${client_secret}`).toString("base64");
  const answer = await ask(
    {
      method: "POST",
      url: `${server}/2/oauth2/token`,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        ...(client_secret !== "" && { authorization: "Basic {{secret:basic}}" }),
      },
      body: formBody({ grant_type: "refresh_token", client_id }, { refresh_token: "secret:refresh" }),
    },
    { refresh, basic, client_secret },
  );
  if (isFailure(answer)) return answer;
  const read = granted.safeParse(answer.status === 200 ? answer.body : undefined);
  if (!read.success) return refusedLogin(answer.status, answer.headers, context.now());
  const { access_token: token, refresh_token, expires_in } = read.data;
  const expiresAt = new Date(context.now().getTime() + expires_in * 1000);
  keepToken(context, written, { token, refresh: refresh_token ?? refresh, expiresAt });
  return { token, refresh: refresh_token ?? refresh };
}

/** A 400 is the token's, not the post's (RFC 6749, 5.2). */
function refusedLogin(status: number, headers: Headers, now: Date): Failure {
  const text = "the token could not be refreshed";
  const failure = refusalOutcome({ status: status === 200 ? 502 : status, headers, text }, now);
  return failure.reason.kind === "rejected"
    ? { state: "failed", reason: { ...failure.reason, kind: "login" } }
    : failure;
}
