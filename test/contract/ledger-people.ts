import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Bounce } from "../../src/model/bounce.ts";
import type { Outcome } from "../../src/model/delivery.ts";
import type { Claim, Ledger, Scope } from "../../src/model/ledger.ts";
import type { Signup } from "../../src/model/signup.ts";

const AT = new Date("2026-11-23T09:00:00.000Z");
const HOUR = 3_600_000;
const later = (hours: number) => new Date(AT.getTime() + hours * HOUR);
const days = (count: number) => later(24 * count);

const MAIL: Scope = { channel: "email", slug: "harbour-lights", revision: 0 };
const CORRECTION: Scope = { ...MAIL, revision: 1 };
const [ADA, BEA, CYD, DOT] = ["ada", "bea", "cyd", "dot"].map((name) => `${name}@example.org`) as [
  string,
  string,
  string,
  string,
];
const idOf = (address: string) => `<${address}>`;
const sent = (address: string): Outcome => ({
  state: "sent",
  receipt: { code: 250, text: "queued", messageId: idOf(address) },
});
const REFUSED = { state: "failed", reason: { kind: "rejected", code: 550, text: "5.7.1 no" } } as const;
const LOST: Outcome = { state: "uncertain", reason: { kind: "silence", text: "the connection broke" } };
const NO_LIMITS = { perDomain: {}, pauseOver: { failed: 0.01, complaints: 0.001 } };

const addresses = (people: Iterable<{ readonly address: string }>) =>
  [...people].map(({ address }) => address);

/** What every ledger promises of readers, pace and pauses. @param open the same ledger again, as another process would. */
export function ledgerPeopleContract(name: string, open: () => Promise<Ledger>): void {
  describe(`${name}: the ledger contract, of readers and pace`, () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await open();
    });
    afterEach(() => ledger.close());

    const join = (...people: readonly string[]) =>
      ledger.subscribers.add(
        people.map((address) => ({ address, name: undefined, tags: [], fields: {} })),
        AT,
      );

    /** Plans a mail to each, and settles it as given; undefined: pending. */
    async function mail(
      outcomes: Readonly<Record<string, Outcome | undefined>>,
      scope = MAIL,
      at = AT,
      text = "body",
    ) {
      const known = [...ledger.subscribers.list()];
      const wanted = Object.keys(outcomes);
      await ledger.plan(
        { slug: scope.slug, revision: scope.revision, hash: "sha256:one", bodyHash: `sha256:${text}` },
        wanted.map((recipient) => ({
          key: { ...scope, recipient },
          subscriberId: known.find(({ address }) => address === recipient)?.id ?? "",
        })),
        at,
      );
      const claims = await ledger.exchange([], scope, wanted.length, at);
      const settled = claims.flatMap(({ key }) => {
        const outcome = outcomes[key.recipient];
        return outcome ? [{ key, outcome, at }] : [];
      });
      await ledger.exchange(settled, scope, 0, at);
      await ledger.release(
        claims.map(({ key }) => key).filter(({ recipient }) => outcomes[recipient] === undefined),
        at,
      );
    }

    const states = async () => (await ledger.deliveries({})).map(({ state }) => state).toSorted();

    it("tells who is in no plan of a scope yet, in the order in which they joined", async () => {
      await join(BEA, ADA, CYD);
      expect(addresses(ledger.strangers(MAIL))).toEqual([BEA, ADA, CYD]);
      await mail({ [ADA]: sent(ADA), [BEA]: undefined });
      expect(addresses(ledger.strangers(MAIL))).toEqual([CYD]);
      expect(addresses(ledger.strangers(CORRECTION))).toEqual([BEA, ADA, CYD]);
      expect(addresses(ledger.strangers({ ...MAIL, slug: "another" }))).toEqual([BEA, ADA, CYD]);
      await ledger.subscribers.suppress(CYD, { kind: "rejected", text: "gone" }, AT);
      // A suppression decides at the claim, where it is said so.
      expect(addresses(ledger.strangers(MAIL))).toEqual([CYD]);
    });

    it("reads strangers page by page, however many there are and whatever is planned meanwhile", async () => {
      const many = Array.from({ length: 2_500 }, (_, index) => `r${index}@example.org`);
      await join(...many);
      expect(addresses(ledger.strangers(MAIL))).toEqual(many);
    });

    it("tells to whom a correction goes: who was sent the article, is still there and has no plan of it", async () => {
      await join(ADA, BEA, CYD, DOT);
      await mail({ [ADA]: sent(ADA), [BEA]: sent(BEA), [CYD]: REFUSED, [DOT]: LOST });
      expect(addresses(ledger.readers(CORRECTION))).toEqual([ADA, BEA]);
      expect(addresses(ledger.readers(MAIL))).toEqual([]);
      await ledger.subscribers.remove(BEA);
      await mail({ [ADA]: undefined }, CORRECTION);
      expect(addresses(ledger.readers(CORRECTION))).toEqual([]);
      expect(addresses(ledger.readers({ ...MAIL, revision: 2 }))).toEqual([ADA]);
    });

    it("keeps a correction from those who joined later and got the corrected text at once", async () => {
      await join(ADA, BEA);
      await mail({ [ADA]: sent(ADA), [BEA]: sent(BEA) });
      await mail({ [ADA]: undefined }, CORRECTION, later(1));
      await join(CYD);
      await mail({ [CYD]: sent(CYD) }, MAIL, later(2));
      expect(addresses(ledger.readers(CORRECTION))).toEqual([BEA]);
      // The next correction has another text.
      expect(addresses(ledger.readers({ ...MAIL, revision: 2 }))).toEqual([ADA, BEA, CYD]);
    });

    it("keeps a correction from who was put off and then got the corrected text in place of the first", async () => {
      await join(ADA, BEA, CYD);
      const BUSY = { state: "failed", reason: { kind: "busy", text: "later" }, retryAt: later(1) } as const;
      await mail({ [ADA]: sent(ADA), [BEA]: BUSY, [CYD]: LOST });
      await mail({ [ADA]: sent(ADA) }, CORRECTION, later(1), "corrected");
      await mail({ [BEA]: sent(BEA) }, MAIL, later(2), "corrected");
      expect(addresses(ledger.readers(CORRECTION))).toEqual([]);
      // What was lost was the first text, whenever a person says that it came.
      await ledger.decide({ ...MAIL, recipient: CYD }, { text: "it came" }, later(3));
      expect(addresses(ledger.readers(CORRECTION))).toEqual([CYD]);
      expect(addresses(ledger.readers({ ...MAIL, revision: 2 }))).toEqual([ADA, BEA, CYD]);
    });

    it("sends nobody a correction that was corrected again", async () => {
      await join(ADA, BEA);
      await mail({ [ADA]: sent(ADA), [BEA]: sent(BEA) });
      await mail({ [ADA]: sent(ADA), [BEA]: undefined }, CORRECTION, later(1), "corrected");
      const second = { ...MAIL, revision: 2 };
      expect(addresses(ledger.readers(second))).toEqual([ADA, BEA]);
      await mail({ [ADA]: sent(ADA), [BEA]: sent(BEA) }, second, later(2), "corrected again");
      const [old] = await ledger.deliveries({ states: ["skipped"] });
      expect(old).toMatchObject({
        key: { ...CORRECTION, recipient: BEA },
        text: "a newer correction takes its place",
      });
      expect(await states()).toEqual(["sent", "sent", "sent", "sent", "sent", "skipped"]);
    });

    it("brings a correction to whom a clock that ran ahead sent the first text", async () => {
      await join(ADA, BEA);
      await mail({ [ADA]: sent(ADA), [BEA]: sent(BEA) }, MAIL, days(365));
      await mail({ [ADA]: sent(ADA) }, CORRECTION);
      expect(addresses(ledger.readers(CORRECTION))).toEqual([BEA]);
    });

    it("puts what was never started off until its time, as if it had not been claimed", async () => {
      await join(ADA, BEA);
      await mail({ [ADA]: undefined, [BEA]: undefined });
      const claims = await ledger.exchange([], MAIL, 2, AT);
      await ledger.defer([{ key: (claims[0] as Claim).key, until: later(1) }], AT);
      expect(await ledger.exchange([], MAIL, 2, later(0.9))).toEqual([]);
      const [again] = await ledger.exchange([], MAIL, 2, later(1));
      expect(again).toMatchObject({ key: { recipient: ADA }, attempt: 1, firstTriedAt: later(1) });
      expect(
        (await ledger.paceHistory("email", { rules: NO_LIMITS, windowMs: 2 * HOUR, at: later(1) })).recent,
      ).toHaveLength(2);
    });

    it("tallies what was tried, and begins anew when a pause ends", async () => {
      await join(ADA, BEA, CYD, DOT);
      expect(await ledger.tally(MAIL)).toEqual({ tried: 0, failed: 0, complaints: 0 });
      await mail({ [ADA]: sent(ADA), [BEA]: REFUSED, [CYD]: LOST, [DOT]: undefined });
      expect(await ledger.tally(MAIL)).toEqual({ tried: 3, failed: 1, complaints: 0 });
      await ledger.subscribers.suppress(ADA, { kind: "complaint", text: "spam" }, AT);
      expect(await ledger.tally(MAIL)).toEqual({ tried: 3, failed: 1, complaints: 1 });

      expect(await ledger.pauseOf(MAIL)).toBeUndefined();
      await ledger.pause(MAIL, "too many", AT);
      expect(await ledger.pauseOf(MAIL)).toEqual({ reason: "too many", since: AT });
      await ledger.pause(MAIL, "far too many", later(1));
      expect(await ledger.pauseOf(MAIL)).toEqual({ reason: "far too many", since: later(1) });
      expect(await ledger.pauseOf(CORRECTION)).toBeUndefined();
      await ledger.resume(MAIL, later(2));
      expect(await ledger.pauseOf(MAIL)).toBeUndefined();
      expect(await ledger.tally(MAIL)).toEqual({ tried: 0, failed: 0, complaints: 0 });
      const [claim] = await ledger.exchange([], MAIL, 1, later(2));
      await ledger.exchange(
        [{ key: (claim as Claim).key, outcome: REFUSED, at: later(2) }],
        MAIL,
        0,
        later(2),
      );
      expect(await ledger.tally(MAIL)).toEqual({ tried: 1, failed: 1, complaints: 0 });
    });

    it("remembers a channel's tries for its pace: the latest one by one, all by the quarter of an hour", async () => {
      await join(ADA, BEA, CYD);
      await mail({ [ADA]: sent(ADA) });
      await mail({ [BEA]: REFUSED }, { ...MAIL, slug: "another" }, later(0.5));
      await mail({ [CYD]: undefined }, { ...MAIL, slug: "third" }, later(0.5));
      await mail({ bluesky: sent("x") }, { ...MAIL, channel: "bluesky" }, later(0.5));
      const history = (windowMs: number, at = later(0.75)) =>
        ledger.paceHistory("email", { rules: NO_LIMITS, windowMs, at });
      expect((await history(HOUR)).recent).toEqual([
        { recipient: ADA, at: AT.getTime() },
        { recipient: BEA, at: later(0.5).getTime() },
      ]);
      expect((await history(HOUR / 2)).recent).toEqual([{ recipient: BEA, at: later(0.5).getTime() }]);
      expect((await history(0)).recent).toEqual([]);
      expect((await history(0)).quarters).toEqual([
        { start: AT.getTime(), tries: 1 },
        { start: later(0.5).getTime(), tries: 1 },
      ]);
      // A clock that was set back: what lies in its future counts as made now.
      expect((await history(HOUR, later(0.25))).recent).toEqual([
        { recipient: ADA, at: AT.getTime() },
        { recipient: BEA, at: later(0.25).getTime() },
      ]);
    });

    it("remembers when a warm-up began, until it is another one", async () => {
      const began = async (start: number, at: Date) => {
        const rules = { ...NO_LIMITS, warmUp: { start, factor: 2 } };
        return (await ledger.paceHistory("email", { rules, windowMs: 0, at })).warmUpBegan;
      };
      expect(await began(100, AT)).toBe(AT.getTime());
      expect(await began(100, days(3))).toBe(AT.getTime());
      expect(await began(200, days(4))).toBe(days(4).getTime());
    });

    it("tells which mails went, or may have gone, to an address or under a Message-ID", async () => {
      await join(ADA, BEA, CYD, DOT);
      await mail({ [ADA]: sent(ADA), [BEA]: LOST, [CYD]: REFUSED, [DOT]: undefined });
      const one = { slug: MAIL.slug, revision: 0 };
      expect([ADA, BEA, CYD, DOT].map((address) => ledger.mailedTo(address))).toMatchObject([
        [{ ...one, recipient: ADA, messageId: idOf(ADA) }],
        [{ ...one, recipient: BEA, messageId: undefined }],
        [],
        [],
      ]);
      expect(ledger.mailedAs([idOf(ADA), idOf(BEA), "<other@example.org>"])).toMatchObject([
        { ...one, recipient: ADA, messageId: idOf(ADA) },
      ]);
    });

    describe("bounces", () => {
      const bounce = (id: string, kind: Bounce["kind"], recipient = ADA): Bounce => ({
        ...{ id, kind, recipient, status: "5.1.1", text: "no such user", slug: MAIL.slug },
      });
      const isSuppressed = () => ledger.subscribers.isSuppressed(ADA);

      it.each(["hard", "complaint"] as const)(
        "that are %s suppress at once, and count once",
        async (kind) => {
          expect(ledger.bounced(bounce("one", kind), AT)).toBe("suppressed");
          expect(ledger.bounced(bounce("one", kind), later(1))).toBe("known");
          expect(await isSuppressed()).toBe(true);
          expect(ledger.person(ADA).suppression).toEqual({
            kind: kind === "complaint" ? "complaint" : "rejected",
            code: undefined,
            text: "5.1.1 no such user",
            at: AT.toISOString(),
          });
          expect(ledger.person(ADA).bounces).toEqual([
            { kind, status: "5.1.1", text: "no such user", slug: MAIL.slug, at: AT.toISOString() },
          ]);
        },
      );

      it("that are soft suppress with the fifth in 30 days, of one address", async () => {
        for (const day of [0, 5, 10, 15]) {
          expect(ledger.bounced(bounce(`a${day}`, "soft"), days(day))).toBe("counted");
          expect(ledger.bounced(bounce(`b${day}`, "soft", BEA), days(day))).toBe("counted");
        }
        // The first of them is too long ago.
        expect(ledger.bounced(bounce("late", "soft"), days(31))).toBe("counted");
        expect(await isSuppressed()).toBe(false);
        expect(ledger.bounced(bounce("fifth", "soft"), days(32))).toBe("suppressed");
        expect(await isSuppressed()).toBe(true);
        expect(await ledger.subscribers.isSuppressed(BEA)).toBe(false);
      });
    });

    describe("who leaves", () => {
      const idsOf = (...people: readonly string[]) =>
        [...ledger.subscribers.list()].flatMap(({ id, address }) => (people.includes(address) ? [id] : []));

      it("is passed over from then on, also by a plan from before, and is taken off the list in their order", async () => {
        await join(ADA, BEA, CYD, DOT);
        await ledger.plan(
          { slug: MAIL.slug, revision: 0, hash: "sha256:one", bodyHash: "sha256:body" },
          [...ledger.subscribers.list()].map(({ id, address }) => ({
            key: { ...MAIL, recipient: address },
            subscriberId: id,
          })),
          AT,
        );
        ledger.consents.leave(idsOf(BEA), AT);
        ledger.consents.leave(idsOf(ADA), later(1));
        ledger.consents.leave(idsOf(CYD), later(1.5));
        ledger.consents.leave(idsOf(BEA), later(2));
        const claims = await ledger.exchange([], MAIL, 10, later(2));
        expect(claims.map(({ key }) => key.recipient)).toEqual([DOT]);
        const rows = await ledger.deliveries({ slug: MAIL.slug });
        const skipped = rows.filter(({ state }) => state === "skipped").map(({ text }) => text);
        expect(skipped).toEqual(Array(3).fill("suppressed: unsubscribed"));

        expect(addresses(ledger.subscribers.list())).toEqual([ADA, BEA, CYD, DOT]);
        expect(ledger.consents.takeOff(2)).toBe(true);
        expect(addresses(ledger.subscribers.list())).toEqual([CYD, DOT]);
        expect([ledger.consents.takeOff(2), ledger.consents.takeOff(2)]).toEqual([false, false]);
        expect(addresses(ledger.subscribers.list())).toEqual([DOT]);
        expect(ledger.person(BEA).suppression).toEqual({
          ...{ kind: "unsubscribed", code: undefined, text: "unsubscribed", at: AT.toISOString() },
        });
      });

      it("is off the list for whoever opens the ledger next, and stays suppressed for the first reason", async () => {
        await join(ADA, BEA, CYD);
        await ledger.subscribers.suppress(ADA, { kind: "complaint", text: "spam" }, AT);
        ledger.consents.leave(idsOf(ADA, BEA), later(1));
        const next = await open();
        expect(addresses(next.subscribers.list())).toEqual([CYD]);
        expect(next.person(ADA).suppression?.kind).toBe("complaint");
        expect(next.person(BEA).suppression?.kind).toBe("unsubscribed");
        await next.close();
      });

      it("can be forgotten in the same moment", async () => {
        await join(ADA);
        ledger.consents.leave(idsOf(ADA), AT);
        expect(ledger.forget(ADA, AT)).toBe(true);
        expect(ledger.consents.takeOff(10)).toBe(false);
        expect(ledger.person(ADA).suppression).toBeUndefined();
        expect(await ledger.subscribers.isSuppressed(ADA)).toBe(true);
      });
    });

    describe("who signs up", () => {
      const signup = (tokenHash: string, more: Partial<Signup> = {}): Signup => ({
        ...{ tokenHash, address: ADA, name: "Ada", tags: ["uk"], text: "Yes, please", ip: "hash", at: AT },
        ...more,
      });

      it("is on the list once they confirm, with the proof; the link is good for seven days", async () => {
        const { consents } = ledger;
        consents.add(signup("one"));
        expect(consents.lastAsked(ADA)).toEqual(AT);
        expect(consents.lastAsked(BEA)).toBeUndefined();
        expect(await ledger.subscribers.count()).toBe(0);
        expect([consents.isOpen("one", days(6.9)), consents.isOpen("one", days(7.1))]).toEqual([true, false]);
        expect([consents.isOpen("other", AT), consents.confirm("other", "ip", AT)]).toEqual([false, false]);
        expect(consents.confirm("one", "ip", days(7.1))).toBe(false);
        expect(consents.confirm("one", "ip", later(1))).toBe(true);
        expect(consents.confirm("one", "ip", later(2))).toBe(true);
        const { subscriber, consents: proofs } = ledger.person(ADA);
        expect(subscriber).toMatchObject({ address: ADA, name: "Ada", tags: ["uk"] });
        expect(proofs[0]).toEqual({
          requestedAt: AT.toISOString(),
          confirmedAt: later(1).toISOString(),
          ip: "ip",
          text: "Yes, please",
        });
      });

      it("comes back after they left; never after a complaint", async () => {
        await join(ADA, BEA);
        const ids = [...ledger.subscribers.list()].map(({ id }) => id);
        ledger.consents.leave(["unheard-of", ids[0] as string], AT);
        expect(ledger.consents.takeOff(10)).toBe(false);
        expect([await ledger.subscribers.count(), await ledger.subscribers.isSuppressed(ADA)]).toEqual([
          1,
          true,
        ]);
        ledger.consents.add(signup("one"));
        expect(ledger.consents.confirm("one", "ip", later(1))).toBe(true);
        expect([await ledger.subscribers.count(), await ledger.subscribers.isSuppressed(ADA)]).toEqual([
          2,
          false,
        ]);
        await ledger.subscribers.suppress(BEA, { kind: "complaint", text: "spam" }, AT);
        ledger.consents.add(signup("two", { address: BEA }));
        ledger.consents.confirm("two", "ip", later(1));
        expect(await ledger.subscribers.isSuppressed(BEA)).toBe(true);
      });

      it("comes back also in the moment between leaving and being off the list", async () => {
        await join(ADA, BEA);
        const ids = [...ledger.subscribers.list()].map(({ id }) => id);
        ledger.consents.add(signup("one", { at: later(-1) }));
        ledger.consents.leave(ids, AT);
        expect(ledger.consents.confirm("one", "ip", AT)).toBe(false);
        ledger.consents.add(signup("two", { at: later(1) }));
        expect(ledger.consents.confirm("two", "ip", later(2))).toBe(true);
        expect(ledger.consents.takeOff(10)).toBe(false);
        expect(addresses(ledger.subscribers.list())).toEqual([ADA]);
        expect(await ledger.subscribers.isSuppressed(ADA)).toBe(false);
        expect(await ledger.subscribers.isSuppressed(BEA)).toBe(true);
      });

      it("chooses topics, and keeps the other tags", async () => {
        await ledger.subscribers.add(
          [{ address: ADA, name: undefined, tags: ["vip", "a", "b"], fields: {} }],
          AT,
        );
        const { id } = ledger.person(ADA).subscriber ?? { id: "" };
        ledger.consents.choose(id, ["a", "b", "c"], ["c", "not-a-topic"]);
        ledger.consents.choose("unheard-of", ["a"], ["a"]);
        expect(ledger.person(ADA).subscriber?.tags).toEqual(["vip", "c"]);
      });

      it("is heard of from an endpoint elsewhere, up to where it was read", async () => {
        expect(ledger.consents.syncedAt("log")).toBeUndefined();
        ledger.consents.noteSynced("log", AT);
        ledger.consents.noteSynced("log", later(1));
        expect([ledger.consents.syncedAt("log"), ledger.consents.syncedAt("other")]).toEqual([
          later(1),
          undefined,
        ]);
      });
    });

    it("tells all that is kept of a person, and nothing of who is unknown", async () => {
      await join(ADA);
      await mail({ [ADA]: sent(ADA) });
      expect(ledger.person(ADA)).toMatchObject({
        address: ADA,
        subscriber: { address: ADA },
        suppression: undefined,
        deliveries: [{ key: { ...MAIL, recipient: ADA }, state: "sent", messageId: idOf(ADA) }],
        bounces: [],
        consents: [],
      });
      expect(ledger.person(BEA)).toEqual({
        ...{ address: BEA, subscriber: undefined, suppression: undefined },
        ...{ deliveries: [], bounces: [], consents: [] },
      });
    });

    it("settles a group also when one of its readers was forgotten while their mail was under way", async () => {
      await join(ADA, BEA);
      await mail({ [ADA]: undefined, [BEA]: undefined });
      const claims = await ledger.exchange([], MAIL, 2, AT);
      ledger.forget(ADA, AT);
      const outcome: Outcome = { ...REFUSED, reason: { ...REFUSED.reason, suppress: true } };
      const settled = claims.map(({ key }) =>
        key.recipient === ADA ? { key, outcome, at: AT } : { key, outcome: sent(BEA), at: AT },
      );
      await ledger.exchange(settled, MAIL, 0, AT);
      expect(await states()).toEqual(["sent", "skipped"]);
      expect(ledger.person(ADA).suppression).toBeUndefined();
      expect(JSON.stringify(await ledger.deliveries({}))).not.toContain(ADA);
    });

    it("forgets a person: no table knows the address, counts stay, and it stays suppressed", async () => {
      await join(ADA, BEA);
      await mail({ [ADA]: sent(ADA), [BEA]: undefined });
      await mail({ [ADA]: undefined }, { ...MAIL, slug: "another" });
      ledger.bounced({ id: "1", kind: "soft", recipient: ADA, text: `no ${ADA}` }, AT);
      const before = (await ledger.rows(MAIL.slug))[0]?.counts;
      expect(ledger.forget(ADA, AT)).toBe(true);
      expect(ledger.person(ADA)).toMatchObject({ deliveries: [], bounces: [], consents: [] });
      expect(ledger.person(ADA).subscriber).toBeUndefined();
      expect((await ledger.rows(MAIL.slug))[0]?.counts).toEqual(before);
      expect(JSON.stringify(await ledger.deliveries({}))).not.toContain("ada@");
      // What was still to come will not, and the doors of the list stay shut to the address.
      expect(await states()).toEqual(["pending", "sent", "skipped"]);
      expect(await ledger.subscribers.isSuppressed(ADA)).toBe(true);
      expect(ledger.forget("nobody@example.org", AT)).toBe(false);
    });
  });
}
