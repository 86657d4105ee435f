import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { DeliveryKey, Outcome } from "../../src/model/delivery.ts";
import type { PostDraft } from "../../src/model/draft.ts";
import type { Claim, Ledger, Scope, Settled } from "../../src/model/ledger.ts";

const AT = new Date("2026-11-23T09:00:00.000Z");
const HOUR = 3_600_000;
const later = (hours: number) => new Date(AT.getTime() + hours * HOUR);

const MAIL: Scope = { channel: "email", slug: "harbour-lights", revision: 0 };
const POST: Scope = { channel: "bluesky", slug: "harbour-lights", revision: 0 };
const EDITION = { slug: "harbour-lights", revision: 0, hash: "sha256:one", bodyHash: "sha256:body" };
const ACCEPTED: Outcome = {
  state: "sent",
  receipt: { code: 250, text: "queued", messageId: "<1@example.org>" },
};

const reader = (number: number) => `reader${number}@example.org`;
const keyOf = (recipient: string, scope = MAIL): DeliveryKey => ({ ...scope, recipient });
const recipients = (claims: readonly Claim[]) => claims.map(({ key }) => key.recipient);
const settle = ({ key }: Pick<Claim, "key">, outcome: Outcome = ACCEPTED, at = AT): Settled => ({
  key,
  outcome,
  at,
});
const busy = (retryAt?: Date): Outcome => ({
  state: "failed",
  reason: { kind: "busy", code: 451, text: "later" },
  retryAt,
});
const LOST: Outcome = { state: "uncertain", reason: { kind: "silence", text: "the connection broke" } };

/** What every ledger promises. @param open the same ledger again, as another process would open it. */
export function ledgerContract(name: string, open: () => Promise<Ledger>): void {
  describe(`${name}: the ledger contract`, () => {
    const opened: Ledger[] = [];
    let ledger: Ledger;

    async function openOne(): Promise<Ledger> {
      const one = await open();
      opened.push(one);
      return one;
    }

    /** Subscribes and plans `count` readers. */
    async function planReaders(count: number): Promise<void> {
      const addresses = Array.from({ length: count }, (_, index) => reader(index + 1));
      await ledger.subscribers.add(
        addresses.map((address) => ({ address, name: `N ${address}`, tags: [], fields: { city: "Oslo" } })),
        AT,
      );
      const people = [...ledger.subscribers.list()].filter(({ address }) => addresses.includes(address));
      await ledger.plan(
        EDITION,
        people.map(({ id, address }) => ({ key: keyOf(address), subscriberId: id })),
        AT,
      );
    }

    const counts = async (scope = MAIL) =>
      (await ledger.rows(scope.slug)).find(
        ({ channel, revision }) => channel === scope.channel && revision === scope.revision,
      )?.counts;

    beforeEach(async () => {
      ledger = await openOne();
    });
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
    });

    it("remembers what a person let through, each once, for its revision", async () => {
      const one = { slug: "a", revision: 0, id: "size-clipped", part: "newsletter", message: "Too long." };
      const first = { ...one, at: AT.toISOString() };
      const other = { ...one, slug: "b", revision: 2, at: AT.toISOString() };
      await ledger.override([first]);
      await ledger.override([{ ...one, at: later(1).toISOString() }, other]);
      expect([await ledger.overrides("a"), await ledger.overrides(), await ledger.overrides("c")]).toEqual([
        [first],
        [first, other],
        [],
      ]);
    });

    it("hands out what is planned, in order, with who it is for", async () => {
      await planReaders(3);
      const [first, ...rest] = await ledger.exchange([], MAIL, 3, AT);
      expect(first).toEqual({
        key: keyOf(reader(1)),
        recipient: {
          id: expect.any(String),
          address: reader(1),
          name: `N ${reader(1)}`,
          fields: { city: "Oslo" },
        },
        frozen: undefined,
        attempt: 1,
        firstTriedAt: AT,
        since: AT,
      });
      expect(recipients(rest)).toEqual([reader(2), reader(3)]);
      expect(await ledger.exchange([], MAIL, 3, AT)).toEqual([]);
    });

    it("holds an intent as uncertain until its outcome is written", async () => {
      await planReaders(2);
      const [claim] = await ledger.exchange([], MAIL, 1, AT);
      expect(await counts()).toMatchObject({ uncertain: 1, pending: 1, sent: 0 });
      await ledger.exchange([settle(claim!)], MAIL, 0, AT);
      expect(await counts()).toMatchObject({ uncertain: 0, pending: 1, sent: 1 });
    });

    it.each<[string, Outcome]>([
      ["sent", ACCEPTED],
      ["failed", busy()],
      ["uncertain", LOST],
    ])("never hands out again what is %s", async (state, outcome) => {
      await planReaders(1);
      const [claim] = await ledger.exchange([], MAIL, 1, AT);
      expect(await ledger.exchange([settle(claim!, outcome)], MAIL, 1, AT)).toEqual([]);
      await planReaders(1);
      expect(await ledger.exchange([], MAIL, 1, later(1000))).toEqual([]);
      expect(await counts()).toMatchObject({ [state]: 1 });
    });

    it("plans a delivery once, however often it is planned", async () => {
      await planReaders(2);
      const [claim] = await ledger.exchange([], MAIL, 1, AT);
      await ledger.exchange([settle(claim!)], MAIL, 0, AT);
      await planReaders(3);
      expect(await counts()).toMatchObject({ sent: 1, pending: 2, uncertain: 0 });
    });

    it("never hands one delivery to two runs", async () => {
      await planReaders(60);
      const runs = [ledger, await openOne(), await openOne()];
      const claimed = await Promise.all(
        runs.map(async (run) => {
          const all: string[] = [];
          for (;;) {
            const claims = await run.exchange([], MAIL, 7, AT);
            if (claims.length === 0) return all;
            all.push(...recipients(claims));
            await new Promise(setImmediate);
          }
        }),
      );
      expect(claimed.flat().toSorted()).toEqual(
        Array.from({ length: 60 }, (_, i) => reader(i + 1)).toSorted(),
      );
    });

    it("leaves an intent uncertain when its run ends without a word", async () => {
      await planReaders(1);
      const run = await openOne();
      await run.exchange([], MAIL, 1, AT);
      await run.close();
      expect(await ledger.exchange([], MAIL, 1, later(100))).toEqual([]);
      expect(await ledger.uncertain(MAIL)).toMatchObject([
        { key: keyOf(reader(1)), attempt: 1, firstTriedAt: AT },
      ]);
    });

    it("does not list a run's own intents as uncertain to it", async () => {
      await planReaders(1);
      await ledger.exchange([], MAIL, 1, AT);
      expect(await ledger.uncertain(MAIL)).toEqual([]);
      expect(await (await openOne()).uncertain(MAIL)).toHaveLength(1);
    });

    it("believes a run that lost its claim only that it sent", async () => {
      await planReaders(2);
      const claims = await ledger.exchange([], MAIL, 2, AT);
      const person = await openOne();
      for (const { key } of claims) await person.decide(key, "absent", AT);
      await ledger.exchange([settle(claims[0]!, LOST), settle(claims[1]!)], MAIL, 0, AT);
      expect(await counts()).toMatchObject({ pending: 1, sent: 1, uncertain: 0 });
    });

    it("waits until a retry is due, and says when that is", async () => {
      await planReaders(1);
      expect(await ledger.nextRetry(MAIL)).toEqual(AT);
      const [claim] = await ledger.exchange([], MAIL, 1, AT);
      expect(await ledger.nextRetry(MAIL)).toBeUndefined();
      await ledger.exchange([settle(claim!, busy(later(1)))], MAIL, 0, AT);
      expect(await ledger.nextRetry(MAIL)).toEqual(later(1));
      expect(await ledger.exchange([], MAIL, 1, later(0.9))).toEqual([]);
      const [again] = await ledger.exchange([], MAIL, 1, later(1));
      expect(again).toMatchObject({ attempt: 2, firstTriedAt: AT });
    });

    it("ends retries 72 hours after the first try", async () => {
      await planReaders(2);
      const [one, two] = await ledger.exchange([], MAIL, 2, AT);
      await ledger.exchange([settle(one!, busy(later(72))), settle(two!, busy(later(73)))], MAIL, 0, AT);
      expect(await counts()).toMatchObject({ pending: 1, failed: 1 });
      expect(await ledger.exchange([], MAIL, 2, later(72.1))).toEqual([]);
      expect(await counts()).toMatchObject({ pending: 0, failed: 2 });
    });

    it("takes up what failed as new when a person asks, but for who is suppressed", async () => {
      await planReaders(3);
      const refused: Outcome = { state: "failed", reason: { kind: "rejected", code: 550, text: "no" } };
      const [one, two, three] = await ledger.exchange([], MAIL, 3, AT);
      await ledger.exchange([settle(one!, refused), settle(two!, refused), settle(three!)], MAIL, 0, AT);
      await ledger.subscribers.suppress(reader(2), { kind: "rejected", text: "unsubscribed" }, AT);
      await ledger.resend([one!.key, two!.key, three!.key], later(100));
      expect(await counts()).toMatchObject({ pending: 2, sent: 1, failed: 0 });
      expect(await ledger.exchange([], MAIL, 3, later(100))).toMatchObject([
        { key: keyOf(reader(1)), attempt: 2, firstTriedAt: later(100) },
      ]);
      expect(await counts()).toMatchObject({ uncertain: 1, sent: 1, skipped: 1 });
    });

    it("skips who is suppressed or has left since the plan", async () => {
      await planReaders(4);
      await ledger.subscribers.suppress(reader(1), { kind: "rejected", text: "unsubscribed" }, AT);
      await ledger.subscribers.remove(reader(2));
      expect(recipients(await ledger.exchange([], MAIL, 2, AT))).toEqual([reader(3), reader(4)]);
      expect(
        (await ledger.deliveries({ states: ["skipped"] })).map(({ key, text }) => [key.recipient, text]),
      ).toEqual([
        [reader(1), "suppressed: unsubscribed"],
        [reader(2), "no longer subscribed"],
      ]);
    });

    it("suppresses an address that can never be delivered to", async () => {
      await planReaders(1);
      const [claim] = await ledger.exchange([], MAIL, 1, AT);
      const gone: Outcome = {
        state: "failed",
        reason: { kind: "rejected", code: 550, text: "no such user", suppress: true },
      };
      await ledger.exchange([settle(claim!, gone)], MAIL, 0, AT);
      expect(await ledger.subscribers.isSuppressed(reader(1))).toBe(true);
      expect(await ledger.subscribers.isSuppressed(reader(2))).toBe(false);
    });

    it("takes back intents that were never started, as if nothing had been", async () => {
      await planReaders(2);
      const claims = await ledger.exchange([], MAIL, 2, AT);
      await (await openOne()).release([claims[1]!.key], AT);
      expect(await counts()).toMatchObject({ pending: 0, uncertain: 2 });
      await ledger.release([claims[0]!.key], AT);
      expect(await counts()).toMatchObject({ pending: 1, uncertain: 1 });
      expect(await ledger.exchange([], MAIL, 2, later(100))).toMatchObject([
        { attempt: 1, firstTriedAt: later(100) },
      ]);
    });

    it("decides an uncertain delivery: accepted, or surely not there", async () => {
      await planReaders(3);
      const claims = await ledger.exchange([], MAIL, 3, AT);
      await ledger.exchange(
        claims.map((claim) => settle(claim, LOST)),
        MAIL,
        0,
        AT,
      );
      await ledger.decide(claims[0]!.key, { code: 250, text: "found" }, later(1));
      await ledger.decide(claims[1]!.key, "absent", later(1));
      expect(await counts()).toMatchObject({ sent: 1, pending: 1, uncertain: 1 });
      expect(await ledger.exchange([], MAIL, 3, later(200))).toMatchObject([
        { key: claims[1]!.key, attempt: 2, firstTriedAt: later(200) },
      ]);
      await ledger.decide(claims[0]!.key, "absent", later(1));
      expect(await counts()).toMatchObject({ sent: 1 });
    });

    describe("posts", () => {
      const draft: PostDraft = {
        kind: "post",
        limitsAssumed: true,
        requests: [
          {
            method: "POST",
            url: "https://example.org/upload",
            headers: { a: "b" },
            body: Uint8Array.from({ length: 256 }, (_, i) => i),
          },
          {
            method: "POST",
            url: "https://example.org/post",
            headers: {},
            body: { text: "Zoë 🚂", list: [1, null, true] },
          },
          { method: "GET", url: "https://example.org/", headers: {} },
        ],
      };
      const planPost = (edition = EDITION) => ledger.plan(edition, [{ key: keyOf("bluesky", POST) }], AT);

      it("goes to an account without a recipient", async () => {
        await planPost();
        expect(await ledger.exchange([], POST, 1, AT, draft)).toEqual([
          {
            key: keyOf("bluesky", POST),
            recipient: undefined,
            frozen: undefined,
            attempt: 1,
            firstTriedAt: AT,
            since: AT,
          },
        ]);
      });

      it("freezes the first draft, byte for byte, for every later try", async () => {
        await planPost();
        const [claim] = await ledger.exchange([], POST, 1, AT, draft);
        await ledger.exchange([settle(claim!, busy(later(1)))], POST, 0, AT);
        const [again] = await ledger.exchange([], POST, 1, later(1), { ...draft, requests: [] });
        expect(again!.frozen).toEqual(draft);
        const asked = await (await openOne()).uncertain(POST);
        expect(asked.map(({ frozen, attempt }) => ({ frozen, attempt }))).toEqual([
          { frozen: draft, attempt: 2 },
        ]);
      });

      it("forgets a draft that was never started, and one of an edition that was replaced", async () => {
        await planPost();
        const [claim] = await ledger.exchange([], POST, 1, AT, draft);
        await ledger.release([claim!.key], AT);
        const [second] = await ledger.exchange([], POST, 1, AT, draft);
        expect(second!.frozen).toBeUndefined();
        await ledger.exchange([settle(second!, busy(later(1)))], POST, 0, AT);
        await planPost({ ...EDITION, hash: "sha256:two" });
        const [third] = await ledger.exchange([], POST, 1, later(1), draft);
        expect(third!.frozen).toBeUndefined();
      });

      it("remembers where a reader can see it", async () => {
        await planPost();
        const [claim] = await ledger.exchange([], POST, 1, AT, draft);
        const url = "https://bsky.app/profile/example.org/post/1";
        await ledger.exchange(
          [settle(claim!, { state: "sent", receipt: { code: 200, url } }, later(1))],
          POST,
          0,
          later(1),
        );
        expect(await ledger.rows()).toEqual([
          { ...POST, counts: { pending: 0, sent: 1, failed: 0, uncertain: 0, skipped: 0, missed: 0 }, url },
        ]);
        expect(await ledger.deliveries({ slug: POST.slug })).toEqual([
          {
            key: keyOf("bluesky", POST),
            state: "sent",
            attempts: 1,
            code: 200,
            url,
            firstTriedAt: AT,
            at: later(1).toISOString(),
          },
        ]);
      });
    });

    describe("editions", () => {
      const changed = { ...EDITION, hash: "sha256:two", bodyHash: "sha256:other" };

      it("are known by revision, the newest first", async () => {
        await ledger.plan(EDITION, [], AT);
        await ledger.plan({ ...changed, revision: 1 }, [], AT);
        expect(await ledger.edition(EDITION.slug)).toEqual({ ...changed, revision: 1 });
        expect(await ledger.edition(EDITION.slug, 0)).toEqual(EDITION);
        expect(await ledger.edition(EDITION.slug, 2)).toBeUndefined();
        expect(await ledger.edition("unknown")).toBeUndefined();
      });

      it("can be replaced until a reader may have them", async () => {
        await planReaders(1);
        const [claim] = await ledger.exchange([], MAIL, 1, AT);
        await ledger.exchange([settle(claim!, busy(later(1)))], MAIL, 0, AT);
        await ledger.plan(changed, [], AT);
        expect(await ledger.edition(EDITION.slug)).toEqual(changed);
        await ledger.exchange([], MAIL, 1, later(1));
        await ledger.plan(EDITION, [], AT);
        expect(await ledger.edition(EDITION.slug)).toEqual(changed);
      });
    });

    it("lets one run at a time hold an article", async () => {
      const other = await openOne();
      const lock = await ledger.lock("harbour-lights", AT);
      expect(await other.lock("harbour-lights", later(1))).toEqual({
        heldBy: { pid: process.pid, host: expect.any(String), since: AT.toISOString() },
      });
      const elsewhere = await other.lock("another-article", AT);
      expect(elsewhere).toHaveProperty("release");
      if ("release" in lock) lock.release();
      const second = await other.lock("harbour-lights", AT);
      expect(second).toHaveProperty("release");
      if ("release" in lock) lock.release();
      expect(await ledger.lock("harbour-lights", AT)).toHaveProperty("heldBy");
    });

    it("merges what is added about a reader who is there", async () => {
      const ada = { address: reader(1), name: "Ada", tags: ["uk"], fields: { city: "Leeds" } };
      expect(await ledger.subscribers.add([ada, { ...ada, address: reader(2) }], AT)).toEqual({
        added: 2,
        updated: 0,
        unchanged: 0,
        suppressed: 0,
      });
      const more = { address: reader(1), name: undefined, tags: ["weekly", "uk"], fields: { since: "2019" } };
      expect(await ledger.subscribers.add([ada, more], later(1))).toEqual({
        added: 0,
        updated: 1,
        unchanged: 1,
        suppressed: 0,
      });
      expect([...ledger.subscribers.list()].find(({ address }) => address === reader(1))).toEqual({
        id: expect.stringMatching(/^[\w-]{22}$/),
        address: reader(1),
        name: "Ada",
        tags: ["uk", "weekly"],
        fields: { city: "Leeds", since: "2019" },
        joinedAt: AT.toISOString(),
      });
      expect(await ledger.subscribers.remove(reader(2))).toBe(true);
      expect(await ledger.subscribers.remove(reader(2))).toBe(false);
      expect(await ledger.subscribers.count()).toBe(1);
    });
  });
}
