/** `--only email,bluesky` → the channels' names; undefined: all. */
export const namesIn = (only: string | undefined): readonly string[] | undefined =>
  only?.split(",").map((name) => name.trim());
