import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Channel } from "../model/channel.ts";
import type { Delivery, DeliveryKey, Outcome, Receipt } from "../model/delivery.ts";
import { describeDraft } from "../model/draft.ts";
import { writePrivateFile } from "../private-file.ts";

/**
 * The sandbox's stand-in for a social channel: it composes and counts as the real one does, and posts into
 * `<folder>/<channel>/<slug>.json` the requests that the network would have got.
 */
export function createOutbox(channel: Channel, folder: string): Channel {
  const fileOf = ({ slug, revision }: DeliveryKey, copy = 1) => {
    const parts = [slug, ...(revision > 0 ? [revision] : []), ...(copy > 1 ? [`again-${copy}`] : [])];
    return join(folder, channel.name, `${parts.join(".")}.json`);
  };

  /** A second post under one key stands beside the first, as readers would see it; the same bytes are one post. */
  function keep(key: DeliveryKey, text: string): string {
    for (let copy = 1; ; copy += 1) {
      const file = fileOf(key, copy);
      if (existsSync(file)) {
        if (readFileSync(file, "utf8") !== text) continue;
      } else {
        writePrivateFile(file, text);
      }
      return file;
    }
  }

  return {
    name: channel.name,
    limits: channel.limits,
    face: channel.face,
    concurrency: channel.concurrency,
    repeatable: true,
    corrects: channel.corrects,
    compose: (edition) => channel.compose(edition),
    verify: async () => [],
    async send({ key, draft }: Delivery): Promise<Outcome> {
      if (draft.kind !== "post") throw new Error(`a mail was given to ${channel.name}`);
      const text = `${JSON.stringify({ channel: channel.name, ...describeDraft(draft) }, null, 2)}\n`;
      return { state: "sent", receipt: receiptOf(keep(key, text)) };
    },
    find: async ({ key }) => (existsSync(fileOf(key)) ? receiptOf(fileOf(key)) : "absent"),
    close: () => channel.close(),
  };
}

function receiptOf(file: string): Receipt {
  return { url: pathToFileURL(file).href };
}
