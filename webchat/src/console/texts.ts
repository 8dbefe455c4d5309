/** The console's wording; language and forms are those of both surfaces. */

import { actionsDe } from "../i18n/console.actions.de";
import { actionsEn } from "../i18n/console.actions.en";
import { consoleDe } from "../i18n/console.de";
import { consoleEn } from "../i18n/console.en";
import { shellDe } from "../i18n/console.shell.de";
import { shellEn } from "../i18n/console.shell.en";
import { workDe } from "../i18n/console.work.de";
import { workEn } from "../i18n/console.work.en";
import { deskDe } from "../i18n/desk.de";
import { deskEn } from "../i18n/desk.en";
import { voiceOf } from "./tongue";

export * from "./tongue";

const german = { ...deskDe, ...consoleDe, ...actionsDe, ...shellDe, ...workDe };

export type TextKey = keyof typeof german;

export const { say: t, wording } = voiceOf<TextKey>(german, { ...deskEn, ...consoleEn, ...actionsEn, ...shellEn, ...workEn });
