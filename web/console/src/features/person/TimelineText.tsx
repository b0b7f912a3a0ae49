import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { asText, type Reading, reading } from "../../shared/api/read";
import { exactMoney } from "../../shared/format/money";
import { exact, signed } from "../../shared/format/number";
import { day, instant } from "../../shared/format/time";
import { useCode } from "../../shared/state/useCode";
import { useTierTitle } from "../loyalty/TierTag";
import { useLedgers } from "../loyalty/useLedgers";
import { Words } from "../../shared/ui/Words";
import type { TimelineLine } from "./api";
import { RuleWords } from "./RuleWords";

/** A line of the timeline in a sentence, with the reason under it and the sum beside it. */
export function TimelineText({ line }: { line: TimelineLine }) {
  const data = reading(line.data);
  const words = useSentence();
  const sum = sumOf(data);
  const order = data.text("order_id");
  const text = words(line, data);
  return (
    <>
      <div>
        <div>{order !== "" && order !== "0" ? <Link className="link" to={`/orders/${order}`}>{text}</Link> : text}</div>
        <Why line={line} data={data} />
      </div>
      <div className="nowrap" style={{ fontWeight: 500 }}>{sum}</div>
    </>
  );
}

/** Why it happened, from the evidence that came with it; the server's own sentence where the console has none. */
function Why({ line, data }: { line: TimelineLine; data: Reading }) {
  const { t } = useTranslation();
  const ledgers = useLedgers();
  const parts: ReactNode[] = [];
  const number = data.text("number");
  if (line.kind === "points") {
    const [program = "", type = ""] = data.text("program").split(":");
    if (type !== "") parts.push(ledgers.typeTitle(program, type));
    if (number !== "") parts.push(t("points.order", { number }));
    if (data.has("rule")) parts.push(<RuleWords rule={data.text("rule")} />);
  } else if (line.kind === "tier") {
    parts.push(t("person.growth_is", { growth: exact(data.number("growth")) }));
  } else if (line.kind === "consent" || line.kind === "identity") {
    if (data.has("source")) parts.push(t("timeline.said_by", { source: data.text("source") }));
    if (data.has("evidence")) parts.push(data.text("evidence"));
    if (data.has("event")) parts.push(<code>{data.text("event")}</code>);
    if (data.has("value")) parts.push(<code>{data.text("value")}</code>);
  } else if (line.kind === "order") {
    parts.push(data.text("detail"));
  } else if (line.kind === "interaction") {
    parts.push(Object.entries(data.child("properties").raw).map(([k, v]) => `${k}: ${asText(v)}`).join(" · "));
  } else if (line.kind === "coupon") {
    if (number !== "") parts.push(t("points.order", { number }));
    if (data.text("grant_key") !== "") parts.push(t("timeline.granted_for", { key: data.text("grant_key") }));
    if (data.has("desired_minor") && data.number("desired_minor") > data.number("amount_minor")) parts.push(t("timeline.short_budget", { desired: exactMoney(data.number("desired_minor"), data.text("currency")) }));
    parts.push(t("timeline.offer_version", { version: data.text("version") }));
  } else if (line.kind === "message") {
    if (data.has("body")) parts.push(data.text("body"));
    if (data.has("reason")) parts.push(<Words family="skip_reason" code={data.text("reason")} />);
  } else if (data.has("benefit")) {
    parts.push(t(`benefit.kind.${data.text("benefit_kind")}`));
    if (data.text("voucher") !== "") parts.push(t("benefit.voucher", { voucher: data.text("voucher") }));
  } else {
    parts.push(line.reason);
  }
  const shown = parts.filter((part) => part !== "");
  return shown.length === 0 ? null : <div className="why">{shown.map((part, i) => <Fragment key={i}>{i > 0 ? " · " : ""}{part}</Fragment>)}</div>;
}

function useSentence() {
  const { t, i18n } = useTranslation();
  const code = useCode();
  const tier = useTierTitle();
  return (line: TimelineLine, data: Reading): string => {
    const values = {
      number: data.text("number"),
      points: signed((data.number("spendable") || data.number("points")) || data.number("pending") || data.number("growth")),
      kind: code("interaction", data.text("kind")),
      entry: code("entry_kind", data.text("kind")),
      refund: data.text("refund"),
      from: tier(data.text("from")),
      to: tier(data.text("to")),
      via: code("via", data.text("via")),
      purpose: code("purpose", data.text("purpose")),
      template: data.text("template"),
      journey: data.text("journey_title") || data.text("journey"),
      program: data.text("program"),
      card: data.text("card"),
      namespace: code("namespace", data.text("namespace")),
      person: data.text("from_person"),
      benefit: data.text("benefit_title") || data.text("benefit"),
      offer: data.text("offer"),
      plain: exact(data.number("points")),
      days: data.text("days_before"),
      last: lastDay(data),
    };
    for (const name of [isGrowthOnly(line, data) ? "growth" : line.titleCode, line.kind]) {
      const key = `timeline.title.${name.replaceAll(".", "_")}`;
      if (name !== "" && i18n.exists(key)) return t(key, values);
    }
    return line.titleCode || line.kind;
  };
}

/** The last day on which points that end may be spent. */
function lastDay(data: Reading): string {
  const date = instant(data.numberOrNull("last_at_ms"));
  return date ? day(date) : "";
}

/** An entry of the ledger that moves what tiers are reckoned by, and no points. */
function isGrowthOnly(line: TimelineLine, data: Reading): boolean {
  return line.kind === "points" && !(data.number("spendable") || data.number("points")) && !data.number("pending") && data.number("growth") !== 0;
}

function sumOf(data: Reading): string {
  const currency = data.text("currency");
  const minor = data.numberOrNull("total_minor") ?? data.numberOrNull("amount_minor");
  if (minor !== null) return exactMoney(minor, currency);
  const points = data.has("last_at_ms") || data.has("benefit") ? null : data.numberOrNull("spendable") ?? data.numberOrNull("points");
  return points === null || points === 0 ? "" : exact(points);
}
