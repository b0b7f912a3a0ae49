import { Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { exactMoney } from "../../shared/format/money";
import { exact } from "../../shared/format/number";
import { type Caps, capNames, type EarnRuleLine, type RuleCalendar } from "./api";
import { conditionWords } from "./conditionWords";

/** What earns beside the rate: each rule with when it holds, what it gives and how much at most. */
export function EarnRules({ calendar, currency }: { calendar: RuleCalendar; currency: string }) {
  const { t } = useTranslation();
  const caps = useCaps();
  return (
    <>
      <Table size="middle" rowKey="name" dataSource={calendar.rules} pagination={false} scroll={{ x: true }} columns={[
        { title: t("earn_rules.name"), render: (_, r) => <><b>{r.title}</b>{r.group ? <Tag style={{ marginLeft: 8 }}>{t("earn_rules.group", { group: r.group })}</Tag> : null}<div className="faint mono" style={{ fontSize: 12 }}>{r.name}</div></> },
        { title: t("earn_rules.when"), render: (_, r) => <When rule={r} currency={currency} /> },
        { title: t("earn_rules.gives"), render: (_, r) => <Gives rule={r} currency={currency} /> },
        { title: t("earn_rules.caps"), render: (_, r) => caps(r.caps) || <span className="faint">{t("earn_rules.no_cap")}</span> },
      ]} />
      <p className="faint" style={{ padding: "8px 20px 12px", margin: 0 }}>
        {t(`earn_rules.stacking.${calendar.stacking}`)}{calendar.stacking === "sum" ? t(`earn_rules.multipliers.${calendar.multipliers}`) : ""}{caps(calendar.caps) ? t("earn_rules.all_caps", { caps: caps(calendar.caps) }) : ""}
      </p>
    </>
  );
}

function When({ rule, currency }: { rule: EarnRuleLine; currency: string }) {
  const { t } = useTranslation();
  const window = rule.from && rule.until ? t("earn_rules.between", { from: rule.from, until: rule.until }) : rule.from ? t("earn_rules.from", { from: rule.from }) : rule.until ? t("earn_rules.until", { until: rule.until }) : "";
  const parts = [
    rule.on === "interaction" ? t("earn_rules.on_interaction", { types: rule.types.map((type) => t(`interaction.${type.replaceAll(".", "_")}`, { defaultValue: type })).join(t("tier.and")) }) : rule.on === "line" ? t("earn_rules.on_line") : "",
    rule.where === "" ? "" : conditionWords(rule.where, t, currency),
    window,
  ].filter((part) => part !== "");
  return <span title={rule.where || undefined}>{parts.length === 0 ? t("earn_rules.always") : parts.join(" · ")}</span>;
}

function Gives({ rule, currency }: { rule: EarnRuleLine; currency: string }) {
  const { t } = useTranslation();
  const { points, percent, ratePoints, rateEachMinor } = rule.gives;
  return <>{percent !== null ? t("earn_rules.times", { times: exact(percent / 100) }) : points !== null ? t(rule.on === "line" ? "earn_rules.points_each" : "earn_rules.points", { points: exact(points) }) : ratePoints !== null && rateEachMinor !== null ? t("loyalty.earn_rule", { money: exactMoney(rateEachMinor, currency), points: exact(ratePoints) }) : ""}</>;
}

function useCaps(): (caps: Caps) => string {
  const { t } = useTranslation();
  return (caps) => capNames.filter((name) => caps[name] !== null && caps[name] !== undefined).map((name) => t(`earn_rules.cap.${name}`, { value: exact(caps[name] ?? 0) })).join(t("tier.and"));
}
