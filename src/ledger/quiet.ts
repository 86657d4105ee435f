import type { SQLInputValue } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { Connection } from "./connection.ts";
import type { Opened } from "./open.ts";
import { hasCompanions, stampOf } from "./snapshot.ts";

/**
 * Reads a file that nobody writes: SQLite then takes no lock and makes no file beside it. Should a process begin to
 * write after all, what was read may be of two states, or look damaged: it is read again, and all that follows too,
 * from `instead`.
 */
export class QuietConnection extends Connection {
  readonly #instead: () => Opened;
  readonly #stamp: string;
  #moved: Opened | undefined;

  constructor(file: string, instead: () => Opened) {
    const location = pathToFileURL(file);
    location.searchParams.set("immutable", "1");
    super(file, { readOnly: true, location });
    this.#instead = instead;
    this.#stamp = stampOf(file);
  }

  override all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#settled(
      () => super.all<Row>(sql, ...values),
      (connection) => connection.all<Row>(sql, ...values),
    );
  }

  override get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#settled(
      () => super.get<Row>(sql, ...values),
      (connection) => connection.get<Row>(sql, ...values),
    );
  }

  override close(): void {
    super.close();
    this.#moved?.close();
  }

  #settled<T>(read: () => T, readInstead: (connection: Connection) => T): T {
    if (this.#moved !== undefined) return readInstead(this.#moved.connection);
    try {
      const result = read();
      if (this.#isQuiet()) return result;
    } catch (error) {
      if (this.#isQuiet()) throw error;
    }
    this.#moved = this.#instead();
    return readInstead(this.#moved.connection);
  }

  #isQuiet(): boolean {
    return !hasCompanions(this.file) && stampOf(this.file) === this.#stamp;
  }
}
