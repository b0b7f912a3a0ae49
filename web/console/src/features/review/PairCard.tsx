import { Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { exact } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import { ChannelTag } from "../../shared/ui/ChannelTag";
import { Money } from "../../shared/ui/Numbers";
import { When } from "../../shared/ui/When";
import { useOpenPerson } from "../person/useOpenPerson";
import type { FieldSays, Pair, Side } from "./api";
import "./review.css";

/** The lines that are compared; what the name's two halves say is one line. */
const compared: { name: string; fields: string[]; of: (side: Side) => ReactNode }[] = [
  { name: "name", fields: ["given_name", "surname"], of: (s) => s.name },
  { name: "birth_date", fields: ["birth_date"], of: (s) => s.birthday },
  { name: "gender", fields: ["gender"], of: (s) => <Gender code={s.gender} /> },
  { name: "phone", fields: ["phone"], of: (s) => <Points side={s} of="phone" /> },
  { name: "email", fields: ["email"], of: (s) => <Points side={s} of="email" /> },
  { name: "province", fields: ["province"], of: (s) => s.province },
  { name: "city", fields: ["city"], of: (s) => s.city },
  { name: "address", fields: ["address"], of: () => "" },
];

/** Two persons side by side: what agrees, what does not, and how much that says. */
export function PairCard({ pair }: { pair: Pair }) {
  const { t } = useTranslation();
  const lines = compared.map((c) => ({ ...c, says: pair.fields.filter((f) => c.fields.includes(f.field)) })).filter((l) => l.says.length > 0 || has(l.of(pair.a)) || has(l.of(pair.b)));
  return (
    <table className="pair">
      <thead>
        <tr>
          <th aria-label={t("review.field")} />
          <th scope="col"><Who side={pair.a} /></th>
          <th scope="col"><Who side={pair.b} /></th>
          <th scope="col" className="weight">{t("review.says")}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((l) => (
          <tr key={l.name} className={toneOf(l.says)}>
            <th scope="row">{t(`review.line.${l.name}`)}</th>
            <td>{shown(l.of(pair.a))}</td>
            <td>{shown(l.of(pair.b))}</td>
            <td className="weight"><Weight says={l.says} /></td>
          </tr>
        ))}
        <Beside name="channels" pair={pair} of={(s) => s.channels.map((c) => <ChannelTag key={c} channel={c} />)} />
        <Beside name="card" pair={pair} of={(s) => s.card ? <><span className="mono">{s.card}</span>{s.tier ? ` · ${s.tier}` : ""}{s.pointsSpendable === null ? "" : ` · ${t("review.points", { points: exact(s.pointsSpendable) })}`}</> : ""} />
        <Beside name="bought" pair={pair} of={(s) => s.orders > 0 ? <>{t("review.orders", { count: s.orders })} · <Money minor={s.netMinor} currency={s.currency} /></> : ""} />
        <Beside name="seen" pair={pair} of={(s) => <><When at={s.firstSeen} /> – <When at={s.lastSeen} /></>} />
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t("review.sum")}</th>
          <td colSpan={2}>
            <span className="faint">{t("review.sum_means", { prior: signed(pair.priorBits), kin: signed(pair.kinBits) })}</span>
          </td>
          <td className="weight"><b>{signed(pair.bits)}</b></td>
        </tr>
      </tfoot>
    </table>
  );
}

function Who({ side }: { side: Side }) {
  const { t } = useTranslation();
  const { open } = useOpenPerson();
  return <button type="button" className="link" onClick={() => open(side.person)}>{side.name || t("person.nameless", { id: side.person })} <span className="mono faint">#{side.person}</span></button>;
}

function Beside({ name, pair, of }: { name: string; pair: Pair; of: (side: Side) => ReactNode }) {
  const { t } = useTranslation();
  const [a, b] = [of(pair.a), of(pair.b)];
  if (!has(a) && !has(b)) return null;
  return <tr className="beside"><th scope="row">{t(`review.line.${name}`)}</th><td>{shown(a)}</td><td>{shown(b)}</td><td className="weight" /></tr>;
}

function Points({ side, of }: { side: Side; of: "phone" | "email" }) {
  const { t } = useTranslation();
  const points = side.points.filter((p) => p.namespace === of);
  return <>{points.map((p) => <div key={p.value} className="mono">{p.value}{p.isOwn ? null : <Tooltip title={t("review.not_own")}><span className="faint"> · {t("review.shared")}</span></Tooltip>}</div>)}</>;
}

function Gender({ code }: { code: string }) {
  const words = useCode();
  return code === "" ? null : <>{words("gender", code)}</>;
}

/** How much it says, as a bar from the middle: to the right for one person, to the left against. */
function Weight({ says }: { says: FieldSays[] }) {
  const { t } = useTranslation();
  const code = useCode();
  if (says.length === 0) return <span className="faint">{t("review.not_compared")}</span>;
  const bits = says.reduce((sum, f) => sum + f.bits, 0);
  const share = Math.min(50, Math.abs(bits) * 2.5);
  return (
    <div className="says">
      <span className="bar" aria-hidden><i style={bits >= 0 ? { left: "50%", width: `${share}%` } : { right: "50%", width: `${share}%` }} /></span>
      <span className="bits">{signed(bits)}</span>
      <span className="level">{[...new Set(says.map((f) => code("likeness", f.level)))].join(" · ")}</span>
    </div>
  );
}

function toneOf(says: FieldSays[]): string {
  if (says.length === 0 || says.every((f) => f.level === "nothing_to_compare")) return "silent";
  const bits = says.reduce((sum, f) => sum + f.bits, 0);
  if (says.every((f) => f.level === "same" || f.level === "nothing_to_compare")) return "agrees";
  return bits > 0 ? "near" : "differs";
}

const signed = (bits: number): string => `${bits > 0 ? "+" : bits < 0 ? "−" : ""}${Math.abs(bits).toFixed(1)}`;
const has = (value: ReactNode): boolean => !(value === "" || value === null || (Array.isArray(value) && value.length === 0) || isEmptyElement(value));
const shown = (value: ReactNode): ReactNode => (has(value) ? value : <span className="faint">—</span>);

function isEmptyElement(value: ReactNode): boolean {
  if (typeof value !== "object" || value === null || !("props" in value)) return false;
  const props = value.props as { side?: Side; of?: string; code?: string };
  return props.code === "" || (props.side !== undefined && !props.side.points.some((p) => p.namespace === props.of));
}
