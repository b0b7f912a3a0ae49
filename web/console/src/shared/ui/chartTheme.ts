/** The colours of a chart, read from the page so that light and dark have one source. */
export interface ChartColours {
  series: string[];
  ink: string;
  ink2: string;
  ink3: string;
  rule: string;
  sheet: string;
  sunk: string;
  good: string;
  bad: string;
}

export function chartColours(): ChartColours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    series: [1, 2, 3, 4, 5].map((n) => read(`--series-${n}`)),
    ink: read("--ink"),
    ink2: read("--ink-2"),
    ink3: read("--ink-3"),
    rule: read("--rule"),
    sheet: read("--sheet"),
    sunk: read("--sunk"),
    good: read("--good"),
    bad: read("--bad"),
  };
}

export const fontFamily = '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** What every chart has in common. */
export function chartBase(c: ChartColours) {
  return {
    color: c.series,
    animationDuration: 200,
    textStyle: { fontFamily, color: c.ink2, fontSize: 12 },
    aria: { enabled: true, decal: { show: false } },
    grid: { left: 8, right: 16, top: 24, bottom: 4, containLabel: true },
    tooltip: {
      backgroundColor: c.sheet,
      borderColor: c.rule,
      borderWidth: 1,
      padding: [8, 12],
      textStyle: { color: c.ink, fontSize: 13, fontFamily },
      extraCssText: "box-shadow:0 8px 24px rgba(0,0,0,.12);border-radius:6px;font-variant-numeric:tabular-nums",
      confine: true,
    },
  };
}

export const axisLook = (c: ChartColours) => ({
  axisLine: { lineStyle: { color: c.rule } },
  axisTick: { show: false },
  axisLabel: { color: c.ink3, fontSize: 12, hideOverlap: true },
  splitLine: { lineStyle: { color: c.rule } },
});

/** The hatch that marks what is not complete yet. */
export const hatch = (c: ChartColours) => ({ symbol: "rect", symbolSize: 1, dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4, color: c.sheet });

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text from outside inside a chart's tooltip, which is HTML. */
export function safe(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter);
}

/** A tooltip: a heading and lines of mark, name and value. */
export function tooltipHtml(heading: string, lines: { colour?: string; name: string; value: string }[], note?: string): string {
  const rows = lines.map(
    (l) =>
      `<div style="display:flex;gap:16px;justify-content:space-between"><span>${l.colour ? `<span style="display:inline-block;width:8px;height:8px;border-radius:2px;margin-right:8px;background:${safe(l.colour)}"></span>` : ""}${safe(l.name)}</span><b style="font-weight:600">${safe(l.value)}</b></div>`,
  );
  return `<div style="margin-bottom:4px">${safe(heading)}</div>${rows.join("")}${note ? `<div style="margin-top:4px;opacity:.75">${safe(note)}</div>` : ""}`;
}
