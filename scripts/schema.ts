// pressrun.schema.json, by which editors complete and check pressrun.yaml, made from what checks it in the tool.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { CHANNEL_TYPES } from "../src/channels/index.ts";
import { channelSchema } from "../src/config/channels.ts";
import { writtenConfig } from "../src/config/written.ts";

const FILE = join(import.meta.dirname, "../pressrun.schema.json");

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** As written, so before defaults and transformations. Draft 7 is what editors' YAML servers know best. */
function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", target: "draft-7" });
}

/** A channel is named for its type, or names its type. */
async function channelsSchema(): Promise<JsonSchema> {
  const properties: Record<string, JsonSchema> = {};
  const named: JsonSchema[] = [];
  for (const [name, load] of Object.entries(CHANNEL_TYPES)) {
    const { $schema: _, ...schema } = jsonSchema(channelSchema((await load()).channelType));
    properties[name] = schema;
    named.push({
      ...schema,
      properties: { ...schema.properties, type: { const: name } },
      required: ["type", ...(schema.required ?? [])],
    });
  }
  return {
    type: "object",
    propertyNames: { type: "string", pattern: "^(?!email$)[a-z0-9-]{1,40}$" },
    properties,
    additionalProperties: { anyOf: named },
  };
}

/** The whole file. */
export async function schemaText(): Promise<string> {
  const schema = jsonSchema(writtenConfig);
  const { description } = writtenConfig.shape.channels;
  const properties = { ...schema.properties, channels: { description, ...(await channelsSchema()) } };
  return `${JSON.stringify({ title: "pressrun.yaml", ...schema, properties }, null, 2)}\n`;
}

if (import.meta.main) writeFileSync(FILE, await schemaText());
