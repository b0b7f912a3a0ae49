import { Checkbox, Input, InputNumber, Segmented, Select, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCode } from "../../shared/state/useCode";

type Rule = Record<string, unknown> & { name?: string };
type Body = Record<string, unknown> & { namespaces?: Rule[]; matching?: { review_from?: number; link_from?: number | null } };

const isBody = (value: unknown): value is Body => typeof value === "object" && value !== null && !Array.isArray(value) && (!("namespaces" in value) || Array.isArray(value.namespaces));

/** What is left out is meant as such: nothing is written that says what is so anyway. */
function withValue<T extends Record<string, unknown>>(of: T, name: string, value: unknown): T {
  if (!(value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0))) return { ...of, [name]: value };
  return Object.fromEntries(Object.entries(of).filter(([key]) => key !== name)) as T;
}

/** The rules as fields; the text beside says the same. */
export function RulesForm({ body, onChange }: { body: unknown; onChange: (body: unknown) => void }) {
  const { t } = useTranslation();
  const words = useCode();
  const [chosen, setChosen] = useState("phone");
  if (!isBody(body)) return null;
  const rules = body.namespaces ?? [];
  const at = Math.max(0, rules.findIndex((r) => r.name === chosen));
  const rule = rules[at];
  const set = (name: string, value: unknown) => onChange({ ...body, namespaces: rules.map((r, i) => (i === at ? withValue(r, name, value) : r)) });
  const number = (name: string) => (typeof rule?.[name] === "number" ? rule[name] : null);
  const matching = body.matching ?? {};
  const match = (name: string, value: unknown) => onChange(withValue(body, "matching", withValue(matching, name, value)));
  return (
    <div className="stack" style={{ gap: 12 }}>
      <div className="row" style={{ flexWrap: "wrap", gap: 16 }}>
        <div className="stack" style={{ gap: 4 }}><span className="faint">{t("rules.policy")}</span>
          <Segmented aria-label={t("rules.policy")} value={body.policy === "first_wins" ? "first_wins" : "last_wins"} onChange={(policy) => onChange(withValue(body, "policy", policy))} options={["last_wins", "first_wins"].map((p) => ({ value: p, label: t(`rules.${p}`) }))} />
        </div>
        <label className="stack" style={{ gap: 4 }}><span className="faint">{t("rules.review_from")}</span>
          <InputNumber min={5} max={99} value={Math.round((matching.review_from ?? 0.5) * 100)} suffix="%" onChange={(v) => match("review_from", v === null ? null : v / 100)} />
        </label>
        <label className="stack" style={{ gap: 4 }}><span className="faint">{t("rules.link_from")}</span>
          <InputNumber min={80} max={99.9} step={0.1} placeholder={t("rules.never")} value={typeof matching.link_from === "number" ? Math.round(matching.link_from * 1000) / 10 : null} suffix="%" onChange={(v) => match("link_from", v === null ? null : v / 100)} />
        </label>
      </div>
      <Select aria-label={t("rules.namespace")} value={rule?.name} onChange={setChosen} showSearch options={rules.map((r) => ({ value: r.name, label: `${words("namespace", r.name ?? "")} · ${String(r.name)}` }))} />
      {rule ? (
        <div className="row" style={{ flexWrap: "wrap", gap: 16, alignItems: "flex-start" }}>
          <Number title="priority" value={number("priority")} min={1} max={99} onChange={(v) => set("priority", v)} />
          <Number title="values_per_person" value={number("values_per_person")} min={1} max={10000} placeholder={t("rules.any")} onChange={(v) => set("values_per_person", v)} />
          <Number title="window_days" value={number("window_days")} min={1} max={3650} placeholder={t("rules.ever")} onChange={(v) => set("window_days", v)} />
          <Number title="shared_after" value={number("shared_after")} min={2} max={10000} placeholder={t("rules.never")} onChange={(v) => set("shared_after", v)} />
          <label className="stack" style={{ gap: 4 }}><span className="faint">{t("rules.when_full")}</span>
            <Select style={{ width: 168 }} value={rule.when_full === "evict_oldest" ? "evict_oldest" : "drop_new"} onChange={(v) => set("when_full", v === "drop_new" ? null : v)} options={["drop_new", "evict_oldest"].map((v) => ({ value: v, label: t(`rules.${v}`) }))} />
          </label>
          <div className="stack" style={{ gap: 4 }}>
            <Checkbox checked={rule.person === true} onChange={(e) => set("person", e.target.checked || null)}>{t("rules.person")}</Checkbox>
            <Checkbox checked={rule.contact === true} onChange={(e) => set("contact", e.target.checked || null)}>{t("rules.contact")}</Checkbox>
            <span><Switch size="small" checked={rule.kind === "not_identity"} onChange={(on) => set("kind", on ? "not_identity" : null)} disabled={rule.kind === "phone" || rule.kind === "email"} /> {t("rules.not_identity")}</span>
          </div>
          <label className="stack" style={{ gap: 4, flex: "1 1 240px" }}><span className="faint">{t("rules.blocked_values")}</span>
            <Input.TextArea rows={2} value={lines(rule.blocked_values)} onChange={(e) => set("blocked_values", read(e.target.value))} placeholder={t("rules.one_a_line")} />
          </label>
          <label className="stack" style={{ gap: 4, flex: "1 1 240px" }}><span className="faint">{t("rules.blocked_patterns")}</span>
            <Input.TextArea rows={2} value={lines(rule.blocked_patterns)} onChange={(e) => set("blocked_patterns", read(e.target.value))} placeholder="test*" />
          </label>
        </div>
      ) : null}
    </div>
  );
}

const lines = (value: unknown): string => (Array.isArray(value) ? value.map(String).join("\n") : "");
const read = (text: string): string[] => text.split("\n").map((l, i, all) => (i === all.length - 1 ? l : l.trim())).filter((l) => l !== "");

function Number({ title, value, onChange, ...rest }: { title: string; value: number | null; min: number; max: number; placeholder?: string; onChange: (value: number | null) => void }) {
  const { t } = useTranslation();
  return (
    <label className="stack" style={{ gap: 4 }}><span className="faint">{t(`rules.${title}`)}</span>
      <InputNumber style={{ width: 116 }} precision={0} value={value} onChange={onChange} {...rest} />
    </label>
  );
}
