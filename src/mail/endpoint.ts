import { isIPv4 } from "node:net";
import { UserError } from "../errors.ts";

/** An SMTP server as configured. */
export interface MailServer {
  /** smtp:// or smtps://, with user and password. */
  readonly url: string;
  readonly tls: "none" | "opportunistic" | "required";
  /** Its share of the connections, against the other servers' weights. */
  readonly weight: number;
}

/** An SMTP server taken apart. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (smtps://), instead of STARTTLS. */
  readonly implicitTls: boolean;
  readonly tls: MailServer["tls"];
  readonly login?: { readonly user: string; readonly password: string } | undefined;
  /** "host:port": how it is called in messages. */
  readonly name: string;
}

/** @throws UserError for anything that is not an SMTP address; the address, which may hold a password, is not shown. */
export function endpointOf({ url, tls }: MailServer): Endpoint {
  try {
    const { protocol, hostname, port: written, username, password } = new URL(url);
    if (hostname === "" || !/^smtps?:$/.test(protocol)) throw new Error("not an SMTP address");
    const implicitTls = protocol === "smtps:";
    const host = hostname.replace(/^\[|\]$/g, "");
    const port = written === "" ? (implicitTls ? 465 : 587) : Number(written);
    const login = username && { user: decodeURIComponent(username), password: decodeURIComponent(password) };
    return { host, port, implicitTls, tls, login: login || undefined, name: `${hostname}:${port}` };
  } catch {
    throw new UserError({
      code: "smtp-address",
      message: "A server in email.server is not an address such as smtps://user:password@mail.example.org.",
      next: "Correct it; write the characters @ : / ? # % of a password as %40 %3A %2F %3F %23 %25.",
    });
  }
}

/** Nothing that is sent there leaves this machine. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}
