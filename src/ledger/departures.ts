import type { Connection } from "./connection.ts";

/**
 * Who leaves is written at the end of a short table: the group of a crowd then stands in one page of the file. Off the
 * list of a million and among the suppressions each of them stands in four pages of their own, 0.25 ms a reader.
 * Until that is done, `claim` asks this table, and every opening of the ledger does it first.
 */
export function depart(connection: Connection, ids: readonly string[], at: Date): void {
  connection.write(() =>
    connection.run(
      `INSERT INTO departures (subscriber, at)
       SELECT s.id, ? FROM json_each(?) gone CROSS JOIN subscribers s ON s.id = gone.value ORDER BY gone.key`,
      at.getTime(),
      JSON.stringify(ids),
    ),
  );
}

export function hasDepartures(connection: Connection): boolean {
  return connection.get("SELECT 1 FROM departures LIMIT 1") !== undefined;
}

/** Takes the first `most` who left off the list. @returns whether there are more. */
export function takeOff(connection: Connection, most: number): boolean {
  if (!hasDepartures(connection)) return false;
  connection.write(() => {
    const { last } = connection.get<{ last: number | null }>(LAST_OF, most) ?? {};
    settle(connection, "seq <= ?", last ?? 0);
  });
  return hasDepartures(connection);
}

const LAST_OF = "SELECT max(seq) AS last FROM (SELECT seq FROM departures ORDER BY seq LIMIT ?)";

/** Of one transaction: others write, too. */
const SOME = 1_000;

export function takeAllOff(connection: Connection): void {
  while (takeOff(connection, SOME));
}

/** The same for whoever has this address, within the caller's transaction. */
export function takeAddressOff(connection: Connection, address: string): void {
  const row = connection.get<{ id: string }>("SELECT id FROM subscribers WHERE address = ?", address);
  if (row !== undefined && hasDepartures(connection)) settle(connection, "subscriber = ?", row.id);
}

/**
 * The first reason why an address was suppressed stays. Who is not among the departures stays on the list.
 * @param which the first ones by their number, so that the rest of a crowd is not looked through for each few.
 */
function settle(connection: Connection, which: "seq <= ?" | "subscriber = ?", value: number | string): void {
  connection.run(
    `INSERT INTO suppressions (address, kind, text, at)
     SELECT s.address, 'unsubscribed', 'unsubscribed', g.at
     FROM (SELECT subscriber, min(at) AS at FROM departures WHERE ${which} GROUP BY subscriber) g
     JOIN subscribers s ON s.id = g.subscriber WHERE TRUE ON CONFLICT DO NOTHING`,
    value,
  );
  connection.run(
    `DELETE FROM subscribers WHERE id IN (SELECT subscriber FROM departures WHERE ${which})`,
    value,
  );
  connection.run(`DELETE FROM departures WHERE ${which}`, value);
}
