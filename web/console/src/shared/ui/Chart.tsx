import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef, useState } from "react";
import { useIsDark } from "../../app/preferences";
import { type ChartColours, chartBase, chartColours } from "./chartTheme";

interface Props {
  /** What the picture shows, for those who cannot see it. */
  label: string;
  height?: number;
  option: (colours: ChartColours) => EChartsCoreOption;
  onPick?: (name: string, dataIndex: number) => void;
}

/** A chart in the shared look. The library comes when the first chart is drawn. */
export function Chart({ label, height = 280, option, onPick }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType | null>(null);
  const dark = useIsDark();

  useEffect(() => {
    let drawn: EChartsType | null = null;
    let gone = false;
    void import("./echarts").then(({ init }) => {
      if (gone || !box.current) return;
      drawn = init(box.current);
      setChart(drawn);
    });
    const sizes = new ResizeObserver(() => drawn?.resize());
    if (box.current) sizes.observe(box.current);
    return () => {
      gone = true;
      sizes.disconnect();
      drawn?.dispose();
    };
  }, []);

  useEffect(() => {
    if (!chart || chart.isDisposed()) return;
    const colours = chartColours();
    const base = chartBase(colours);
    const own = option(colours);
    chart.setOption({ ...base, ...own, tooltip: { ...base.tooltip, ...(own.tooltip as object | undefined) }, aria: { ...base.aria, label: { description: label } } }, { notMerge: true });
  }, [chart, option, dark, label]);

  useEffect(() => {
    if (!chart || chart.isDisposed() || !onPick) return;
    const pick = (event: { name: string; dataIndex: number }) => onPick(event.name, event.dataIndex);
    chart.on("click", pick as never);
    return () => {
      if (!chart.isDisposed()) chart.off("click", pick);
    };
  }, [chart, onPick]);

  return <div ref={box} role="img" aria-label={label} style={{ height, width: "100%" }} />;
}
