/**
 * Names for parts of the generated protocol. No logic lives here.
 */
export type * from "./frames.gen.js";
import type { ControlEvent, LogFrame, MessageEvent, SetLocale } from "./frames.gen.js";

export type Locale = SetLocale["locale"];
export type Author = MessageEvent["author"];
export type Controller = ControlEvent["controller"];
/** One event of the log, whatever its kind. */
export type LogEvent = LogFrame["event"];
/** A kind of the log event, by name: `Of<"message">`. */
export type Of<K extends LogEvent["kind"]> = Extract<LogEvent, { kind: K }>;
