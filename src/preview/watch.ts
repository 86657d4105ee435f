import { type FSWatcher, statSync, watch } from "node:fs";
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
 */
export function watchFolders(
  folders: readonly WatchedFolder[],
  onChange: (change: Change) => void,
  report: (error: unknown) => void,
): { close(): void } {
  const watchers = new Map<string, FSWatcher>();
  const gatherers = {
    files: gather((savedAt) => onChange({ what: "files", savedAt })),
    inbox: gather((savedAt) => onChange({ what: "inbox", savedAt })),
  };

  function start(): void {
    for (const each of folders) if (!watchers.has(each.folder)) startOne(each);
  }

  function startOne({ folder, recursive, what, names }: WatchedFolder): void {
    if (!isFolder(folder)) return;
    try {
      const watcher = watch(folder, { recursive }, (_, name) => {
        if (!isFolder(folder)) stopOne(folder);
        start();
        if (name === null || names === undefined || names.includes(name))
          gatherers[what].add(savedAt(name === null ? folder : join(folder, name)));
      });
      watcher.on("error", () => stopOne(folder));
      watchers.set(folder, watcher);
    } catch (error) {
      report(error);
    }
  }

  function stopOne(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  }

  start();
  return {
    close() {
      for (const folder of [...watchers.keys()]) stopOne(folder);
      for (const gatherer of Object.values(gatherers)) gatherer.cancel();
    },
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
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
