import type { RunRow } from "../model/plan.ts";

/** The document of `publish --json` for one article: product names, in their order. */
export function runJson(run: {
  readonly article: string;
  readonly revision: number;
  readonly edition: string;
  readonly dryRun: boolean;
  readonly sandbox: boolean;
  readonly channels: readonly RunRow[];
}): object {
  const { article, revision, edition, dryRun, sandbox } = run;
  return { article, revision, edition, dryRun, sandbox, channels: run.channels.map(rowJson) };
}

function rowJson(row: RunRow): object {
  const { channel, planned, sent, failed, uncertain, skipped, pending, missed, url } = row;
  return { channel, planned, sent, failed, uncertain, skipped, pending, missed, ...(url && { url }) };
}
