import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Button, Segmented, Select, Skeleton, Table, Tabs } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { bytes, exact } from "../../shared/format/number";
import { parse, write } from "../../shared/json/text";
import { DocumentText } from "../../shared/ui/DocumentText";
import { Facts } from "../../shared/ui/Facts";
import { JsonText } from "../../shared/ui/JsonText";
import { Sheet } from "../../shared/ui/Page";
import { toProblem } from "../../shared/api/problem";
import { reading } from "../../shared/api/read";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { type Preview, previewImport, type Upload } from "./api";
import { BadRowsList } from "./BadRowsList";
import { type Doc, isDoc } from "./mapping";
import { MappingEditor } from "./MappingEditor";

type Tab = "form" | "yaml" | "json";

/** The mapping on the left; on the right what it makes of the file, asked anew while it is edited. */
export function MapAndPreview({ file, isStarting, onStart, onOtherFile }: { file: Upload; isStarting: boolean; onStart: (mapping: unknown) => void; onOtherFile: () => void }) {
  const { t } = useTranslation();
  const [mapping, setMapping] = useState<Doc | null>(null);
  const settled = useSettled(mapping);
  // Chosen by somebody, or for a beginning the likeliest of several; a mapping that was edited names its own.
  const [encoding, setEncoding] = useState(file.candidates[0] ?? "");
  const query = useQuery({ queryKey: ["preview", file.id, settled, encoding], queryFn: () => previewImport(file.id, settled, settled === null ? encoding : ""), placeholderData: keepPreviousData, staleTime: Infinity, retry: false });
  const proposed = query.data?.mapping;
  const shown = mapping ?? (isDoc(proposed) ? proposed : null);
  const columns = query.data && query.data.columns.length > 0 ? query.data.columns : file.columns;
  const readAnew = (as: string) => {
    // The columns' names were read wrongly too: the mapping begins anew.
    setMapping(null);
    setEncoding(as);
  };
  const isStale = mapping !== settled || query.isFetching;

  return (
    <>
      <Sheet>
        <div className="row">
          <div className="grow">
            <Facts of={[[t("intake.upload.file"), <><b>{file.name}</b> <span className="faint">{bytes(file.bytes)}</span></>], [t("intake.upload.detected"), [file.format.toUpperCase(), encoding === "" ? file.encoding : "", columns.length > 0 ? t("intake.upload.columns", { count: columns.length }) : ""].filter((p) => p !== "").join(" · ")]]} />
          </div>
          {file.encoding !== "" || file.candidates.length > 0 ? <EncodingSelect value={encoding || file.encoding} candidates={file.candidates} onChange={readAnew} /> : null}
          <Button onClick={onOtherFile}>{t("intake.upload.other")}</Button>
        </div>
        {file.candidates.length > 0 ? <Unclear rows={query.data?.rows ?? []} columns={columns} isStale={isStale} /> : null}
      </Sheet>
      <div className="columns">
        <MappingSheet key={`${encoding} ${shown === null ? "waiting" : "there"}`} mapping={shown} columns={columns} onChange={setMapping} />
        <div className="stack">
          {query.isError ? <MappingTrouble error={query.error} onRetry={() => void query.refetch()} /> : null}
          {query.data ? <PreviewSheets preview={query.data} columns={columns} isStale={isStale} /> : query.isPending ? <Sheet><Skeleton active paragraph={{ rows: 8 }} /></Sheet> : null}
        </div>
      </div>
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <span className="quiet">{query.data && query.data.rowsBad > 0 ? t("intake.upload.bad_kept", { count: query.data.rowsBad, rows: exact(query.data.rowsBad) }) : t("intake.upload.safe_twice")}</span>
        <Button type="primary" size="large" disabled={shown === null || query.isError || isStale} loading={isStarting} onClick={() => onStart(shown)}>{t("intake.upload.start")}</Button>
      </div>
    </>
  );
}

const encodings = ["utf-8", "gb18030", "big5", "shift_jis", "utf-16le", "utf-16be", "windows-1252"];

function EncodingSelect({ value, candidates, onChange }: { value: string; candidates: string[]; onChange: (encoding: string) => void }) {
  const { t } = useTranslation();
  const likely = encodings.filter((e) => candidates.includes(e));
  const group = (label: string, names: string[]) => ({ label, title: label, options: names.map((name) => ({ value: name, label: t(`encoding.${name}`) })) });
  const others = encodings.filter((e) => !likely.includes(e));
  return (
    <Select
      value={value}
      aria-label={t("intake.upload.encoding")}
      onChange={onChange}
      style={{ minWidth: 208 }}
      options={likely.length === 0 ? [group(t("intake.upload.encoding"), others)] : [group(t("intake.upload.encoding_likely"), likely), group(t("intake.upload.encoding_rest"), others)]}
    />
  );
}

/** Nobody can tell the encoding but who knows the names: the first rows as they read in the one that is chosen. */
function Unclear({ rows, columns, isStale }: { rows: string[][]; columns: string[]; isStale: boolean }) {
  const { t } = useTranslation();
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginTop: 16 }}
      title={t("intake.upload.encoding_unclear")}
      description={<div style={{ opacity: isStale ? 0.5 : 1, marginTop: 8 }}><Rows columns={columns} rows={rows.slice(0, 5)} /></div>}
    />
  );
}

function MappingSheet({ mapping, columns, onChange }: { mapping: Doc | null; columns: string[]; onChange: (mapping: Doc) => void }) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>("form");
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);
  const open = async (to: Tab) => {
    if (to !== "form" && mapping) setText(await write(mapping, to));
    setError(null);
    setTab(to);
  };
  const edit = (written: string) => {
    setText(written);
    void parse(written).then((read) => {
      if ("error" in read) setError(read.error);
      else if (isDoc(read.value)) {
        setError(null);
        onChange(read.value);
      } else setError(t("mapping.not_object"));
    });
  };
  return (
    <Sheet title={t("mapping.title")} note={t("mapping.proposed")} tools={<Segmented<Tab> size="small" value={tab} onChange={(to) => void open(to)} options={[{ value: "form", label: t("mapping.form") }, { value: "yaml", label: "YAML" }, { value: "json", label: "JSON" }]} />}>
      {mapping === null ? <Skeleton active paragraph={{ rows: 10 }} /> : tab === "form" ? <MappingEditor mapping={mapping} columns={columns} onChange={onChange} /> : (
        <div className="stack" style={{ gap: 12 }}>
          <DocumentText value={text} onChange={edit} label={t("mapping.title")} rows={28} status={error ? "error" : ""} />
          {error ? <Alert type="error" showIcon title={t("definition.unreadable")} description={<pre>{error}</pre>} /> : null}
        </div>
      )}
    </Sheet>
  );
}

/** What the server says against the mapping or the file, each thing with its place. */
function MappingTrouble({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  const problem = toProblem(error);
  const objections = reading(problem.extra).list((p) => ({ path: p.text("path"), detail: p.text("detail") }), "problems");
  if (problem.code !== "mapping_invalid" || objections.length === 0) return <ProblemAlert error={error} onRetry={onRetry} inline />;
  return (
    <Alert type="error" showIcon title={t("preview.mapping_wrong")} description={<ul className="diff" style={{ marginTop: 8 }}>{objections.map((p) => <li key={p.path + p.detail} className="removed"><span className="mono quiet">{p.path}</span> {p.detail}</li>)}</ul>} />
  );
}

function PreviewSheets({ preview, columns, isStale }: { preview: Preview; columns: string[]; isStale: boolean }) {
  const { t } = useTranslation();
  return (
    <Sheet title={t("preview.title")} note={isStale ? t("preview.asking") : t(preview.complete ? "preview.whole" : "preview.beginning", { rows: exact(preview.rowsRead) })}>
      <p className="quiet" style={{ marginBottom: 8 }}>{t("preview.sums", { rows: exact(preview.rowsRead), events: exact(preview.eventsMade), skipped: exact(preview.rowsSkipped), bad: exact(preview.rowsBad) })}</p>
      <Tabs
        items={[
          { key: "events", label: t("preview.events"), children: preview.events.length === 0 ? <p className="quiet">{t("preview.no_events")}</p> : <JsonText value={preview.events.length === 1 ? preview.events[0] : preview.events} maxHeight={520} /> },
          { key: "rows", label: t("preview.rows"), children: <Rows columns={columns} rows={preview.rows} /> },
          { key: "bad", label: preview.rowsBad > 0 ? t("preview.bad_count", { count: preview.rowsBad, rows: exact(preview.rowsBad) }) : t("preview.bad"), children: preview.problems.length === 0 ? <p className="quiet">{t("preview.no_bad")}</p> : <BadRowsList problems={preview.problems} /> },
        ]}
      />
    </Sheet>
  );
}

function Rows({ columns, rows }: { columns: string[]; rows: string[][] }) {
  return (
    <Table
      size="small"
      pagination={false}
      scroll={{ x: "max-content", y: 480 }}
      rowKey={(r) => r.join("\u0000")}
      dataSource={rows}
      columns={columns.map((name, i) => ({ title: name, key: name, render: (_: unknown, row: string[]) => <span style={{ display: "inline-block", maxWidth: 240, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>{row[i]}</span> }))}
    />
  );
}

/** The mapping once the editing pauses. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 500);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
