import { hash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

// A `due` that found nothing to do writes down when the next thing is due and what it looked at. As long as the time
// has not come and none of that has changed, the next `due` is over before it has read a configuration or opened a
// ledger: some 1,400 times a day.

export interface Watch {
  /** Absolute path of the configuration; the publication is its folder. */
  readonly config: string;
  /** Arguments that decide what is due. */
  readonly args: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const alarmFile = (config: string) => join(dirname(config), ".pressrun/cache/alarm.json");

/** Of everything that decides what is due; undefined where there is no configuration to read. */
export function look({ config, args, env }: Watch): string | undefined {
  const root = dirname(config);
  const text = readIfThere(config);
  if (text === undefined) return undefined;
  const names = new Set(Array.from(text.matchAll(/\$\{(\w+)\}/g), ([, name = ""]) => name));
  const articles = join(root, "content/articles");
  const ledgers = [".pressrun", ".pressrun/sandbox"].flatMap((state) =>
    ["ledger.db", "ledger.db-wal", "ledger.db-journal"].map((file) => join(root, state, file)),
  );
  return hash(
    "sha256",
    JSON.stringify([
      args,
      text,
      [...names].map((name) => env[name] ?? null),
      Intl.DateTimeFormat().resolvedOptions().timeZone,
      ...[import.meta.filename, join(root, ".env"), join(root, "published.jsonl"), ...ledgers].map(stamp),
      ...namesIn(articles).map((name) => [name, stamp(join(articles, name))]),
    ]),
  );
}

/** Did an earlier `due` see the same, and is nothing due before `now` has passed its time? */
export function isAsleep(config: string, seen: string, now: Date): boolean {
  const [mark, setAt, wakeAt] = (readIfThere(alarmFile(config)) ?? "").split(" ");
  // A clock that was set back to before the alarm is a reason to look again.
  return mark === seen && Number(setAt) <= now.getTime() && now.getTime() < Number(wakeAt);
}

/** @param wakeAt undefined: nothing is due until something changes. */
export function sleepUntil(config: string, seen: string, now: Date, wakeAt: Date | undefined): void {
  const file = alarmFile(config);
  const until = wakeAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, `${seen} ${now.getTime()} ${until}`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // It saves time and nothing else.
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function stamp(file: string): string {
  try {
    const { mtimeMs, ctimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
  } catch {
    // Not there, or a link that leads to itself: it is as if it were not.
    return "";
  }
}
