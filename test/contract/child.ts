// A run in a process of its own, to be killed: argv has the module of the channel type, the name, the options, the folder,
// the time, and "thread" for three posts.
import { run } from "./run.ts";
import { editionOfThree, sampleEdition } from "./sample.ts";

const [module = "", name = "", options = "{}", folder = "", now = "", what] = process.argv.slice(2);
const { channelType } = await import(module);
await run({
  type: channelType,
  name,
  options: JSON.parse(options),
  folder,
  now: new Date(now),
  deadlineMs: 10_000,
  edition: () => (what === "thread" ? editionOfThree(name) : sampleEdition(name)),
});
