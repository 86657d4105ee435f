/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

// The markers of a JPEG (ITU-T T.81, table B.1).
const MARK = 0xff;
const START = 0xd8;
const END = 0xd9;
const SCAN = 0xda;
/** JFIF's header, tables of quantisation and Huffman codes, restart intervals: nothing that says more than the picture. */
const HARMLESS: readonly number[] = [0xe0, 0xdb, 0xc4, 0xdd];
/** Baseline and progressive. */
const FRAMES: readonly number[] = [0xc0, 0xc2];

/**
 * The size of a JPEG that is as plain as can be: 8 bits, grey or YCbCr, whole, and without EXIF (so it is upright),
 * colour profile, comment or anything else. Such a picture needs no look by sharp, which takes 40 ms to load.
 * @returns undefined for every other file: it may be a good picture or none.
 */
export function plainJpegSize(bytes: Uint8Array): Size | undefined {
  if (!isMark(bytes, 0, START)) return undefined;
  let size: Size | undefined;
  let at = 2;
  while (!isMark(bytes, at, END)) {
    const [first, mark = 0, high = 0, low] = bytes.subarray(at, at + 4);
    if (first !== MARK || low === undefined) return undefined;
    const end = at + 2 + ((high << 8) | low);
    if (FRAMES.includes(mark)) size = sizeOfFrame(bytes.subarray(at + 4, end));
    else if (mark !== SCAN && !HARMLESS.includes(mark)) return undefined;
    at = mark === SCAN ? endOfScan(bytes, end) : end;
  }
  return at + 2 === bytes.length ? size : undefined;
}

const isMark = (bytes: Uint8Array, at: number, mark: number) => bytes[at] === MARK && bytes[at + 1] === mark;

/** Precision, height, width, and how many components; then three bytes each, the first its number. */
function sizeOfFrame(frame: Uint8Array): Size | undefined {
  const [precision, highRows = 0, lowRows = 0, highColumns = 0, lowColumns = 0, components = 0] = frame;
  const numbers = Array.from({ length: components }, (_, index) => frame[6 + 3 * index]).join();
  if (precision !== 8 || !["1", "1,2,3"].includes(numbers)) return undefined;
  const size = { width: (highColumns << 8) | lowColumns, height: (highRows << 8) | lowRows };
  return size.width > 0 && size.height > 0 ? size : undefined;
}

/** The next marker that is neither a stuffed byte nor a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(MARK, from); at >= 0; at = bytes.indexOf(MARK, at + 2)) {
    const mark = bytes[at + 1] ?? 0;
    if (mark !== 0 && (mark < 0xd0 || mark > 0xd7)) return at;
  }
  return bytes.length;
}
