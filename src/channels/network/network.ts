import type { ZodType } from "zod";
import type { Notice } from "../../errors.ts";
import type { Failure } from "../../http.ts";
import type { DeliveryKey, Receipt } from "../../model/delivery.ts";
import type { JsonValue, PlannedRequest } from "../../model/draft.ts";
import type { Edition, Post } from "../../model/edition.ts";
import type { OwnFace } from "../../model/face.ts";
import type { Limits } from "../../model/limits.ts";
import type { ChannelContext } from "../index.ts";
import type { NetworkRequest } from "./request.ts";

/** What one network is, and no more: `networkChannel` makes a channel of it. */
export interface Network<Options extends object> {
  /** As people call it: "Mastodon". */
  readonly label: string;
  /** Checks this channel's part of pressrun.yaml. */
  readonly options: ZodType<Options>;
  /** Names of the options that live mode cannot do without; each is `{{secret:name}}` in a request. */
  readonly secrets: readonly (keyof Options & string)[];
  /** The documented ones, with their source in a comment. */
  limits(options: Options): Limits;
  /** How its readers see a post, where that differs from most networks (`faceOf`): preview draws it so. */
  face?(options: Options): OwnFace;
  /** Where the server itself tells its limits: asked once a day, before anything is composed. */
  readonly learn?: {
    request(options: Options): PlannedRequest;
    /** undefined for an answer that tells none. */
    read(answer: Answer, documented: Limits, options: Options): Limits | undefined;
  };
  /** The requests in sending order, whole. Pure. The ones that readers see are marked `posts`. */
  compose(material: Material<Options>): readonly NetworkRequest[];
  /**
   * What an answer says: the values that later requests name, a receipt, that it is too early, or a failure.
   * undefined leaves it to the base: 2xx goes on (a request that posts is then uncertain), all else is a refusal.
   */
  read(answer: Answer, request: PlannedRequest): Reading | undefined;
  /** True where a request that was sent twice is posted once, for as long as retries go on (72 hours). */
  readonly repeatable?: boolean;
  /** A harmless request that shows whether the account may post, and what to do when it may not. */
  readonly verify?: {
    request(options: Options): PlannedRequest;
    /** What is wrong although the answer is 2xx, as a clause. */
    fault?(answer: Answer): string | undefined;
    /** True for an answer that is not 2xx and yet shows that all is well. */
    isWell?(answer: Answer): boolean;
    /** One sentence in the imperative. */
    readonly next: string;
  };
  /** Was this request taken, whose answer was lost? undefined: cannot tell now. */
  find?(request: PlannedRequest, looking: Looking<Options>): Promise<Found | "absent" | undefined>;
  /** Values for `{{secret:name}}` that must be had first, such as a token refreshed; else the options' own. */
  login?(opening: Opening<Options>): Promise<Readonly<Record<string, string>> | Failure>;
  /** What the whole post costs, in thousandths of a US dollar, where the network asks money for each. */
  cost?(post: Post): number;
  /** What works now and soon will not; asked by doctor alone. */
  foresee?(opening: Opening<Options>): Promise<readonly Notice[]>;
  /** Headers that can only be made when the request is whole, such as a signature. */
  sign?(request: WireRequest, secrets: Readonly<Record<string, string>>, now: Date): Record<string, string>;
}

/** What a draft is composed from. */
export interface Material<Options> {
  readonly name: string;
  readonly options: Options;
  readonly post: Post;
  readonly edition: Edition;
  readonly key: DeliveryKey;
  /**
   * A name for one request of this delivery that is the same at every try and for no other: for `Idempotency-Key`
   * and its like. 32 hexadecimal digits.
   */
  idempotencyKey(part?: number): string;
}

/** An answer, read to its end: size-limited, and whatever its bytes are. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Its JSON; undefined where it is none. */
  readonly body: unknown;
  /** As it came. */
  readonly text: string;
}

export type Reading = Found | Wait | Failure;
export interface Found {
  readonly values?: Readonly<Record<string, JsonValue>> | undefined;
  /** Of a request that posts. The first one is the delivery's. */
  readonly receipt?: Receipt | undefined;
}
/** Not ready: the same request is sent again after so many seconds. */
export interface Wait {
  readonly wait: number;
}

/** A request as it leaves. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
}

export interface Looking<Options> {
  readonly options: Options;
  /** What earlier answers told. */
  readonly values: Readonly<Record<string, JsonValue>>;
  ask(request: PlannedRequest): Promise<Answer | Failure>;
}

export interface Opening<Options> {
  readonly options: Options;
  readonly context: ChannelContext;
  /** A request whose `{{secret:…}}` are filled from `secrets`. */
  ask(request: PlannedRequest, secrets: Readonly<Record<string, string>>): Promise<Answer | Failure>;
}

export const isFailure = (reading: Reading | Answer | Failure): reading is Failure => "state" in reading;
