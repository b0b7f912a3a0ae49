import type { i18n, TFunction } from "i18next";

/** Our words for a report; empty where the server has one that this console does not know yet. */
export function reportWords(name: string, t: TFunction, language: i18n): { title: string; question: string; definition: string } {
  const key = `report.${name.replaceAll("-", "_")}`;
  const known = (part: string) => (language.exists(`${key}.${part}`) ? t(`${key}.${part}`) : "");
  return { title: known("title"), question: known("question"), definition: known("definition") };
}
