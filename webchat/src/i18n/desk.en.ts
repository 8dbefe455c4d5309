/** English texts of both surfaces of the desk, the console and the supervisor's pages. */

import type { deskDe } from "./desk.de";

export const deskEn: Record<keyof typeof deskDe, string> = {
  to_dark: "Dark view",
  to_light: "Light view",
  other_language: "Auf Deutsch umschalten",
  today: "Today",
  yesterday: "Yesterday",
  s_BIL: "Billing",
  s_COL: "Payments",
  s_RET: "Retention",
  s_TEC: "Technical",
  s_SEC: "Security",
  s_DLV: "Delivery",
  s_SAL: "Sales",
  s_CMP: "Complaints",
  s_PRV: "Privacy",
  lang_de: "German",
  lang_en: "English",
};
