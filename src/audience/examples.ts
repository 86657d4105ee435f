import type { NewSubscriber } from "../model/subscriber.ts";

/**
 * The readers that a new sandbox starts with. Their ids are fixed, so that a dry run before the first real run
 * shows the same mails. example.org is reserved: nobody can receive there (RFC 2606).
 */
export const EXAMPLE_SUBSCRIBERS: readonly NewSubscriber[] = [
  { id: "example-reader-one", address: "reader.one@example.org", name: "Ada Example" },
  { id: "example-reader-two", address: "reader.two@example.org", name: "Zoë Example" },
  { id: "example-reader-three", address: "reader.three@example.org", name: undefined },
].map((reader) => ({ ...reader, tags: ["example"], fields: {}, joinedAt: "2026-01-01T00:00:00.000Z" }));
