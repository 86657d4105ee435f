import { resolve } from "node:path";
import type { EmailConfig, MailAddress, SmtpServer } from "../config.ts";
import type { Publication } from "../model/publication.ts";
import { isStandIn } from "./review.ts";
import { parseMailbox, parseMailto, parseServer, type Understood } from "./values.ts";
import type { WrittenConfig } from "./written.ts";

// From the untrusted type to the trusted one: everything here has passed its check.

type WrittenEmail = NonNullable<WrittenConfig["email"]>;

/** Shorter texts are left alone when secrets are masked: "a" or "587" would be masked all over the output. */
const SHORTEST_SECRET = 6;
/** A server's password is a secret whatever it looks like; below this length masking would mangle the output. */
const SHORTEST_PASSWORD = 3;

export function trustPublication({ publication, footer }: WrittenConfig): Publication {
  const { name, url, language = "en", timezone, postal_address, logo, images_url } = publication;
  return {
    name,
    url,
    language: Intl.getCanonicalLocales(language)[0] ?? language,
    timezone: timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    postalAddress: postal_address?.trim(),
    logo,
    imagesUrl: images_url,
    footer: { message: footer?.message, links: footer?.links ?? [], explore: footer?.explore ?? [] },
  };
}

export function trustEmail(email: WrittenEmail, root: string): EmailConfig {
  const { dkim } = email;
  return {
    from: trust(parseMailbox(email.from)),
    replyTo: email.reply_to === undefined ? undefined : trust<MailAddress>(parseMailbox(email.reply_to)),
    to: email.to ?? "all",
    servers: trustServers(email.server),
    connections: email.connections ?? 10,
    dkim: dkim && { domain: dkim.domain, selector: dkim.selector, keyFile: resolve(root, dkim.key_file) },
    unsubscribeUrl: email.unsubscribe_url,
    unsubscribeMailto:
      email.unsubscribe_mailto === undefined ? undefined : trust(parseMailto(email.unsubscribe_mailto)),
    unsubscribeKeys: [email.unsubscribe_key ?? []].flat().filter((key) => !isStandIn(key)),
    images: email.images,
  };
}

function trustServers(written: WrittenEmail["server"]): SmtpServer[] {
  return [written ?? []]
    .flat()
    .map((server) => (typeof server === "string" ? { url: server, weight: undefined } : server))
    .filter(({ url }) => !isStandIn(url))
    .map(({ url, weight }) => trust(parseServer(url, weight)));
}

function trust<T>(understood: Understood<T>): T {
  if ("value" in understood) return understood.value;
  throw new Error(`A checked value is refused: it ${understood.fault}.`);
}

/** Everything that is masked wherever it would show: filled-in variables, keys, passwords. */
export function secretsOf(
  used: Iterable<string>,
  email: EmailConfig | undefined,
  channels: readonly { readonly secrets: readonly string[] }[],
): string[] {
  const passwords = (email?.servers ?? []).flatMap(({ url }) => {
    const { password } = new URL(url);
    return [password, decodeURIComponent(password)];
  });
  const values = [...used, ...(email?.unsubscribeKeys ?? []), ...channels.flatMap(({ secrets }) => secrets)];
  const long = values.filter((value) => value.length >= SHORTEST_SECRET && !isStandIn(value));
  return [...new Set([...long, ...passwords.filter((password) => password.length >= SHORTEST_PASSWORD)])];
}
