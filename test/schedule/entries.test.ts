import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { load } from "cheerio";
import { parse } from "yaml";
import { crontab, type EntryOptions, launchd, systemd, unitName } from "../../src/schedule/entries.ts";
import { github } from "../../src/schedule/github.ts";
import { hasCommand } from "../servers/cron.ts";

let folder: string;
let options: EntryOptions;

/** A folder whose name tries every quoting there is, and a Node that writes down what it was given. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pressrun-entries-"));
  const root = join(folder, `it's 100% "odd" $HOME \\n & <b>`);
  mkdirSync(root);
  const node = join(folder, "node");
  writeFileSync(node, `#!/bin/sh\nfor word in "$PATH" "$TZ" "$@"; do printf '%s\\n' "$word"; done\n`);
  chmodSync(node, 0o755);
  options = {
    node,
    cli: join(root, "cli.js"),
    config: join(root, "pressrun.yaml"),
    root,
    timezone: "Europe/Lisbon",
    flags: ["--sandbox"],
    name: "The Quayside Weekly: 100%",
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const given = () => [
  `${folder}:/usr/local/bin:/usr/bin:/bin`,
  "Europe/Lisbon",
  options.cli,
  "due",
  "--config",
  options.config,
  "--sandbox",
];

describe("the line for crontab", () => {
  it("hands every word on as it is, whatever the paths hold, and keeps the log private", async () => {
    const line = crontab(options);
    const [, command = ""] = /^(?:\* ){5}(.*)$/.exec(line) ?? [];
    // cron takes "%" for a line end, and "\%" for a "%".
    expect(command.replaceAll("\\%", "")).not.toContain("%");
    await promisify(execFile)("/bin/sh", ["-c", command.replaceAll("\\%", "%")], { env: {}, cwd: "/" });
    expect(readFileSync(join(options.root, ".pressrun/due.log"), "utf8").trimEnd().split("\n")).toEqual(
      given(),
    );
    const mode = execFileSync("stat", [
      "-c",
      "%a",
      join(options.root, ".pressrun"),
      join(options.root, ".pressrun/due.log"),
    ]);
    expect(mode.toString()).toBe("700\n600\n");
  });
});

describe("the units for systemd", () => {
  const files = () => {
    const text = systemd(options);
    const parts = text.split(/^# ~\/\.config\/systemd\/user\/(.*)$/m).slice(1);
    return Object.fromEntries(
      [0, 2].map((index) => [parts[index] ?? "", (parts[index + 1] ?? "").trimStart()]),
    );
  };

  it("are a service and a timer that makes up for what was slept through", () => {
    const units = files();
    expect(Object.keys(units)).toEqual([
      "pressrun-the-quayside-weekly-100.service",
      "pressrun-the-quayside-weekly-100.timer",
    ]);
    expect(units["pressrun-the-quayside-weekly-100.timer"]).toContain("\nPersistent=true\n");
  });

  (hasCommand("systemd-analyze") || process.env.CI ? it : it.skip)("are what systemd-analyze takes", () => {
    const units = files();
    for (const [name, text] of Object.entries(units)) writeFileSync(join(folder, name), text);
    const paths = Object.keys(units).map((name) => join(folder, name));
    const out = execFileSync("systemd-analyze", ["verify", "--user", ...paths], {
      stdio: "pipe",
      env: { ...process.env, XDG_RUNTIME_DIR: folder },
    });
    expect(out.toString()).toBe("");
  });
});

describe("the property list for launchd", () => {
  it("is well-formed and holds every word as it is", () => {
    const $ = load(launchd(options), { xml: true });
    const strings = $("array > string")
      .toArray()
      .map((each) => $(each).text());
    expect(strings).toEqual([options.node, ...given().slice(2)]);
    const keys = $("plist > dict > key")
      .toArray()
      .map((each) => [$(each).text(), $(each).next().text().trim()]);
    expect(Object.fromEntries(keys)).toMatchObject({
      Label: "org.pressrun.the-quayside-weekly-100",
      StartInterval: "60",
      WorkingDirectory: options.root,
      StandardErrorPath: join(options.root, ".pressrun/due.log"),
    });
  });
});

describe("the workflow for GitHub", () => {
  const made = github({
    channels: ["bluesky", "feed"],
    secrets: ["BLUESKY_APP_PASSWORD"],
    timezone: "Europe/Lisbon",
    version: "1.2.3",
    config: "a paper: $x #1/pressrun.yaml",
  });

  it("is YAML that runs off the hour, for the networks alone, and commits what was published", () => {
    const workflow = parse(made);
    expect(workflow.on.schedule).toEqual([{ cron: "7,22,37,52 * * * *" }]);
    expect(workflow.permissions).toEqual({ contents: "write" });
    const [, , publish, keep] = workflow.jobs.due.steps;
    expect(publish).toEqual({
      name: "Publish what is due",
      run: "npx --yes pressrun@1.2.3 due --config 'a paper: $x #1/pressrun.yaml' --only bluesky,feed\n",
      env: { BLUESKY_APP_PASSWORD: "${{ secrets.BLUESKY_APP_PASSWORD }}" },
    });
    expect(keep.if).toBe("always()");
  });

  it("pushes published.jsonl, also after another push, and nothing where nothing was published", async () => {
    const [, , , keep] = parse(made).jobs.due.steps;
    const git = (cwd: string, ...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], {
        cwd,
        stdio: "pipe",
      }).toString();
    const step = (cwd: string) => promisify(execFile)("/bin/bash", ["-e", "-c", keep.run], { cwd });
    git(folder, "init", "-q", "--bare", "-b", "main", "origin");
    git(folder, "clone", "-q", "origin", "one");
    const one = join(folder, "one");
    git(one, "commit", "-q", "--allow-empty", "-m", "Start");
    git(one, "push", "-q", "origin", "HEAD:main");
    git(folder, "clone", "-q", "origin", "runner");
    const runner = join(folder, "runner");
    await step(runner);
    expect(git(runner, "log", "--oneline").trim().split("\n")).toHaveLength(1);
    mkdirSync(join(runner, "paper"));
    writeFileSync(join(runner, "paper/published.jsonl"), "{}\n");
    mkdirSync(join(one, "paper"));
    writeFileSync(join(one, "paper/published.jsonl"), '{"other":1}\n');
    git(one, "add", ".");
    git(one, "commit", "-q", "-m", "Meanwhile");
    git(one, "push", "-q", "origin", "HEAD:main");
    await step(runner);
    git(one, "pull", "-q", "origin", "main");
    expect(readFileSync(join(one, "paper/published.jsonl"), "utf8")).toBe('{"other":1}\n{}\n');
  });
});

describe("a unit's name", () => {
  it("is made of the publication's", () => {
    expect(["Çà et Là", "新聞", "-"].map(unitName)).toEqual(["pressrun-ca-et-la", "pressrun", "pressrun"]);
  });
});
