import { once } from "node:events";
import { connect } from "node:net";

/**
 * How long the road to a server takes there and back while something goes on: the median of NOOPs all the while, in
 * milliseconds. The timers that make the road long are late on a busy machine, for mails as for these.
 */
export async function roundTripDuring<T>(port: number, work: Promise<T>): Promise<readonly [T, number]> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "data");
  const times: number[] = [];
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const start = performance.now();
    socket.write("NOOP\r\n");
    await once(socket, "data");
    times.push(performance.now() - start);
  }
  socket.end("QUIT\r\n");
  return [await over, times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN];
}
