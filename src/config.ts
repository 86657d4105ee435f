import type { Notice } from "./errors.ts";
import type { Publication } from "./model/publication.ts";

/** pressrun.yaml and the environment, checked, resolved and frozen. */
export interface Config {
  /** Absolute path of the file. */
  readonly file: string;
  /** Its folder: content, out, templates and .pressrun lie here. */
  readonly root: string;
  /** `mode: sandbox`, or --sandbox. */
  readonly sandbox: boolean;
  readonly publication: Publication;
  readonly email?: EmailConfig | undefined;
  readonly channels: readonly ChannelConfig[];
  /** Values of every `${NAME}`: to be masked wherever they would show. */
  readonly secrets: readonly string[];
  readonly notices: readonly Notice[];
}

export interface MailAddress {
  readonly name?: string | undefined;
  readonly address: string;
}

export interface EmailConfig {
  readonly from: MailAddress;
  readonly replyTo?: MailAddress | undefined;
  /** Segment: "all", or "tag:uk and language:en". */
  readonly to: string;
  /** Empty where the environment does not name one (sandbox, dry run). */
  readonly servers: readonly SmtpServer[];
  /** Connections at once; 10 unless given. */
  readonly connections: number;
  readonly dkim?:
    | { readonly domain: string; readonly selector: string; readonly keyFile: string }
    | undefined;
  readonly unsubscribeUrl?: string | undefined;
  readonly unsubscribeMailto?: string | undefined;
  /** Newest first; empty = the key kept in .pressrun/keys. */
  readonly unsubscribeKeys: readonly string[];
  /** undefined: by URL where there is one, else embedded. */
  readonly images?: "url" | "embed" | undefined;
}

export interface SmtpServer {
  /** smtp:// or smtps://, with user and password. */
  readonly url: string;
  /** From `?tls=`; "required" unless the host is loopback. */
  readonly tls: "none" | "opportunistic" | "required";
  readonly weight: number;
}

export interface ChannelConfig {
  readonly name: string;
  readonly type: string;
  /** Checked by the type's own schema. */
  readonly options: unknown;
}

/**
 * Reads and checks pressrun.yaml. All problems are reported at once, with line and column.
 * @param needsSecrets live runs; elsewhere an unset `${NAME}` is tolerated.
 * @throws UserError with every problem found.
 */
export declare function readConfig(options: {
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly sandbox?: boolean | undefined;
  readonly needsSecrets: boolean;
}): Promise<Config>;
