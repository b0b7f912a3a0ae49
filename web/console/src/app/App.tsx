import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import type { Locale } from "antd/es/locale";
import enUS from "antd/es/locale/en_US";
import zhCN from "antd/es/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { RouterProvider } from "react-router";
import { whenSignedOut } from "../shared/api/http";
import { toProblem } from "../shared/api/problem";
import { useIsDark } from "./preferences";
import { router } from "./router";
import { consoleTheme } from "./theme";

const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, refetchOnWindowFocus: false, retry: (count, error) => count < 2 && toProblem(error).isPassing },
  },
});

whenSignedOut(() => void queries.resetQueries({ queryKey: ["session"] }));

const locales: Record<string, Locale> = { zh: zhCN, en: enUS };

export function App() {
  const dark = useIsDark();
  const { i18n } = useTranslation();
  const theme = useMemo(() => consoleTheme(dark), [dark]);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);
  useEffect(() => {
    dayjs.locale(i18n.language === "zh" ? "zh-cn" : "en");
  }, [i18n.language]);

  return (
    <ConfigProvider theme={theme} locale={locales[i18n.language]} button={{ autoInsertSpace: false }}>
      <AntApp style={{ minHeight: "100%", height: "100%" }} message={{ maxCount: 3 }}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
