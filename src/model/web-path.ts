/** A file's path as part of an address: "#", "?" and "%" in a name stand for themselves. */
export function webPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** The path that an address spells; the address itself where its percent signs are no encoding. */
export function fromWebPath(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
