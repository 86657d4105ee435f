import { createRequire } from "node:module";
import { fileOfCode, isSource } from "../package.ts";

export type Mjml = (
  mjml: string,
  options: { readonly fonts: object; readonly validationLevel: "strict" },
) => Promise<{ readonly html: string }>;

type Called = (...given: readonly unknown[]) => unknown;

/**
 * What mjml loads for wishes that few templates have (inline styles, attributes by selector) or that are never ours
 * (minified, beautified): half of its own 250 ms. By package: the function that mjml calls of it, "" where the
 * package is one.
 */
export const SELDOM: Readonly<Record<string, string>> = {
  juice: "",
  cheerio: "load",
  htmlnano: "process",
  "js-beautify": "html",
  "cssnano-preset-lite": "",
};

/** Stands in for such a package until it is used. */
function standInFor(load: () => unknown, method: string): unknown {
  if (method === "") return (...given: readonly unknown[]) => (load() as Called)(...given);
  return {
    [method]: (...given: readonly unknown[]) =>
      (load() as Readonly<Record<string, Called>>)[method]?.(...given),
  };
}

/**
 * mjml, when it is loaded, runs the packages that a `.mjmlconfig` in the working folder names, unless MJML_BROWSER
 * is set: a folder that someone else wrote must not run code here. `require` is synchronous, so nothing else ever
 * sees the variable, nor the stand-ins.
 */
export function loadMjml(): Mjml {
  const { env } = globalThis.process;
  const before = env.MJML_BROWSER;
  env.MJML_BROWSER = "1";
  try {
    return isSource ? loadPackage() : loadBundle();
  } finally {
    if (before === undefined) delete env.MJML_BROWSER;
    else env.MJML_BROWSER = before;
  }
}

/** mjml and what it always needs in one file, stand-ins included: 0.1 s less than from its 130 files. */
function loadBundle(): Mjml {
  return createRequire(import.meta.url)(fileOfCode("compose/mjml.cjs")) as Mjml;
}

function loadPackage(): Mjml {
  const require = createRequire(import.meta.url);
  const remove = standIn(require);
  try {
    return require("mjml") as Mjml;
  } finally {
    remove();
  }
}

/** Puts the stand-ins where `require` looks first. */
function standIn(require: NodeJS.Require): () => void {
  const core = createRequire(createRequire(require.resolve("mjml")).resolve("mjml-core"));
  const files = Object.entries(SELDOM)
    .map(([name, method]) => ({ file: core.resolve(name), method }))
    .filter(({ file }) => require.cache[file] === undefined);
  for (const { file, method } of files)
    require.cache[file] = { exports: standInFor(() => core(file), method), loaded: true } as NodeJS.Module;
  return () => {
    for (const { file } of files) delete require.cache[file];
  };
}
