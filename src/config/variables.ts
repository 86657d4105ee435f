import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import type { Problem } from "../errors.ts";
import { type Path, type Source, unreadable } from "./source.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

/** A value that could not be filled in. */
export interface Unset {
  readonly path: Path;
  readonly names: readonly string[];
}

/** The written values with every `${NAME}` filled in; undefined stands where a variable is not set. */
export interface Expanded {
  readonly value: unknown;
  readonly unset: readonly Unset[];
  readonly problems: readonly Problem[];
}

/** Levels of a publication's configuration: more are a mistake or an attack on the stack. */
const DEEPEST = 30;

/** The environment over the `.env` file beside the configuration: what is set for this run wins. */
export async function readVariables(dotenv: string, env: Variables): Promise<Variables> {
  try {
    return { ...parseEnv(await readFile(dotenv, "utf8")), ...env };
  } catch (error) {
    // A folder of this name is a Python environment.
    if (["ENOENT", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return env;
    throw unreadable(dotenv, error);
  }
}

/** Fills in values, never keys; what a variable holds is text, and is not expanded again. */
export function expand(source: Source, variables: Variables): Expanded {
  const unset: Unset[] = [];
  const problems: Problem[] = [];

  function fill(text: string, path: Path): string | undefined {
    const missing: string[] = [];
    const filled = text.replace(/\$\{([^}]*)\}/g, (written, name: string) => {
      if (!/^[A-Za-z_]\w*$/.test(name)) {
        problems.push(badName(source, path));
        return written;
      }
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (!value?.trim()) missing.push(name);
      return value ?? "";
    });
    // Nothing but spaces says nothing.
    if (missing.length === 0) return filled.trim() === "" ? "" : filled;
    unset.push({ path, names: missing });
    return undefined;
  }

  function walk(value: unknown, path: Path): unknown {
    if (typeof value === "string") return fill(value, path);
    // A key whose lines are all commented out is as good as absent.
    if (value === null) return undefined;
    if (typeof value !== "object") return value;
    if (path.length > DEEPEST) {
      problems.push({ code: "yaml", message: "This is nested too deeply.", place: source.place(path) });
      return undefined;
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]));
  }

  const value = walk(source.value, []);
  return { value, unset, problems };
}

function badName(source: Source, path: Path): Problem {
  return {
    code: "variable-name",
    message: `Between \${ and } stands something that is no name of a variable.`,
    next: `Use letters, digits and _ only; to write \${ itself, put the text in a variable.`,
    place: source.place(path),
  };
}
