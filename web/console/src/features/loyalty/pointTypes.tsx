import { Segmented } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { numberFormat, signed } from "../../shared/format/number";
import { reading } from "../../shared/api/read";
import { Count } from "../../shared/ui/Numbers";

/** What the program's first type of points is called where types are named. */
export const firstType = "points";

/** A type of points: its title is empty where the program gives its first type none. */
export interface PointType {
  name: string;
  title: string;
  /** So many of the digits stand behind the point. */
  scale: number;
}

/** What every answer says of a type alike. */
export function toPointType({ raw }: { readonly raw: { name: string; title: string | null; scale: number } }): PointType {
  const r = reading(raw);
  return { name: r.text("name"), title: r.text("title"), scale: r.number("scale") };
}

/** What a type is called at the screens. */
export function typeName(type: { name: string; title: string }, t: TFunction): string {
  return type.title || (type.name === firstType ? t("points.first_type") : type.name);
}

/** Which points are shown; nothing where the program has one type alone. */
export function PointTypeSwitch({ types, value, onChange }: { types: PointType[]; value: string; onChange: (type: string) => void }) {
  const { t } = useTranslation();
  if (types.length < 2) return null;
  return <Segmented aria-label={t("points.type")} value={value || firstType} onChange={onChange} options={types.map((type) => ({ value: type.name, label: typeName(type, t) }))} />;
}

/** The ledger counts the smallest part: 150 of a type with two decimals is 1.50. */
export function scaled(points: number, scale: number): string {
  return numberFormat({ minimumFractionDigits: scale, maximumFractionDigits: scale }).format(points / 10 ** scale);
}

export function signedOf(points: number, scale: number): string {
  return scale === 0 ? signed(points) : (points > 0 ? "+" : "") + scaled(points, scale);
}

export function PointsCount({ value, scale }: { value: number; scale: number }) {
  return scale === 0 ? <Count value={value} /> : <span className="nowrap">{scaled(value, scale)}</span>;
}
