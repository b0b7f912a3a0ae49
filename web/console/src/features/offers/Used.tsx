import type { ReactNode } from "react";

/** How far a limit is used: a bar with the numbers beside it; without a limit the number alone. */
export function Used({ label, value, limit, shown }: { label: string; value: number; limit: number | null; shown: (value: number) => ReactNode }) {
  if (limit === null) return <span className="number">{shown(value)}</span>;
  const share = limit === 0 ? 1 : Math.min(1, value / limit);
  return (
    <div style={{ minWidth: 128 }}>
      <div className="number nowrap" style={{ marginBottom: 4 }}>{shown(value)} <span className="faint">/ {shown(limit)}</span></div>
      <div className="meter" role="meter" aria-valuemin={0} aria-valuemax={Math.max(limit, value)} aria-valuenow={value} aria-label={label}>
        <i style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
