import { Worker } from "node:worker_threads";
import { type ExitCode, type Problem, UserError } from "../errors.ts";
import type { Claim } from "../model/ledger.ts";
import { programOfCode } from "../package.ts";
import type { Exchange } from "./exchange.ts";

/** What the thread is started with. */
export interface ApartOptions {
  readonly file: string;
  readonly owner: string;
}

/** What the thread answers, in the order in which it was asked; first of all that it is ready. */
export type Answer =
  | { readonly kind: "ready" }
  | { readonly kind: "claims"; readonly claims: readonly Claim[] }
  | { readonly kind: "refused"; readonly problems: readonly Problem[]; readonly exit: ExitCode }
  | { readonly kind: "broken"; readonly error: unknown };

interface Waiting {
  resolve(claims: readonly Claim[]): void;
  reject(error: unknown): void;
}

/** What one exchange needs is garbage after it. V8 would let 48 MB of that come together. */
const YOUNG_MB = 1;

/**
 * Exchanges on a thread of their own: a transaction waits for the disk, and mails go out meanwhile. It has its own
 * connection to the same ledger, so what this thread writes goes on beside it, one transaction after the other.
 */
export class ExchangesApart {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #state: "starting" | "ready" | "gone" = "starting";

  constructor(options: ApartOptions) {
    this.#worker = new Worker(programOfCode("ledger/apart-thread"), {
      workerData: options,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker.unref();
    this.#worker.on("message", (answer: Answer) => this.#take(answer));
    this.#worker.on("error", (error) => this.#end(error));
    this.#worker.on("exit", () => this.#end(new Error("the ledger's thread ended")));
  }

  /** Until then, and when it is gone, exchanges are made where they were before. */
  get isReady(): boolean {
    return this.#state === "ready";
  }

  exchange(asked: Exchange): Promise<readonly Claim[]> {
    // The process goes on for as long as an answer is awaited, and not because there is a thread.
    if (this.#waiting.length === 0) this.#worker.ref();
    this.#worker.postMessage(asked);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Resolves when its connection is closed. */
  async close(): Promise<void> {
    if (this.#state === "gone") return;
    this.#worker.ref();
    const ended = new Promise((resolve) => this.#worker.once("exit", resolve));
    this.#worker.postMessage("close");
    await ended;
  }

  #take(answer: Answer): void {
    if (answer.kind === "ready") {
      this.#state = "ready";
      return;
    }
    const waiting = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#worker.unref();
    if (answer.kind === "claims") waiting?.resolve(answer.claims);
    else if (answer.kind === "refused") waiting?.reject(new UserError(answer.problems, answer.exit));
    else waiting?.reject(answer.error);
  }

  #end(error: unknown): void {
    this.#state = "gone";
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
