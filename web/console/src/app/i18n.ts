import i18n from "i18next";
import { initReactI18next } from "react-i18next";
import { preferences, subscribe } from "./preferences";

type Language = "zh" | "en";

// Each language is a file of its own: nobody waits for the one that is not read.
const load: Record<Language, () => Promise<{ default: object }>> = {
  zh: () => import("../locales/zh.json"),
  en: () => import("../locales/en.json"),
};

export async function startLanguage(): Promise<void> {
  const { language } = preferences();
  const words = (await load[language]()).default;
  await i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: words } },
    interpolation: { escapeValue: false },
    returnNull: false,
    showSupportNotice: false,
  });
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  subscribe(() => void speak(preferences().language));
}

async function speak(language: Language): Promise<void> {
  if (i18n.language === language) return;
  if (!i18n.hasResourceBundle(language, "translation")) i18n.addResourceBundle(language, "translation", (await load[language]()).default);
  await i18n.changeLanguage(language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}
