import type { GlobalArguments, Io } from "./commands/command.ts";
import type { Config } from "./config.ts";
import type { Channel } from "./model/channel.ts";
import type { Ledger } from "./model/ledger.ts";
import type { Reporter } from "./report/reporter.ts";

/** Folders of one publication. The sandbox has a state of its own. */
export interface Paths {
  /** Folder of the configuration file. */
  readonly root: string;
  readonly content: string;
  readonly out: string;
  readonly templates: string;
  /** `.pressrun`, or `.pressrun/sandbox`. */
  readonly state: string;
  readonly ledger: string;
}

/** Everything a command needs, built once from the configuration. */
export interface App {
  readonly config: Config;
  readonly paths: Paths;
  readonly reporter: Reporter;
  /** Opens the ledger on first use; `readOnly` leaves every byte of the state folder as it is. */
  ledger(access?: "readOnly"): Promise<Ledger>;
  channels(): Promise<readonly Channel[]>;
  close(): Promise<void>;
}

export declare function openApp(
  args: GlobalArguments,
  io: Io,
  options?: { readonly sandbox?: boolean; readonly dryRun?: boolean },
): Promise<App>;
