// What is changed in packages on their way into the bundle: only when their parts are loaded, never what they do.
import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";
import { SELDOM } from "../src/compose/load-mjml.ts";

/** A module that another one loads at once and seldom uses. */
interface Seldom {
  /** As it is required. */
  readonly path: string;
  /** Name of the package that requires it. */
  readonly by: string;
  /** The one function of it that is called; "" where the module is one. */
  readonly method: string;
  /** Taken from where it is installed, and not bundled. */
  readonly installed?: true;
}

const SELDOM_LOADED: readonly Seldom[] = [
  ...Object.entries(SELDOM).map(
    ([path, method]) => ({ path, by: "mjml-core", method, installed: true }) as const,
  ),
  // Styles are not parsed for us.
  { path: "postcss", by: "sanitize-html", method: "parse" },
  // Nothing is fetched for a mail; it brings HTTP and TLS.
  { path: "../fetch/index.js", by: "nodemailer", method: "default" },
];

/** Loaded at the first call. */
export const seldom: Plugin = {
  name: "seldom",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, importer, namespace, resolveDir }) => {
      const found = SELDOM_LOADED.find(
        (each) => each.path === path && importer.includes(`/node_modules/${each.by}/`),
      );
      if (found === undefined || namespace !== "file") return undefined;
      return { path, namespace: "seldom", pluginData: { ...found, resolveDir } };
    });
    onLoad({ filter: /./, namespace: "seldom" }, ({ pluginData }) => {
      const { path, method, installed, resolveDir } = pluginData as Seldom & { readonly resolveDir: string };
      const loaded = installed ? installedWithMjml(path) : `require(${JSON.stringify(path)})`;
      const call = method === "" ? "" : `.${method}`;
      const kind = method === "default" ? "exports.__esModule = true;" : "";
      return {
        contents: `${kind} module.exports${call} = (...given) => ${loaded}${call}(...given);`,
        resolveDir,
      };
    });
  },
};

function installedWithMjml(name: string): string {
  const make = 'require("node:module").createRequire';
  return `${make}(${make}(require.resolve("mjml")).resolve("mjml-core"))(${JSON.stringify(name)})`;
}

/**
 * An import reads every name of a module, and for one of node:http's Node loads its whole web client: 17 ms. `require`
 * reads what is used. Where source imports it late it stays as it is: a late import of a CommonJS part has no names.
 */
export const http: Plugin = {
  name: "http",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:https?$/ }, ({ path, namespace, kind }) =>
      namespace === "builtin" || kind === "dynamic-import"
        ? { path, external: true }
        : { path, namespace: "builtin" },
    );
    onLoad({ filter: /./, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/** mjml uses five functions of lodash/fp, which converts all 330: 15 ms, with a second copy of lodash. */
export const lodash: Plugin = {
  name: "lodash",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^lodash\/fp$/ }, ({ path, resolveDir }) => ({
      path,
      namespace: "few",
      pluginData: resolveDir,
    }));
    onLoad({ filter: /./, namespace: "few" }, ({ pluginData }) => ({
      contents: ["filter", "flow", "identity", "join", "map"]
        .map((name) => `exports.${name} = require("lodash/fp/${name}");`)
        .join("\n"),
      resolveDir: pluginData,
    }));
  },
};

/** A `require` that source makes for one file is the bundler's own without the line that makes it. */
export const required: Plugin = {
  name: "required",
  setup({ onLoad }) {
    onLoad({ filter: /src\/mail\/nodemailer\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/^const require = .*$/m, ""),
      loader: "ts",
    }));
  },
};
