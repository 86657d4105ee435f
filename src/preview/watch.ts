import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";
import type { Change } from "./events.ts";

export interface WatchedFolder {
  readonly folder: string;
  readonly recursive: boolean;
  readonly what: Change["what"];
  /** Names that matter; all unless given. */
  readonly names?: readonly string[] | undefined;
}

/** Editors write a file in two or three steps; what follows within this time belongs to the same save. */
const QUIET_MS = 25;
/** A file that was moved here is older than its move. */
const RECENT_MS = 2_000;

/**
 * Tells of changes in folders, those that appear later included: a folder is looked for again whenever anything
 * changes. What cannot be watched is given to `report` once.
 *
 * Each folder has a watcher of its own: Node's recursive one watches files on Linux, and loses one that an editor or
 * git puts in the place of another.
 */
export function watchFolders(
  folders: readonly WatchedFolder[],
  onChange: (change: Change) => void,
  report: (error: unknown) => void,
): { close(): void } {
  const watched = new Map<string, { readonly watcher: FSWatcher; readonly id: number }>();
  const refused = new Set<string>();
  const isWatched = (wanted: number) => [...watched.values()].some(({ id }) => id === wanted);
  const gatherers = {
    files: gather((savedAt) => onChange({ what: "files", savedAt })),
    inbox: gather((savedAt) => onChange({ what: "inbox", savedAt })),
  };

  function start(): void {
    for (const each of folders) startOne(each);
  }

  function startOne(each: WatchedFolder): void {
    const { folder, recursive } = each;
    const id = idOf(folder);
    if (watched.get(folder)?.id === id) return;
    stopOne(folder);
    // A link may lead back to where it stands.
    if (id === undefined || isWatched(id) || refused.has(folder)) return;
    try {
      const watcher = watch(folder, (_, name) => heard(each, name));
      watcher.on("error", () => stopOne(folder));
      watched.set(folder, { watcher, id });
    } catch (error) {
      refused.add(folder);
      report(error);
    }
    if (recursive) for (const name of foldersIn(folder)) startOne({ ...each, folder: join(folder, name) });
  }

  function heard(each: WatchedFolder, name: string | null): void {
    const { folder, recursive, what, names } = each;
    start();
    if (idOf(folder) === undefined) stopOne(folder);
    const path = name === null ? folder : join(folder, name);
    if (recursive && path !== folder) startOne({ ...each, folder: path });
    if (name === null || names === undefined || names.includes(name)) gatherers[what].add(savedAt(path));
  }

  function stopOne(folder: string): void {
    watched.get(folder)?.watcher.close();
    watched.delete(folder);
  }

  start();
  return {
    close() {
      for (const folder of [...watched.keys()]) stopOne(folder);
      for (const gatherer of Object.values(gatherers)) gatherer.cancel();
    },
  };
}

/** One that was put in the place of another has another; undefined where there is no folder. */
function idOf(path: string): number | undefined {
  try {
    const found = statSync(path);
    return found.isDirectory() ? found.ino : undefined;
  } catch {
    // Not there, or a link that leads to itself.
    return undefined;
  }
}

function foldersIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Many events of one save become one call, with the time of the last write. */
function gather(tell: (savedAt: number) => void): { add(at: number): void; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  let latest = 0;
  return {
    add(at) {
      latest = Math.max(latest, at);
      clearTimeout(timer);
      timer = setTimeout(() => {
        tell(latest);
        latest = 0;
      }, QUIET_MS);
    },
    cancel: () => clearTimeout(timer),
  };
}

function savedAt(path: string): number {
  const now = Date.now();
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now;
  return now - written < RECENT_MS ? Math.min(written, now) : now;
}
