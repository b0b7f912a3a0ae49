import { Tooltip } from "antd";
import type { ReactNode } from "react";

export interface HeatCell {
  /** 0 to 1: how strong the colour is. */
  share: number;
  text: ReactNode;
  hint?: ReactNode;
  hatched?: boolean;
  onOpen?: () => void;
}

interface Props {
  corner: ReactNode;
  columns: { key: string; title: ReactNode }[];
  /** As wide as the place it stands in. */
  fill?: boolean;
  rows: { key: string; title: ReactNode; note?: ReactNode; cells: (HeatCell | null)[] }[];
}

/** A table whose cells are tinted by their value; a real table, so that it reads aloud and copies. */
export function HeatTable({ corner, columns, rows, fill = false }: Props) {
  const hasNotes = rows.some((r) => r.note !== undefined);
  return (
    <div className="scroll-x" tabIndex={0}>
      <table className={fill ? "heat fill" : "heat"}>
        <thead>
          <tr>
            <th scope="col" style={{ textAlign: "left" }}>{corner}</th>
            {hasNotes ? <th scope="col" /> : null}
            {columns.map((c) => <th key={c.key} scope="col">{c.title}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.title}</th>
              {hasNotes ? <th>{row.note}</th> : null}
              {columns.map((c, i) => <Cell key={c.key} cell={row.cells[i] ?? null} />)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ cell }: { cell: HeatCell | null }) {
  if (cell === null) return <td />;
  // Up to two thirds tint, so that ink stays readable on it in both papers.
  const tint = `color-mix(in srgb, var(--series-1) ${Math.round(Math.min(1, Math.max(0, cell.share)) * 62)}%, var(--sheet))`;
  const content = cell.onOpen ? <button type="button" className="link" style={{ textDecoration: "none" }} onClick={cell.onOpen}>{cell.text}</button> : cell.text;
  const inner = <span className={cell.hatched ? "hatched" : undefined} style={{ borderRadius: 3 }}>{content}</span>;
  return <td style={{ backgroundColor: tint }}>{cell.hint ? <Tooltip title={cell.hint}>{inner}</Tooltip> : inner}</td>;
}
