import { inflateRawSync } from "node:zlib";
import { codeOf } from "../model/disk.ts";

/** Of an archive's own list of contents: https://pkware.cachefly.net/webdocs/APPNOTE/APPNOTE-6.3.9.TXT, 4.3.12 and 4.3.16. */
const ENTRY = 0x02014b50;
const END = 0x06054b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;

interface Entry {
  readonly name: string;
  /** 0: as it is, 8: deflated. */
  readonly method: number;
  readonly compressed: number;
  readonly size: number;
  /** Of its local header. */
  readonly offset: number;
}

/** What an archive says that it holds; [] where it is none. */
function entriesOf(zip: Buffer): readonly Entry[] {
  const end = endOf(zip);
  const entries: Entry[] = [];
  if (end === undefined) return entries;
  let at = zip.readUInt32LE(end + 16);
  while (at + 46 <= end && zip.readUInt32LE(at) === ENTRY) {
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    entries.push({
      name: zip.toString("utf8", at + 46, at + 46 + (name ?? 0)),
      method: zip.readUInt16LE(at + 10),
      compressed: zip.readUInt32LE(at + 20),
      size: zip.readUInt32LE(at + 24),
      offset: zip.readUInt32LE(at + 42),
    });
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return entries;
}

function endOf(zip: Buffer): number | undefined {
  for (let at = zip.length - END_LENGTH; at >= 0 && at >= zip.length - END_LENGTH - LONGEST_COMMENT; at--)
    if (zip.readUInt32LE(at) === END) return at;
  return undefined;
}

/**
 * One file of an archive; undefined where there is none of that name, or its bytes are damaged.
 * @param most bytes of it that are taken at most.
 */
export function fileIn(zip: Buffer, name: string, most: number): Buffer | undefined {
  const entry = entriesOf(zip).find((each) => each.name === name);
  const unpacked = entry && unpack(zip, entry, most);
  return unpacked instanceof Buffer ? unpacked : undefined;
}

/** Whether all files of an archive together are no larger than so many bytes, whatever its list says. */
export function holdsAtMost(zip: Buffer, most: number): boolean {
  const entries = entriesOf(zip);
  const isHonest = (entry: Entry) => unpack(zip, entry, Math.max(entry.size, 1)) !== "larger";
  return entries.reduce((sum, { size }) => sum + size, 0) <= most && entries.every(isHonest);
}

function unpack(zip: Buffer, entry: Entry, most: number): Buffer | "larger" | "damaged" {
  if (entry.offset + 30 > zip.length) return "damaged";
  const start = entry.offset + 30 + zip.readUInt16LE(entry.offset + 26) + zip.readUInt16LE(entry.offset + 28);
  const bytes = zip.subarray(start, start + entry.compressed);
  if (entry.method === 0) return bytes.subarray(0, most);
  try {
    return inflateRawSync(bytes, { maxOutputLength: most });
  } catch (error) {
    return codeOf(error) === "ERR_BUFFER_TOO_LARGE" ? "larger" : "damaged";
  }
}
