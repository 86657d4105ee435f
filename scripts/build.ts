// What is published to npm: the code bundled into few files, its types, and the files that it reads beside it.
// docs/decisions/0015 says why it is bundled.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { http, lodash, required, seldom } from "./bundle-plugins.ts";
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
  "nodemailer",
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
  'import { createRequire as requireIn } from "node:module";\nconst require = requireIn(import.meta.url);\n';

/** @returns the files that went into it. */
async function bundle(options: BuildOptions): Promise<readonly string[]> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node24",
    // Whoever reads a stack trace finds the names of the source.
    minify: false,
    logLevel: "warning",
    metafile: true,
    write: false,
    plugins: [seldom, http, lodash, required],
    ...options,
  });
  for (const { path, text } of outputFiles ?? []) {
    refuseUnknownNames(path, text, metafile);
    mkdirSync(dirname(path), { recursive: true });
    const asks = options.format === "esm" && text.includes("typeof require");
    writeFileSync(path, asks ? withRequire(text) : text);
  }
  return Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) => Object.keys(inputs));
}

/**
 * A late import of a CommonJS package has named exports in Node, and in a bundle none but `default`: what source takes
 * out of it by name would be undefined there, and only when it is called.
 */
function refuseUnknownNames(path: string, text: string, metafile: Metafile | undefined): void {
  for (const [statement, names = ""] of text.matchAll(/\{([^{}]*)\} = [^;{}]*\bimport\("\.\/[^;]*;/g)) {
    const taken = names.split(",").map((name) => name.replace(/:.*/s, "").trim());
    for (const [, part = ""] of statement.matchAll(/import\("\.\/([^"]+)"\)/g)) {
      const known = metafile?.outputs[relative(root, join(dirname(path), part))]?.exports ?? [];
      const unknown = taken.filter((name) => name !== "" && !known.includes(name));
      if (unknown.length > 0) throw new Error(`${path}: ${part} has no ${unknown.join(", ")}: ${statement}`);
    }
  }
}

/** Of an ES module; a program's first line stays the first. */
function withRequire(text: string): string {
  return text.replace(/^(?:#!.*\n)?/, (start) => start + REQUIRE);
}

rmSync(dist, { recursive: true, force: true });
const tsc = join(root, "node_modules/typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], { stdio: "inherit" });
cpSync(join(root, "src"), dist, { recursive: true, filter: (path) => !path.endsWith(".ts") });
const files = [
  ...(await bundle({
    entryPoints: Object.fromEntries(ENTRIES.map((entry) => [entry, join(root, `src/${entry}.ts`)])),
    external: INSTALLED,
    format: "esm",
    splitting: true,
    outdir: dist,
    // Side by side: code finds its files by its own place (src/package.ts).
    chunkNames: "[name]-[hash]",
  })),
  ...(await bundle({
    entryPoints: [join(root, "node_modules/mjml/lib/index.js")],
    external: ["mjml"],
    format: "cjs",
    outfile: join(dist, "compose/mjml.cjs"),
  })),
];
writeFileSync(join(dist, "LICENCES.txt"), licences(files.map((file) => join(root, file))));
chmodSync(join(dist, "cli.js"), 0o755);
