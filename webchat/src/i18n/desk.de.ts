/** German texts of both surfaces of the desk, the console and the supervisor's pages. */

export const deskDe = {
  to_dark: "Dunkle Ansicht",
  to_light: "Helle Ansicht",
  other_language: "Switch to English",
  today: "Heute",
  yesterday: "Gestern",
  s_BIL: "Rechnung",
  s_COL: "Zahlung",
  s_RET: "Bindung",
  s_TEC: "Technik",
  s_SEC: "Sicherheit",
  s_DLV: "Lieferung",
  s_SAL: "Verkauf",
  s_CMP: "Beschwerde",
  s_PRV: "Datenschutz",
  lang_de: "Deutsch",
  lang_en: "Englisch",
};
