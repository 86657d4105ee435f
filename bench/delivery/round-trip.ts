import { once } from "node:events";
import { connect } from "node:net";

const TIMES = 31;

/** How long the road to a server really takes there and back, in milliseconds: the median of some NOOPs. */
export async function roundTrip(port: number): Promise<number> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "data");
  const times: number[] = [];
  for (let index = 0; index < TIMES; index++) {
    const start = performance.now();
    socket.write("NOOP\r\n");
    await once(socket, "data");
    times.push(performance.now() - start);
  }
  socket.end("QUIT\r\n");
  return times.toSorted((a, b) => a - b)[Math.floor(TIMES / 2)] ?? Number.NaN;
}
