import { oneLine } from "../model/line.ts";

/** What an entry is made from: all paths absolute. */
export interface EntryOptions {
  /** The Node that runs this. */
  readonly node: string;
  /** The tool's script. */
  readonly cli: string;
  /** Of the configuration file. */
  readonly config: string;
  /** Folder of the publication. */
  readonly root: string;
  /** IANA. */
  readonly timezone: string;
  /** Words after `due`, such as --sandbox. */
  readonly flags: readonly string[];
  /** Of a publication: tells its entry from those of others. */
  readonly name: string;
}

const PATHS = ["/usr/local/bin", "/usr/bin", "/bin"];

function pathOf(node: string): string {
  return [...new Set([node.slice(0, node.lastIndexOf("/")) || "/", ...PATHS])].join(":");
}

const wordsOf = ({ node, cli, config, flags }: EntryOptions) => [
  node,
  cli,
  "due",
  "--config",
  config,
  ...flags,
];

/** For POSIX sh. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * One line for `crontab -e`. A job has neither a PATH worth the name nor a zone (crontab(5)): both stand in the line,
 * where they change nothing for other jobs. A `%` would be a line end.
 */
export function crontab(options: EntryOptions): string {
  const { node, root, timezone } = options;
  const state = `${root}/.pressrun`;
  const env = ["env", `PATH=${pathOf(node)}`, `TZ=${timezone}`];
  const command = [...env, ...wordsOf(options)].map(shellWord).join(" ");
  const log = shellWord(`${state}/due.log`);
  const line = `umask 077; mkdir -p ${shellWord(state)}; ${command} >>${log} 2>&1`;
  return `* * * * * ${line.replaceAll("%", "\\%")}`;
}

/** systemd's own quoting (systemd.syntax(7)), with its specifiers and variables switched off. */
function unitWord(word: string): string {
  const escaped = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%");
  return `"${escaped.replaceAll("$", "$$$$")}"`;
}

/** A setting takes its value as it is, but for specifiers. */
const unitValue = (text: string) => text.replaceAll("%", "%%");
const unitAssignment = (text: string) =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%")}"`;

/** Two unit files, as one text. `Persistent` makes up for a run that was slept through. */
export function systemd(options: EntryOptions): string {
  const { node, root, timezone, name } = options;
  const unit = unitName(name);
  return `# ~/.config/systemd/user/${unit}.service
[Unit]
Description=pressrun due: ${unitValue(oneLine(name))}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory=${unitValue(root)}
Environment=${unitAssignment(`PATH=${pathOf(node)}`)} ${unitAssignment(`TZ=${timezone}`)}
UMask=0077
# 1: something failed or waits for a retry; pressrun status tells. 75: stopped early.
ExecStart=${wordsOf(options).map(unitWord).join(" ")}

# ~/.config/systemd/user/${unit}.timer
[Unit]
Description=pressrun due, every minute: ${unitValue(oneLine(name))}

[Timer]
OnCalendar=*-*-* *:*:00
AccuracySec=1s
Persistent=true

[Install]
WantedBy=timers.target

# systemctl --user daemon-reload && systemctl --user enable --now ${unit}.timer
# loginctl enable-linger   (so that it also runs while you are not logged in)
# journalctl --user -u ${unit}   (its log)
`.trimEnd();
}

/** "pressrun-quayside-weekly" */
export function unitName(name: string): string {
  const slug = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return slug === "" ? "pressrun" : `pressrun-${slug.slice(0, 60)}`;
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A property list for ~/Library/LaunchAgents (launchd.plist(5)). A run that was slept through is made up for on waking. */
export function launchd(options: EntryOptions): string {
  const { node, root, timezone, name } = options;
  const label = `org.pressrun.${unitName(name).replace(/^pressrun-?/, "") || "due"}`;
  const string = (text: string, indent = "  ") => `${indent}<string>${xml(text)}</string>`;
  const log = `${root}/.pressrun/due.log`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Save as ~/Library/LaunchAgents/${label}.plist, then: launchctl load ~/Library/LaunchAgents/${label}.plist -->
<plist version="1.0">
<dict>
  <key>Label</key>
${string(label)}
  <key>ProgramArguments</key>
  <array>
${wordsOf(options)
  .map((word) => string(word, "    "))
  .join("\n")}
  </array>
  <key>WorkingDirectory</key>
${string(root)}
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
${string(pathOf(node), "    ")}
    <key>TZ</key>
${string(timezone, "    ")}
  </dict>
  <key>StartInterval</key>
  <integer>60</integer>
  <key>RunAtLoad</key>
  <true/>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardOutPath</key>
${string(log)}
  <key>StandardErrorPath</key>
${string(log)}
</dict>
</plist>`;
}
