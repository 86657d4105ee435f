// What is published to npm: the code bundled into few files, its types, and the files that it reads beside it.
// docs/decisions/0015 says why it is bundled.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { SELDOM } from "../src/compose/load-mjml.ts";
import { licences } from "./licences.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** What nearly every command loads: bundled, and listed as dependencies all the same, for whoever audits them. */
const BUNDLED = [
  "cheerio",
  "croner",
  "handlebars",
  "html-to-text",
  "markdown-it",
  "markdown-it-footnote",
  "sanitize-html",
  "string-width",
  "yaml",
  "yargs",
  "zod",
];
/** Loaded from where they are installed. */
const INSTALLED = Object.keys({ ...dependencies, ...peerDependencies }).filter(
  (name) => !BUNDLED.includes(name),
);

/** Programs of their own, and what others import. All else lands beside them in parts that they share. */
const ENTRIES = ["cli", "index", "compose/mjml-process", "commands/editions-process", "ledger/apart-thread"];

/** Bundled packages that call `require` find one. */
const REQUIRE =
  'import { createRequire as requireIn } from "node:module";\nconst require = requireIn(import.meta.url);';

/** @returns the files that went into it. */
async function bundle(options: BuildOptions): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node24",
    // Whoever reads a stack trace finds the same names and lines in dist/.
    minify: false,
    logLevel: "warning",
    metafile: true,
    ...options,
  });
  return Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) => Object.keys(inputs));
}

/** Loaded by mjml, but seldom used: taken from the installed mjml at the first call. */
const seldom: Plugin = {
  name: "seldom",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path }) =>
      Object.hasOwn(SELDOM, path) ? { path, namespace: "seldom" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "seldom" }, ({ path }) => {
      const method = SELDOM[path] ? `.${SELDOM[path]}` : "";
      return {
        contents: `const { createRequire } = require("node:module");
          const core = () => createRequire(createRequire(require.resolve("mjml")).resolve("mjml-core"));
          module.exports${method} = (...given) => core()(${JSON.stringify(path)})${method}(...given);`,
      };
    });
  },
};

/** mjml uses five functions of lodash/fp, which converts all 330: 15 ms, with a second copy of lodash. */
const lodash: Plugin = {
  name: "lodash",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^lodash\/fp$/ }, ({ path, resolveDir }) => ({
      path,
      namespace: "few",
      pluginData: resolveDir,
    }));
    onLoad({ filter: /.*/, namespace: "few" }, ({ pluginData }) => ({
      contents: ["filter", "flow", "identity", "join", "map"]
        .map((name) => `exports.${name} = require("lodash/fp/${name}");`)
        .join("\n"),
      resolveDir: pluginData,
    }));
  },
};

rmSync(dist, { recursive: true, force: true });
const tsc = join(root, "node_modules/typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], { stdio: "inherit" });
cpSync(join(root, "src"), dist, { recursive: true, filter: (path) => !path.endsWith(".ts") });
const files = [
  ...(await bundle({
    entryPoints: Object.fromEntries(ENTRIES.map((entry) => [entry, join(root, `src/${entry}.ts`)])),
    external: INSTALLED,
    banner: { js: REQUIRE },
    format: "esm",
    splitting: true,
    outdir: dist,
    // Side by side: code finds its files by its own place (src/package.ts).
    chunkNames: "[name]-[hash]",
  })),
  ...(await bundle({
    entryPoints: [join(root, "node_modules/mjml/lib/index.js")],
    external: ["mjml"],
    plugins: [seldom, lodash],
    format: "cjs",
    outfile: join(dist, "compose/mjml.cjs"),
  })),
];
writeFileSync(join(dist, "LICENCES.txt"), licences(files.map((file) => join(root, file))));
chmodSync(join(dist, "cli.js"), 0o755);
