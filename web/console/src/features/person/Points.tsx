import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Skeleton, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ExportButton } from "../../shared/ui/ExportButton";
import { MetricCard } from "../../shared/ui/MetricCard";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { AdjustPoints } from "../loyalty/AdjustPoints";
import { ConvertPoints } from "../loyalty/ConvertPoints";
import { firstType, PointsCount, PointTypeSwitch } from "../loyalty/pointTypes";
import { useSession } from "../session/useSession";
import { fetchPoints, type Lot } from "./api";
import { EntriesTable } from "./EntriesTable";

/** Balances, the lots that they are made of, and every line of the ledger. */
export function Points({ personId, isMember }: { personId: string; isMember: boolean }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const queries = useQueryClient();
  const [adjusting, setAdjusting] = useState(false);
  const [converting, setConverting] = useState(false);
  const [type, setType] = useState(firstType);
  const query = useInfiniteQuery({
    queryKey: ["points", personId, type],
    queryFn: ({ pageParam, signal }) => fetchPoints(personId, type, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    enabled: isMember,
    placeholderData: (before) => before,
  });
  if (!isMember) return <p className="quiet">{t("person.no_membership_text")}</p>;
  if (query.isPending) return <Skeleton active paragraph={{ rows: 8 }} />;
  const first = query.data?.pages[0];
  if (query.isError || !first) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  const b = first.balances;
  const scale = first.types.find((x) => x.name === type)?.scale ?? 0;
  // Of the type that is shown; what else may be converted is at the other types.
  const conversions = first.conversions.filter((c) => c.from === type);
  const refresh = () => {
    for (const key of ["points", "person", "timeline"]) void queries.invalidateQueries({ queryKey: [key, personId] });
  };
  const count = (value: number) => <PointsCount value={value} scale={scale} />;

  return (
    <div className="stack">
      <PointTypeSwitch types={first.types} value={type} onChange={setType} />
      <div className="cards">
        <MetricCard label={t("points.spendable")} value={count(b.spendable - b.due)} note={b.nextExpiryAt && b.nextExpiryPoints ? <>{count(b.nextExpiryPoints)} {t("points.expire")} <When at={b.nextExpiryAt} /></> : null} explanation={{ definition: t("points.spendable_means") }} />
        <MetricCard label={t("points.pending")} value={count(b.pending)} explanation={{ definition: t("points.pending_means") }} />
        <MetricCard label={t("points.earned")} value={count(b.earned)} explanation={{ definition: t("points.earned_means") }} />
        <MetricCard label={t("points.spent")} value={count(b.spent)} />
        <MetricCard label={t("points.expired")} value={count(b.expired)} />
      </div>
      <div>
        <div className="row">
          <h3 className="grow">{t("points.lots")}</h3>
          {can("loyalty:write") && conversions.length > 0 ? <Button onClick={() => setConverting(true)}>{t("convert.title")}</Button> : null}
          {can("loyalty:write") ? <Button onClick={() => setAdjusting(true)}>{t("points.adjust")}</Button> : null}
        </div>
        <p className="quiet">{t("points.lots_text")}</p>
        <Lots lots={first.lots} scale={scale} />
      </div>
      <div>
        <div className="row">
          <h3 className="grow">{t("points.entries")}</h3>
          <ExportButton path={`/v1/persons/${personId}/points/export.csv${type === firstType ? "" : `?point_type=${encodeURIComponent(type)}`}`} title={t("person.file_of", { what: t("points.entries"), id: personId })} />
        </div>
        <EntriesTable entries={query.data?.pages.flatMap((p) => p.entries) ?? []} scale={scale} />
        {query.hasNextPage ? <Button block style={{ marginTop: 16 }} loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t("timeline.more")}</Button> : null}
      </div>
      {adjusting ? (
        <AdjustPoints
          personId={personId}
          balance={b.spendable}
          type={type}
          scale={scale}
          onClose={() => setAdjusting(false)}
          onDone={() => {
            setAdjusting(false);
            refresh();
          }}
        />
      ) : null}
      {converting ? <ConvertPoints personId={personId} types={first.types} conversions={conversions} onClose={() => setConverting(false)} onDone={refresh} /> : null}
    </div>
  );
}

function Lots({ lots, scale }: { lots: Lot[]; scale: number }) {
  const { t } = useTranslation();
  const shown = [...lots].sort((a, b) => Number(b.remaining > 0) - Number(a.remaining > 0) || (a.expiresAt ?? "9").localeCompare(b.expiresAt ?? "9"));
  return (
    <Table
      size="small"
      rowKey={(l) => l.id}
      dataSource={shown}
      pagination={shown.length > 10 ? { pageSize: 10, size: "small" } : false}
      locale={{ emptyText: <p className="quiet" style={{ padding: 16 }}>{t("points.no_lots")}</p> }}
      columns={[
        { title: t("points.lot_state"), render: (_, l) => <State family="lot_state" code={l.state} /> },
        { title: t("points.remaining"), align: "right", render: (_, l) => <><b><PointsCount value={l.remaining} scale={scale} /></b> <span className="faint">/ <PointsCount value={l.amount} scale={scale} /></span></> },
        { title: t("points.earned_at"), render: (_, l) => <When at={l.earnedAt} /> },
        { title: t("points.active_at"), render: (_, l) => <When at={l.activeAt} /> },
        { title: t("points.expires_at"), render: (_, l) => <When at={l.expiresAt} /> },
      ]}
    />
  );
}
