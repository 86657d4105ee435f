// pressrun as a library: the pipeline, and the ports to write a channel or a ledger against.
export { type App, type AppOptions, openApp } from "./app.ts";
export { CHANNEL_TYPES, type ChannelContext, type ChannelType } from "./channels/index.ts";
export type { GlobalArguments, Io } from "./commands/command.ts";
export { EXIT, type ExitCode, type Problem, UserError } from "./errors.ts";
export type { Article } from "./model/article.ts";
export type { Channel } from "./model/channel.ts";
export type { Delivery, DeliveryKey, Outcome, Reason, Receipt, State } from "./model/delivery.ts";
export type { Draft, MailDraft, PlannedRequest, PostDraft } from "./model/draft.ts";
export type { Edition, Newsletter, Post } from "./model/edition.ts";
export type { Claim, Ledger } from "./model/ledger.ts";
export type { Limits, Measure } from "./model/limits.ts";
export type { ChannelPlan, Plan, RunRow } from "./model/plan.ts";
export { makeEdition, makePlan, type PublishOptions, publish, type RunReport, sendTest } from "./pipeline.ts";
