// What is published to npm: plain JavaScript with types, and the SQL beside it.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(
  process.execPath,
  [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "tsconfig.build.json")],
  {
    stdio: "inherit",
  },
);
cpSync(join(root, "src"), join(root, "dist"), {
  recursive: true,
  filter: (path) => !path.endsWith(".ts"),
});
chmodSync(join(root, "dist/cli.js"), 0o755);
