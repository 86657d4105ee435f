import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { PostDraft } from "../../src/model/draft.ts";
import { type Fault, faultsAt, firstOf } from "./faults.ts";
import { decide, later, NAME, type NetworkContract, NOW, openPlace, type Place, withSlug } from "./place.ts";
import { makeChannel, type Ran } from "./run.ts";

export type { NetworkContract, NetworkServer } from "./place.ts";

import { editionShowing, NOTICE_OF, ODD_PICTURES } from "./pictures.ts";
import { editionOfThree, editionSaying, sampleEdition } from "./sample.ts";
import { aroundLimit, SCRIPTS } from "./scripts.ts";
import { expectOnWire } from "./wire.ts";

/**
 * What every network that is spoken to by HTTP promises, whatever goes wrong: in the end there is one post on the
 * server. Each network's own test calls it.
 */
export function describeNetwork(name: string, contract: NetworkContract): void {
  describe(`${name}: one post, whatever happens`, () => {
    let place: Place;
    beforeEach(async () => {
      place = await openPlace(contract);
    });
    afterEach(async () => {
      await place.proxy.close();
      await place.server.stop();
      rmSync(place.folder, { recursive: true });
    });

    const posts = async () => place.server.posts();

    it("sends what the dry run shows, byte for byte", async () => {
      const channel = makeChannel(place.options());
      await channel.learn?.(new AbortController().signal);
      const draft = channel.compose(sampleEdition(NAME)) as PostDraft;
      const key = { channel: NAME, slug: "harbour-lights", revision: 0, recipient: NAME };
      place.proxy.forget();
      const outcome = await channel.send({ key, draft, attempt: 1 }, new AbortController().signal);
      expect(outcome).toMatchObject({ state: "sent" });
      const isLogin = contract.isLogin ?? (() => false);
      await expectOnWire(
        draft,
        place.proxy.seen.filter((seen) => !isLogin(seen)),
      );
    });

    it.each(faultsAt(NOW))("$name", async (fault) => {
      place.proxy.meddle(firstOf(contract.isPost, fault.fate));
      const first = await place.run();
      expect(JSON.stringify(first)).not.toContain(contract.secrets[0] ?? "\0");
      expect(first?.state).toBe(stateAfter(fault, contract));
      if (fault.wait !== undefined) await expectPause(place, contract);
      if (fault.leaves === "failed") return expect(await posts()).toBe(0);
      if (first?.state === "sent") return expect(await posts()).toBe(1);
      expect(await posts()).toBe(fault.posted ? 1 : 0);
      expect(await settle(place, contract, fault)).toMatchObject({ state: "sent" });
      expect(await posts()).toBe(1);
      await place.run(later(3));
      expect(await posts()).toBe(1);
    });

    it("an expired token: nothing is lost, and nothing posted twice once there is a new one", async () => {
      const { status, body } = contract.expired ?? { status: 401, body: { error: "The token has expired." } };
      place.proxy.meddle(firstOf(contract.isPost, { status, body }));
      const first = await place.run();
      expect(first).toMatchObject(contract.renews ? { state: "sent" } : { state: "pending", refused: true });
      expect(await posts()).toBe(contract.renews ? 1 : 0);
      expect(await place.run(later(1))).toMatchObject({ state: "sent" });
      expect(await posts()).toBe(1);
    });

    it("a server that posts minutes after it hung up", async () => {
      const late = Promise.withResolvers<void>();
      place.proxy.meddle(firstOf(contract.isPost, { late: late.promise }));
      const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);
      expect(await place.run()).toMatchObject({ state: contract.repeatable ? "pending" : "uncertain" });
      const soon = await place.run(minutes(5));
      expect(soon).toMatchObject({
        state: makeChannel(place.options()).repeatable ? "sent" : "uncertain",
      });
      const before = place.proxy.seen.length;
      late.resolve();
      while ((await posts()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      const then = await place.run(minutes(6));
      expect(place.proxy.seen.slice(before).filter(contract.isPost)).toEqual([]);
      if (then?.state !== "sent") await decide(place, "there");
      expect(await place.run(later(3))).toMatchObject({ state: "sent" });
      expect(await posts()).toBe(1);
    });

    it("two runs at once", async () => {
      const both = await Promise.all([place.run(), place.run()]);
      expect(both.filter((each) => each?.state === "sent")).toHaveLength(1);
      expect(await posts()).toBe(1);
    });

    it.each([
      ["before the server had the post", false],
      ["after the server had the post", true],
    ])("a process killed between intent and receipt, %s", async (_, posted) => {
      const child = spawnRun(place, contract);
      place.proxy.meddle(async (seen) => {
        if (!contract.isPost(seen) || child.killed) return undefined;
        if (posted) return { after: await killed(child) };
        await killed(child);
        return "break";
      });
      await once(child, "exit");
      // With the request forwarded, the post may take a moment to be made.
      while (posted && (await posts()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      place.proxy.meddle(() => undefined);
      const next = await place.run(later(1));
      if (next?.state !== "sent") await decide(place, posted ? "there" : "absent");
      expect(await place.run(later(2))).toMatchObject({ state: "sent" });
      expect(await posts()).toBe(1);
    });

    it.each([
      ["the second part was taken and its answer not read", 2, true],
      ["the third part left", 3, false],
      ["the third part was taken and its answer not read", 3, true],
    ])("a process killed within a thread, when %s", async (_, part, taken) => {
      const { limits } = makeChannel(place.options());
      // Where the network cannot tell, a person can say of a thread only that all of it is there, or not.
      const cannotTell = part === 2 && !contract.finds;
      if (limits?.threads !== true || contract.atomicThreads || cannotTell) return;
      const thread = editionOfThree(NAME);
      const child = spawnRun(place, contract, "thread");
      let parts = 0;
      place.proxy.meddle(async (seen) => {
        if (!contract.isPost(seen) || ++parts !== part) return undefined;
        if (taken) return { after: await killed(child) };
        await killed(child);
        return "break";
      });
      await once(child, "exit");
      await place.proxy.quiet();
      place.proxy.meddle(() => undefined);
      const next = await place.run(later(1), thread);
      if (next?.state !== "sent") await decide(place, taken ? "there" : "absent");
      expect(await place.run(later(2), thread)).toMatchObject({ state: "sent" });
      expect(await posts()).toBe(3);
      const left = place.proxy.seen
        .filter(contract.isPost)
        .map(({ body }) => /One|Two|Three/.exec(String(body))?.[0]);
      expect(left).toEqual(taken ? ["One", "Two", "Three"] : ["One", "Two", "Three", "Three"]);
    });

    it.each(Object.entries(ODD_PICTURES))("the picture: %s", async (_, odd) => {
      const channel = makeChannel(place.options());
      await channel.learn?.(new AbortController().signal);
      const { limits } = channel;
      if (limits?.images === undefined) return;
      const edition = await editionShowing(odd, { name: NAME, limits });
      expect(edition.notices.map(({ code }) => code)).toEqual(NOTICE_OF[odd.becomes(limits.images)]);
      expect(await place.run(NOW, edition)).toMatchObject({ state: "sent" });
      expect(await posts()).toBe(1);
    });

    if (contract.refusesLong === false) return;
    it.each(Object.entries(SCRIPTS))("counts as the server does: %s", async (_, script) => {
      const make = contract.edition ?? editionSaying;
      const channel = makeChannel(place.options());
      await channel.learn?.(new AbortController().signal);
      if (channel.limits === undefined) throw new Error("a network without limits");
      const { at, over } = aroundLimit(script, channel.limits);
      expect(await place.run(NOW, withSlug(make(NAME, over), "over"))).toMatchObject({ state: "failed" });
      expect(await posts()).toBe(0);
      expect(await place.run(NOW, withSlug(make(NAME, at), "at"))).toMatchObject({ state: "sent" });
      expect(await posts()).toBe(1);
    });
  });
}

function stateAfter({ leaves, posted }: Fault, { finds, repeatable }: NetworkContract): Ran["state"] {
  if (leaves !== "in doubt") return leaves;
  if (repeatable) return "pending";
  return finds && posted ? "sent" : "uncertain";
}

/** Neither this article nor another one reaches the server before the time that it named. */
async function expectPause({ proxy, run }: Place, { isPost }: NetworkContract): Promise<void> {
  const before = proxy.seen.filter(isPost).length;
  const other = withSlug(sampleEdition(NAME), "another");
  for (const edition of [undefined, other]) {
    const ran = await run(new Date(NOW.getTime() + 600_000), edition);
    expect(ran).toMatchObject({ state: "pending" });
  }
  expect(proxy.seen.filter(isPost)).toHaveLength(before);
}

/** Later runs, and a person's decision where the network cannot be asked. */
async function settle(place: Place, contract: NetworkContract, fault: Fault): Promise<Ran | undefined> {
  const next = await place.run(later(1));
  if (next?.state !== "uncertain") return next;
  expect(contract.finds || contract.repeatable).toBe(false);
  await decide(place, fault.posted ? "there" : "absent");
  return place.run(later(2));
}

function spawnRun({ folder, proxy }: Place, { file, options }: NetworkContract, what = "post") {
  const args = [
    pathToFileURL(file).href,
    NAME,
    JSON.stringify(options(proxy.url)),
    folder,
    NOW.toISOString(),
    what,
  ];
  return spawn(process.execPath, [join(import.meta.dirname, "child.ts"), ...args], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}

async function killed(child: ReturnType<typeof spawnRun>) {
  child.kill("SIGKILL");
  await once(child, "exit");
  return { status: 200 };
}
