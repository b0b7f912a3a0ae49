import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Reading, reading } from "../../shared/api/read";
import { exactMoney } from "../../shared/format/money";
import { exact, signed } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import { useTierTitle } from "../loyalty/TierTag";
import type { TimelineLine } from "./api";

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

function Why({ line, data }: { line: TimelineLine; data: Reading }) {
  const code = useCode();
  const detail = data.text("detail", "summary", "body");
  const reason = line.reason === "" ? "" : code("timeline.reason", line.reason);
  const words = [detail, reason].filter((w) => w !== "").join(" · ");
  return words === "" ? null : <div className="why">{words}</div>;
}

function useSentence() {
  const { t, i18n } = useTranslation();
  const code = useCode();
  const tier = useTierTitle();
  return (line: TimelineLine, data: Reading): string => {
    const values = {
      number: data.text("number", "order", "refund"),
      points: signed(data.number("spendable", "points") || data.number("pending") || data.number("growth")),
      kind: code("interaction", data.text("kind", "interaction")),
      entry: code("entry_kind", data.text("kind", "entry_kind")),
      from: tier(data.text("from_tier", "from")),
      to: tier(data.text("to_tier", "to")),
      via: code("via", data.text("via")),
      purpose: code("purpose", data.text("purpose")),
      template: data.text("template"),
      journey: data.text("journey_title", "journey"),
      program: data.text("program"),
      card: data.text("card"),
      namespace: code("namespace", data.text("namespace")),
      person: data.text("from_person", "person_id"),
    };
    for (const name of [line.titleCode, line.kind]) {
      const key = `timeline.title.${name.replaceAll(".", "_")}`;
      if (name !== "" && i18n.exists(key)) return t(key, values);
    }
    return line.titleCode || line.kind;
  };
}

function sumOf(data: Reading): string {
  const currency = data.text("currency");
  const minor = data.numberOrNull("total_minor", "amount_minor");
  if (minor !== null) return exactMoney(minor, currency);
  const points = data.numberOrNull("spendable", "points");
  return points === null || points === 0 ? "" : exact(points);
}
