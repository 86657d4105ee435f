// A pressrun of its own process for the tests: `node child.ts open|hold|deliver|rewrite <ledger> [log]`.
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { openLedger } from "../../src/ledger/index.ts";
import type { Settled } from "../../src/model/ledger.ts";

const [task, file = "", log = ""] = process.argv.slice(2);
const scope = { channel: "email", slug: "harbour-lights", revision: 0 };

const ledger = await openLedger({ file, create: true, readOnly: false, example: true });
if (task === "open") {
  console.log(await ledger.subscribers.count());
  await ledger.close();
}
if (task === "hold") {
  const lock = await ledger.lock("harbour-lights", new Date());
  console.log("heldBy" in lock ? "refused" : "held");
  setInterval(() => undefined, 60_000);
}
if (task === "rewrite") {
  const people = [...ledger.subscribers.list()];
  await ledger.close();
  console.log("ready");
  // The last to close moves the WAL into the database; between two rounds nobody has it open.
  for (let round = 1; ; round++) {
    const writer = await openLedger({ file, create: false, readOnly: false });
    await writer.subscribers.add(
      people.map((person) => ({ ...person, name: `round ${round}` })),
      new Date(),
    );
    await writer.close();
    await sleep(Math.random() * 40);
  }
}
if (task === "deliver") {
  console.log("ready");
  const settled: Settled[] = [];
  for (;;) {
    const claims = await ledger.exchange(settled.splice(0), scope, 10, new Date());
    if (claims.length === 0) break;
    for (const { key } of claims) {
      appendFileSync(log, `${key.recipient}\n`);
      settled.push({ key, outcome: { state: "sent", receipt: { code: 250 } }, at: new Date() });
    }
  }
  console.log("done");
}
