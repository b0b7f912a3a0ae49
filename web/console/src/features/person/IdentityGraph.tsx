import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCode } from "../../shared/state/useCode";
import { Chart } from "../../shared/ui/Chart";
import { type ChartColours, tooltipHtml } from "../../shared/ui/chartTheme";
import type { LinkEnd, LinkLine } from "./api";
import { useRuleWords, useWho } from "./Ends";

interface Props {
  personId: string;
  /** Also those that nothing links. */
  alone: LinkEnd[];
  links: LinkLine[];
  picked: string[];
  onPick: (id: string) => void;
}

const kinds: [RegExp, number][] = [[/^(member|customer)$/, 0], [/^(phone|email)$/, 1], [/^(wechat|wecom)/, 2], [/^(tmall|jd|douyin|youzan|pos)/, 3]];
const kindOf = (namespace: string): number => kinds.find(([pattern]) => pattern.test(namespace))?.[1] ?? 4;

/** What the person is known by and what joins it; what is not believed is dashed, and leads to others. */
export function IdentityGraph({ personId, alone, links, picked, onPick }: Props) {
  const { t } = useTranslation();
  const code = useCode();
  const words = useRuleWords();
  const who = useWho();
  const ends = useMemo(() => [...new Map([...alone, ...links.flatMap((l) => [l.low, l.high])].map((e) => [e.id, e])).values()], [alone, links]);
  const pick = useCallback((name: string) => { if (ends.some((e) => e.id === name)) onPick(name); }, [ends, onPick]);
  const categories = ["person", "contact", "social", "shop", "rest"].map((name) => t(`identity.kind.${name}`));

  const option = (c: ChartColours) => ({
    grid: undefined,
    tooltip: {
      formatter: (p: { dataType: string; data: { end?: LinkEnd; link?: LinkLine } }) => {
        if (p.data.link) return linkTip(p.data.link);
        return p.data.end ? tooltipHtml(code("namespace", p.data.end.namespace), [{ name: p.data.end.value, value: who(p.data.end.personId) }], t("identity.pick_hint")) : "";
      },
    },
    series: [{
      type: "graph",
      layout: "force",
      roam: "move",
      draggable: true,
      // From a circle, so that the same graph is always drawn the same.
      force: { initLayout: "circular", repulsion: 420, edgeLength: [70, 140], gravity: 0.12, layoutAnimation: false },
      emphasis: { focus: "adjacency", lineStyle: { width: 3 } },
      label: { show: true, position: "bottom", color: c.ink2, fontSize: 12, lineHeight: 16 },
      data: ends.map((end) => {
        const own = end.personId === personId;
        const colour = c.series[kindOf(end.namespace)] ?? c.ink3;
        const chosen = picked.includes(end.id);
        return {
          id: end.id,
          name: end.id,
          end,
          symbolSize: kindOf(end.namespace) === 0 ? 30 : 22,
          itemStyle: { color: own ? colour : c.sheet, borderColor: chosen ? c.ink : own ? c.sheet : colour, borderWidth: chosen ? 4 : 2 },
          label: { formatter: `${code("namespace", end.namespace)}\n${end.value}${own ? "" : `\n${who(end.personId)}`}` },
        };
      }),
      links: links.map((link) => ({
        source: link.low.id,
        target: link.high.id,
        link,
        lineStyle: link.droppedRule ? { type: "dashed", color: c.bad, width: 1.5, curveness: 0.1 } : { color: c.ink3, width: link.strength === "verified" ? 2.5 : 1.25 },
      })),
    }],
  });

  const linkTip = (link: LinkLine) => tooltipHtml(
    link.droppedRule ? t("identity.dropped", { rule: words(link.droppedRule) }) : t("identity.joined"),
    [{ name: t("identity.strength"), value: code("strength", link.strength) }, { name: t("identity.source"), value: link.source }],
  );

  return (
    <div>
      <Chart label={t("identity.graph_label", { identifiers: ends.length, links: links.length })} height={Math.min(560, 300 + ends.length * 12)} option={option} onPick={pick} />
      <div className="row quiet" style={{ gap: 16, fontSize: 12.5 }}>
        {[...new Set(ends.map((e) => kindOf(e.namespace)))].sort().map((kind) => (
          <span key={kind} className="row" style={{ gap: 6 }}><i style={{ width: 10, height: 10, borderRadius: "50%", background: `var(--series-${kind + 1})` }} />{categories[kind]}</span>
        ))}
        <span className="row" style={{ gap: 6 }}><i style={{ width: 20, borderTop: "2px solid var(--ink-3)" }} />{t("identity.joined")}</span>
        <span className="row" style={{ gap: 6 }}><i style={{ width: 20, borderTop: "2px dashed var(--bad)" }} />{t("identity.not_believed")}</span>
      </div>
    </div>
  );
}

