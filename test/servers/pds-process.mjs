// Runs as a child process: a PLC directory and a PDS, both on loopback only, ready when a line with their address is printed.
import { createServer } from "node:http";
import { join } from "node:path";
import { PDS } from "@atproto/pds";
import { Database, PlcServer } from "@did-plc/server";

const [folder, jwtSecret] = process.argv.slice(2);

const plc = await listen();
plc.server.on("request", PlcServer.create({ db: Database.mock() }).app);

const own = await listen();
const pds = await PDS.fromEnv({
  port: own.port,
  devMode: true,
  dataDirectory: folder,
  blobstoreDiskLocation: join(folder, "blobs"),
  // The PDS refuses to resolve identities at a bare address.
  didPlcUrl: `http://localhost:${plc.port}`,
  inviteRequired: false,
  jwtSecret,
  adminPassword: "not a secret: admin",
  plcRotationKeyK256PrivateKeyHex: "1".repeat(64),
  crawlers: [],
});
await pds.ctx.sequencer.start();
own.server.on("request", pds.app);
process.stdout.write(`http://127.0.0.1:${own.port}\n`);

/** The port must be known before the PDS is made, as it stands in every DID document. */
async function listen() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: server.address().port };
}
