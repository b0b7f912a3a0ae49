import { useTranslation } from "react-i18next";

/** Words for a code that the server sends (a status, a reason); the code itself when we have no words for it yet. */
export function useCode(): (family: string, code: string, values?: Record<string, unknown>) => string {
  const { t, i18n } = useTranslation();
  return (family, code, values) => {
    const key = `${family}.${code.replaceAll(".", "_")}`;
    return code !== "" && i18n.exists(key) ? t(key, values) : code;
  };
}
