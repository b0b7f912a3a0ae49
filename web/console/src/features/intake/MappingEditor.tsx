import { CloseOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Words } from "../../shared/ui/Words";
import { columnOf, conditionWords, describe, type Doc, type EventDoc, eventsOf, isDoc, missingTargets, replaced, withColumn } from "./mapping";

interface Props {
  mapping: Doc;
  columns: string[];
  onChange: (mapping: Doc) => void;
}

/** The mapping as forms: whose file it is, and for each kind of event which column goes where. */
export function MappingEditor({ mapping, columns, onChange }: Props) {
  const { t } = useTranslation();
  const set = (path: (string | number)[], value: unknown) => onChange(replaced(mapping, path, value) as Doc);
  const file = isDoc(mapping.file) ? mapping.file : {};
  const group = isDoc(mapping.group) ? mapping.group : {};
  const text = (of: Doc, name: string) => (typeof of[name] === "string" ? of[name] : "");
  const by = Array.isArray(group.by) ? group.by.map(String) : typeof group.by === "string" ? [group.by] : [];

  return (
    <div className="stack">
      <Form layout="vertical" component="div">
        <div style={{ display: "grid", gridTemplateColumns: "repeat(3, minmax(0, 1fr))", gap: "0 16px" }}>
          <Form.Item label={t("mapping.source")} tooltip={t("mapping.source_means")}><Input aria-label={t("mapping.source")} value={text(mapping, "source")} onChange={(e) => set(["source"], e.target.value)} className="mono" /></Form.Item>
          <Form.Item label={t("mapping.channel")}><Input aria-label={t("mapping.channel")} value={text(mapping, "channel")} onChange={(e) => set(["channel"], e.target.value)} className="mono" /></Form.Item>
          <Form.Item label={t("mapping.shop")}><Input aria-label={t("mapping.shop")} value={text(mapping, "shop")} onChange={(e) => set(["shop"], e.target.value || undefined)} className="mono" /></Form.Item>
          <Form.Item label={t("mapping.zone")} tooltip={t("mapping.zone_means")}>
            <Select showSearch aria-label={t("mapping.zone")} value={text(mapping, "timezone") || undefined} onChange={(zone: string) => set(["timezone"], zone)} options={["Asia/Shanghai", "UTC", ...Intl.supportedValuesOf("timeZone").filter((z) => z !== "Asia/Shanghai" && z !== "UTC")].map((z) => ({ value: z, label: z }))} />
          </Form.Item>
          <Form.Item label={t("mapping.encoding")} tooltip={t("mapping.encoding_means")}>
            <Select allowClear aria-label={t("mapping.encoding")} value={text(file, "encoding") || undefined} placeholder={t("mapping.detected")} onChange={(encoding?: string) => set(["file", "encoding"], encoding)} options={["utf-8", "gb18030", "big5", "shift_jis", "utf-16le", "utf-16be", "windows-1252"].map((e) => ({ value: e, label: e }))} />
          </Form.Item>
          <Form.Item label={t("mapping.group")} tooltip={t("mapping.group_means")}>
            <Select mode="multiple" allowClear aria-label={t("mapping.group")} value={by} placeholder={t("mapping.each_row")} onChange={(chosen: string[]) => set(["group"], chosen.length === 0 ? undefined : { ...group, by: chosen.length === 1 ? chosen[0] : chosen })} options={columns.map((c) => ({ value: c, label: c }))} />
          </Form.Item>
        </div>
      </Form>
      {eventsOf(mapping).map((event) => <EventFields key={event.index} event={event} columns={columns} set={set} />)}
    </div>
  );
}

function EventFields({ event, columns, set }: { event: EventDoc; columns: string[]; set: (path: (string | number)[], value: unknown) => void }) {
  const { t } = useTranslation();
  const when = conditionWords(event.when);
  return (
    <div>
      <div className="row" style={{ borderBottom: "1px solid var(--rule)", paddingBottom: 8, marginBottom: 8 }}>
        <h3>{event.skip ? t("mapping.skip") : <Words family="event" code={event.type} />}</h3>
        <span className="faint mono">{event.name}</span>
        {when ? <span className="quiet">{t("mapping.when")} <code>{when}</code></span> : null}
      </div>
      <div style={{ display: "grid", gridTemplateColumns: "minmax(184px, 1.1fr) minmax(150px, 1fr) minmax(0, 1fr) 24px", gap: "6px 12px", alignItems: "center" }}>
        {event.slots.map((slot) => (
          <SlotRow key={slot.path.join(".")} target={slot.target} value={slot.value} columns={columns} onColumn={(column) => set(slot.path, withColumn(slot.value, column))} onRemove={slot.target === "id" || slot.target === "time" ? undefined : () => set(slot.path, undefined)} />
        ))}
      </div>
      {event.skip ? null : (
        <Select
          value={null}
          placeholder={t("mapping.add")}
          aria-label={t("mapping.add")}
          style={{ width: 240, marginTop: 8 }}
          onChange={(target: string | null) => {
            const chosen = missingTargets(event).find((m) => m.target === target);
            if (chosen) set(chosen.path, columns[0] ?? "");
          }}
          options={missingTargets(event).map((m) => ({ value: m.target, label: <span className="mono">{m.target}</span> }))}
        />
      )}
    </div>
  );
}

function SlotRow({ target, value, columns, onColumn, onRemove }: { target: string; value: unknown; columns: string[]; onColumn: (column: string) => void; onRemove?: () => void }) {
  const { t } = useTranslation();
  const column = columnOf(value);
  const more = describe(value);
  return (
    <>
      <span className="mono" style={{ overflowWrap: "anywhere" }}>{target}</span>
      {column === null ? <Tag style={{ justifySelf: "start" }}>{t("mapping.computed")}</Tag> : (
        <Select showSearch value={column} status={columns.length > 0 && !columns.includes(column) ? "error" : undefined} onChange={onColumn} aria-label={target} options={columns.map((c) => ({ value: c, label: c }))} />
      )}
      <span className="quiet mono" style={{ overflowWrap: "anywhere" }}>{more}</span>
      {onRemove ? <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("mapping.remove", { target })} onClick={onRemove} /> : <span />}
    </>
  );
}
