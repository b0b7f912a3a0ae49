import { LeftOutlined, RightOutlined, SettingOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Popover, Table, Tooltip } from "antd";
import type { ColumnType } from "antd/es/table";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import type { Page as PageOf } from "../api/read";
import { exact } from "../format/number";
import { ExportButton, type Exported } from "./ExportButton";
import { ProblemAlert } from "./ProblemAlert";

/** A column of a list; its title is its name in the choice of columns. */
export interface ListColumn<T> extends ColumnType<T> {
  key: string;
  title: string;
  /** Not shown until chosen. */
  extra?: boolean;
}

interface Props<T> {
  /** Names the list in the query cache and in the browser's memory of columns. */
  name: string;
  /** What the list depends on besides its page. */
  filters: Record<string, string>;
  fetch: (filters: Record<string, string>, cursor: string | null, signal: AbortSignal) => Promise<PageOf<T>>;
  columns: ListColumn<T>[];
  rowKey: (row: T) => string;
  filterBar?: ReactNode;
  empty: ReactNode;
  onOpen?: (row: T) => void;
  isMarked?: (row: T) => boolean;
  selection?: { keys: string[]; onChange: (keys: string[]) => void };
  refetchMs?: number;
  /** All of the list as a file, with the list's filters unless it says others. */
  exported?: Exported;
}

/** A list: a filter bar, a table with remembered columns, and pages by cursor, all of it in the URL. */
export function ListPage<T extends object>({ name, filters, fetch, columns, rowKey, filterBar, empty, onOpen, isMarked, selection, refetchMs, exported }: Props<T>) {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const cursor = params.get("cursor");
  const [shown, setShown] = useShownColumns(name, columns);
  const query = useQuery({
    queryKey: [name, filters, cursor],
    queryFn: ({ signal }) => fetch(filters, cursor, signal),
    placeholderData: keepPreviousData,
    refetchInterval: refetchMs,
  });
  const visible = columns.filter((c) => shown.includes(c.key));
  const rows = query.data?.items ?? [];

  return (
    <section className="sheet flush">
      <div className="filters" style={{ padding: "16px 24px 0" }}>
        <div className="row grow">{filterBar}</div>
        {exported ? <ExportButton query={filters} {...exported} /> : null}
        <ColumnChoice columns={columns} shown={shown} onChange={setShown} />
      </div>
      {query.isError ? <div style={{ padding: "0 24px" }}><ProblemAlert error={query.error} onRetry={() => void query.refetch()} /></div> : null}
      <Table<T>
        size="middle"
        rowKey={rowKey}
        columns={visible}
        dataSource={rows}
        loading={{ spinning: query.isFetching && !query.isRefetching, delay: 200 }}
        pagination={false}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: query.isPending ? <div style={{ height: 240 }} /> : empty }}
        rowClassName={(row) => `${onOpen ? "opens" : ""} ${isMarked?.(row) ? "ant-table-row-selected" : ""}`}
        onRow={(row) => (onOpen ? { onClick: (e) => opens(e.target) && onOpen(row) } : {})}
        rowSelection={selection ? { selectedRowKeys: selection.keys, onChange: (keys) => selection.onChange(keys.map(String)) } : undefined}
      />
      {rows.length > 0 ? <Pager next={query.data?.next ?? null} words={t("list.shown", { count: rows.length, shown: exact(rows.length) }) + (query.data?.total != null ? t("list.of", { total: exact(query.data.total) }) : "")} /> : null}
    </section>
  );
}

/** A click on a row opens it, unless it was meant for something within the row. */
function opens(target: EventTarget): boolean {
  return target instanceof Element && target.closest("a,button,input,label,.ant-table-selection-column") === null && (getSelection()?.toString() ?? "") === "";
}

function Pager({ next, words }: { next: string | null; words: string }) {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const location = useLocation();
  const navigate = useNavigate();
  const trail = (location.state as { trail?: string[] } | null)?.trail ?? [];
  const cursor = params.get("cursor");

  const go = (to: string | null, after: string[]) => {
    const search = new URLSearchParams(params);
    if (to) search.set("cursor", to);
    else search.delete("cursor");
    void navigate({ pathname: location.pathname, search: search.toString() }, { state: { trail: after } });
  };

  return (
    <nav className="pager" aria-label={t("list.pages")}>
      <span className="grow">{words}</span>
      {cursor ? (
        <Button icon={<LeftOutlined />} onClick={() => go(trail.at(-1) ?? null, trail.slice(0, -1))}>
          {trail.length > 0 ? t("list.previous") : t("list.first")}
        </Button>
      ) : null}
      <Button disabled={next === null} onClick={() => go(next, [...trail, cursor ?? ""])}>
        {t("list.next")} <RightOutlined />
      </Button>
    </nav>
  );
}

function ColumnChoice<T>({ columns, shown, onChange }: { columns: ListColumn<T>[]; shown: string[]; onChange: (keys: string[]) => void }) {
  const { t } = useTranslation();
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={t("list.columns")}
      content={
        <Checkbox.Group
          style={{ display: "grid", gap: 4 }}
          value={shown}
          onChange={(keys) => onChange(columns.map((c) => c.key).filter((key) => keys.includes(key)))}
          options={columns.map((c, i) => ({ value: c.key, label: c.title, disabled: i === 0 }))}
        />
      }
    >
      <Tooltip title={t("list.columns")}>
        <Button type="text" icon={<SettingOutlined />} aria-label={t("list.columns")} />
      </Tooltip>
    </Popover>
  );
}

function useShownColumns<T>(name: string, columns: ListColumn<T>[]): [string[], (keys: string[]) => void] {
  const key = `danke.columns.${name}`;
  const [hidden, setHidden] = useState<string[]>(() => {
    const initial = columns.filter((c) => c.extra).map((c) => c.key);
    try {
      return (JSON.parse(localStorage.getItem(key) ?? "null") as string[] | null) ?? initial;
    } catch {
      return initial;
    }
  });
  const set = (shown: string[]) => {
    const away = columns.map((c) => c.key).filter((k) => !shown.includes(k));
    setHidden(away);
    try {
      localStorage.setItem(key, JSON.stringify(away));
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  };
  return [columns.map((c) => c.key).filter((k) => !hidden.includes(k)), set];
}
