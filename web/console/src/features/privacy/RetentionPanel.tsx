import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, InputNumber, Popconfirm, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemWords } from "../../shared/api/problemWords";
import { exact } from "../../shared/format/number";
import { Loaded } from "../../shared/ui/Loaded";
import { Sheet } from "../../shared/ui/Page";
import { When } from "../../shared/ui/When";
import { useSession } from "../session/useSession";
import { changeRetention, fetchRetention, fetchRetentionRun, type Retained, type Retention, runRetention } from "./api";

/** For how long things are kept, and what would go. */
export function RetentionPanel() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["retention"], queryFn: ({ signal }) => fetchRetention(signal) });
  return (
    <div style={{ marginTop: 24 }}>
      <Sheet title={t("keeping.title")} note={t("keeping.text")}>
        <Loaded query={query} rows={5}>{(retention) => <Kinds retention={retention} />}</Loaded>
      </Sheet>
    </div>
  );
}

function Kinds({ retention }: { retention: Retention }) {
  const { t, i18n } = useTranslation();
  const { can } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [changed, setChanged] = useState<Record<string, number | null>>({});
  const [job, setJob] = useState<string | null>(null);
  const run = useQuery({ queryKey: ["retention-run", job], queryFn: ({ signal }) => fetchRetentionRun(job ?? "", signal), enabled: job !== null, refetchInterval: (q) => (q.state.data ? false : 500) });
  const fail = (error: Error) => void message.error(problemWords(error));
  const saving = useMutation({
    mutationFn: () => changeRetention(changed),
    onSuccess: async () => {
      setChanged({});
      await queries.invalidateQueries({ queryKey: ["retention"] });
      void message.success(t("keeping.saved"));
    },
    onError: fail,
  });
  const running = useMutation({ mutationFn: (dryRun: boolean) => runRetention(dryRun), onSuccess: setJob, onError: fail });
  const daysOf = (k: Retained) => (k.name in changed ? (changed[k.name] ?? null) : k.days);
  const rows = run.data?.rows ?? null;
  const isAdmin = can("admin");
  return (
    <>
      <Table
        size="small"
        pagination={false}
        rowKey="name"
        dataSource={retention.items}
        columns={[
          { title: t("keeping.kind"), render: (_, k) => (i18n.language.startsWith("zh") ? k.titleZh : k.titleEn) },
          {
            title: t("keeping.days"),
            render: (_, k) =>
              isAdmin ? (
                <InputNumber
                  aria-label={i18n.language.startsWith("zh") ? k.titleZh : k.titleEn}
                  min={1}
                  max={36500}
                  precision={0}
                  value={daysOf(k)}
                  placeholder={t("keeping.for_ever")}
                  onChange={(value) => setChanged({ ...changed, [k.name]: value })}
                />
              ) : k.days === null ? t("keeping.for_ever") : exact(k.days),
          },
          { title: t("keeping.would_go"), align: "right", render: (_, k) => (rows && k.name in rows ? exact(rows[k.name] ?? 0) : <span className="faint">—</span>) },
        ]}
      />
      <div className="row" style={{ marginTop: 16 }}>
        {isAdmin ? <Button type="primary" disabled={Object.keys(changed).length === 0} loading={saving.isPending} onClick={() => saving.mutate()}>{t("keeping.save")}</Button> : null}
        <Button loading={running.isPending || (job !== null && !run.data)} onClick={() => running.mutate(true)}>{t("keeping.count")}</Button>
        <Popconfirm title={t("keeping.run_title")} description={t("keeping.run_text")} okText={t("keeping.run")} onConfirm={() => running.mutate(false)}>
          <Button danger>{t("keeping.run")}</Button>
        </Popconfirm>
        {retention.lastRunAt ? <span className="quiet">{t("keeping.last")} <When at={retention.lastRunAt} /></span> : null}
      </div>
    </>
  );
}
