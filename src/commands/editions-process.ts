// Editions in a process of their own: see editions-apart.ts.
import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { Socket } from "node:net";
import { deserialize, serialize } from "node:v8";
import type { Answer, Asked } from "./editions-apart.ts";

enableCompileCache();
const asked = deserialize(readFileSync(0)) as Asked;
const { makeAlone } = await import("./editions-alone.ts");
const answer: Answer = await makeAlone(asked);
// A socket waits where a plain write to a full pipe would fail.
new Socket({ fd: 1 }).end(serialize(answer));
