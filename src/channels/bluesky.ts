import type { ChannelType } from "./index.ts";

export declare const channelType: ChannelType;
