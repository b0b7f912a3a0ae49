import { DownloadOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keep, takeCsv } from "../api/csv";
import type { Query } from "../api/http";
import type { PathOf } from "../api/paths";
import { toProblem } from "../api/problem";
import { problemWords } from "../api/problemWords";
import { exact } from "../format/number";
import { isoDay } from "../format/time";

/** A whole list as a file. */
export interface Exported {
  path: PathOf<"get">;
  /** The list's conditions. */
  query?: Query;
  /** What the file's name begins with. */
  title: string;
}

/** Takes all of a list with its conditions, not only the page; counts while it comes and can be stopped. */
export function ExportButton({ path, query, title }: Exported) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const [rows, setRows] = useState(0);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const taking = useMutation({
    mutationFn: () => {
      setRows(0);
      stop.current = new AbortController();
      return takeCsv(path, { ...query, lang: i18n.language.startsWith("zh") ? "zh" : "en" }, setRows, stop.current.signal);
    },
    onSuccess: ({ file, rows: all }) => {
      keep(file, `${title}-${isoDay(new Date())}.csv`);
      void message.success(t("export.done", { count: all, rows: exact(all) }));
    },
    onError: (error) => {
      if (error instanceof DOMException && error.name === "AbortError") return;
      const problem = toProblem(error);
      void message.error(problem.status === 429 ? t("export.too_often") : t("export.failed", { reason: problemWords(problem) }));
    },
  });

  if (taking.isPending)
    return <Button icon={<DownloadOutlined />} onClick={() => stop.current?.abort()}>{t("export.coming", { count: rows, rows: exact(rows) })}</Button>;
  return <Button icon={<DownloadOutlined />} onClick={() => taking.mutate()}>{t("export.button")}</Button>;
}
