import * as z from "zod";
import { CHANNEL_TYPES, type ChannelType } from "../channels/index.ts";
import type { ChannelConfig } from "../config.ts";
import { parseMaxCost } from "../model/cost.ts";
import { nearest } from "../model/nearest.ts";
import { dotted } from "./explain.ts";
import type { Review } from "./review.ts";
import type { Path } from "./source.ts";
import { anyChannel } from "./written.ts";

export interface ReadChannel extends ChannelConfig {
  /** Of the options that hold secrets. */
  readonly secrets: readonly string[];
}

/** Checks every channel by its type's own schema; only the types in use are loaded. */
export async function readChannels(review: Review): Promise<readonly ReadChannel[]> {
  const written = review.at(["channels"]);
  const names = written !== null && typeof written === "object" ? Object.keys(written) : [];
  const channels = await Promise.all(names.map((name) => readChannel(name, review)));
  const known = channels.filter((channel) => channel !== undefined);
  for (const [index, channel] of known.entries()) {
    const twin = known.slice(0, index).find((other) => writesInto(other) === writesInto(channel));
    if (twin && writesInto(channel)) reportTwin(channel.name, twin.name, review);
  }
  return known;
}

/** A channel of files: two in one folder would overwrite each other. Two to one account may be a reminder's. */
const writesInto = ({ options }: ReadChannel) => (options as { readonly folder?: string }).folder;

function reportTwin(name: string, other: string, review: Review): void {
  review.report({
    path: ["channels", name],
    part: "key",
    code: "channel-twin",
    message: `channels.${name} writes into the folder of channels.${other}: each would overwrite the other's files.`,
    next: "Give each a folder of its own.",
  });
}

async function readChannel(name: string, review: Review): Promise<ReadChannel | undefined> {
  const path = ["channels", name];
  checkName(name, path, review);
  const given = review.at([...path, "type"]);
  const type = typeof given === "string" ? given : name;
  const load = Object.hasOwn(CHANNEL_TYPES, type) ? CHANNEL_TYPES[type] : undefined;
  if (!load) {
    reportType(type, typeof given === "string" ? [...path, "type"] : path, review);
    return undefined;
  }
  const { channelType } = await load();
  const checked = review.check(channelSchema(channelType), path);
  if (review.isNeeded(path))
    for (const secret of channelType.secrets) requireSecret([...path, secret], review);
  if (!checked) return undefined;
  const options = ownOptions(channelType, checked);
  const wishes = WISHES.parse(generalOptions(channelType, checked));
  const { max_cost } = checked as { readonly max_cost?: string };
  const maxCost = max_cost === undefined ? undefined : parseMaxCost(max_cost);
  return {
    name,
    type,
    ...wishes,
    maxCost,
    options,
    secrets: secretOptions(channelType, options),
  };
}

/** What the composer is told. */
const WISHES = z.object(
  anyChannel.pick({ thread: true, tags: true, utm: true, footer: true, image: true, languages: true }).shape,
);

function checkName(name: string, path: Path, review: Review): void {
  const fault =
    name === "email"
      ? "The name email belongs to the newsletter, which has its own section."
      : `The channel's name ${JSON.stringify(name)} is not one of 1 to 40 letters a-z, digits and hyphens.`;
  if (name === "email" || !/^[a-z0-9-]{1,40}$/.test(name))
    review.report({
      path,
      part: "key",
      code: "channel-name",
      message: fault,
      next: "Choose another name, and give the kind of network as its type.",
    });
}

function reportType(type: string, path: Path, review: Review): void {
  const known = Object.keys(CHANNEL_TYPES);
  const meant = nearest(type, known);
  review.report({
    path,
    part: path.length === 2 ? "key" : undefined,
    code: "channel-type",
    message: `There is no channel type ${JSON.stringify(type)}.`,
    next: meant ? `Did you mean ${meant}?` : `Known types: ${known.join(", ")}.`,
  });
}

function requireSecret(path: Path, review: Review): void {
  if (review.isUnset(path) || review.at(path)) return;
  const name = path
    .join("_")
    .replace(/^channels_/, "")
    .replaceAll("-", "_")
    .toUpperCase();
  review.report({
    path,
    code: "secret-missing",
    message: `${dotted(path)} needs a value before anything can go out live.`,
    next: `Write \${${name}} there and set it in the environment or .env, or use --sandbox.`,
  });
}

function fields({ options }: ChannelType): z.ZodObject {
  if (options instanceof z.ZodObject) return options;
  throw new Error("A channel type's options are an object schema, so that their keys are known.");
}

/** The type's own options and what any channel takes; where both name a key, the type's word counts. */
export function channelSchema(type: ChannelType): z.ZodObject {
  const own = fields(type);
  const general = Object.entries(anyChannel.shape).filter(([key]) => !(key in own.shape));
  return own.safeExtend(Object.fromEntries(general)).strict();
}

function generalOptions(type: ChannelType, checked: object): object {
  const { shape } = fields(type);
  return Object.fromEntries(Object.entries(checked).filter(([key]) => !(key in shape)));
}

function ownOptions(type: ChannelType, checked: object): Readonly<Record<string, unknown>> {
  const { shape } = fields(type);
  return Object.fromEntries(Object.entries(checked).filter(([key]) => key in shape));
}

/** What secrets are called, also where a type does not list them: it may do without one. */
const SECRET = /(password|passphrase|token|secret|key|cookie|webhook)s?$/i;

function secretOptions(type: ChannelType, options: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(options)
    .filter(([key]) => type.secrets.includes(key) || SECRET.test(key))
    .flatMap(([, value]) => value)
    .filter((value) => typeof value === "string");
}
