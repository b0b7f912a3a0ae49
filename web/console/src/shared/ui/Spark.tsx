/** A small line of recent values from zero; the number beside it says the last one. */
export function Spark({ values, label, height = 40 }: { values: number[]; label: string; height?: number }) {
  const top = Math.max(1, ...values);
  const step = values.length > 1 ? 100 / (values.length - 1) : 100;
  const points = values.map((v, i) => `${(i * step).toFixed(2)},${(height - 2 - (v / top) * (height - 4)).toFixed(2)}`);
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" style={{ width: "100%", height, display: "block" }}>
      {values.length > 0 ? <polygon points={`0,${height} ${points.join(" ")} 100,${height}`} fill="var(--series-1)" opacity="0.14" /> : null}
      <polyline points={points.join(" ")} fill="none" stroke="var(--series-1)" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
