// mjml in a process of its own: MJML on standard input, as JSON what `compileMjml` returns. See `compileMjmlApart`.
import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import { compileMjml } from "./mjml.ts";

const html = await compileMjml(readFileSync(0, "utf8"));
// A socket waits where a plain write to a full pipe would fail.
new Socket({ fd: 1 }).end(JSON.stringify(html));
