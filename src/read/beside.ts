import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fromWebPath } from "../model/web-path.ts";
import { readBytes } from "./source.ts";

/** The pictures that a browser saved beside a page: "The ferry_files/boat.jpg". */
export interface Beside {
  /** An address that stands for the picture; undefined for one that is elsewhere or nowhere. */
  addressOf(src: string): string | undefined;
  /** What `addressOf` gave addresses to. */
  read(): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** Stands for the pictures' addresses; `.invalid` is nobody's (RFC 6761). */
const HOST = "https://beside.invalid";
const LARGEST_BYTES = 10 * 1024 * 1024;

/** @param page path of the saved page: nothing outside its folder is read, symbolic links resolved. */
export function picturesBeside(page: string): Beside {
  const found = new Map<string, string>();
  const folder = realpathSync(dirname(page));
  return {
    addressOf(src) {
      const file = fileOf(src, folder);
      if (file === undefined) return undefined;
      const address = `${HOST}/${found.size + 1}/${encodeURIComponent(file.slice(folder.length + 1).replaceAll(sep, "-"))}`;
      const known = [...found].find(([, each]) => each === file)?.[0];
      if (known === undefined) found.set(address, file);
      return known ?? address;
    },
    async read() {
      const pictures = new Map<string, Uint8Array>();
      for (const [address, file] of found) pictures.set(address, await readBytes(file, file));
      return pictures;
    },
  };
}

function fileOf(src: string, folder: string): string | undefined {
  const path = pathIn(src);
  if (path === undefined) return undefined;
  const file = join(folder, path);
  if (!existsSync(file)) return undefined;
  const real = realpathSync(file);
  const found = statSync(real);
  return real.startsWith(folder + sep) && found.isFile() && found.size <= LARGEST_BYTES ? real : undefined;
}

/** "./The%20ferry_files/boat.jpg?x" → "./The ferry_files/boat.jpg". */
function pathIn(src: string): string | undefined {
  const path = src.trim().split(/[?#]/)[0] ?? "";
  if (path === "" || path.startsWith("/") || /^[a-z][a-z0-9+.-]*:/i.test(path) || path.includes("\0"))
    return undefined;
  return fromWebPath(path);
}
