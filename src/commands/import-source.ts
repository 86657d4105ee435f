import { basename, extname, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { fetchPublic, maskedAddress } from "../read/fetch.ts";
import { showPath } from "../read/find.ts";
import { KINDS, type Kind, kindOf } from "../read/kind.ts";
import { collect, readBytes } from "../read/source.ts";
import type { GlobalArguments, Io } from "./command.ts";

/** What is to be imported, read and recognised. */
export interface Source {
  readonly kind: Kind;
  readonly bytes: Buffer;
  /** As the user would type it. */
  readonly shown: string;
  /** Where it comes from, the same at every import: an address, an absolute path, or "-". */
  readonly origin: string;
  /** The address it was fetched from, after redirects. */
  readonly url?: string | undefined;
  readonly contentType?: string | undefined;
  /** Of a file. */
  readonly path?: string | undefined;
  /** The file's name without its ending; undefined for standard input. */
  readonly name?: string | undefined;
}

export interface SourceArguments {
  /** A path, a web address, or "-" for standard input. */
  readonly source: string;
  readonly as?: string | undefined;
  readonly allowPrivate: boolean;
}

/** @throws UserError when there is none or it cannot be had. */
export async function openSource(args: SourceArguments & GlobalArguments, io: Io): Promise<Source> {
  const as = asKind(args.as);
  const { source } = args;
  if (source.trim() === "")
    throw new UserError({
      code: "usage",
      message: "There is nothing to import: the source is empty.",
      next: "Name a file or a web address, or - for standard input.",
    });
  if (source === "-") {
    const bytes = await collect(io.stdin, "Standard input");
    return { kind: as ?? kindOf(bytes, {}), bytes, shown: "standard input", origin: "-" };
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) return fetchSource(args, as, io);
  const file = resolve(args.cwd, source);
  const shown = showPath(file, args.cwd);
  const ending = extname(file);
  const bytes = await readBytes(file, shown);
  const name = basename(file, ending);
  return { kind: as ?? kindOf(bytes, { ending }), bytes, shown, origin: file, path: file, name };
}

async function fetchSource(
  { source, allowPrivate }: SourceArguments,
  as: Kind | undefined,
  io: Io,
): Promise<Source> {
  const { bytes, contentType, url } = await fetchPublic(source, { allowPrivate, signal: io.signal });
  const path = new URL(url).pathname;
  const ending = extname(path);
  const kind = as ?? kindOf(bytes, { ending, contentType });
  return {
    kind,
    bytes: Buffer.from(bytes),
    shown: maskedAddress(source),
    origin: maskedAddress(source),
    url,
    contentType,
    name: basename(path, ending),
  };
}

function asKind(as: string | undefined): Kind | undefined {
  if (as === undefined) return undefined;
  const kind = KINDS.find((each) => each === as);
  if (kind !== undefined) return kind;
  throw new UserError({
    code: "usage",
    message: `--as ${as} is not a kind of source.`,
    next: `Say --as ${KINDS.slice(0, -1).join(", ")} or ${KINDS.at(-1)}.`,
  });
}
