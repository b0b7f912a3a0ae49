import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ListPage } from "../../shared/ui/ListPage";
import { Count } from "../../shared/ui/Numbers";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { fetchImports } from "./api";
import { ImportProgress } from "./ImportProgress";

export function Imports() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <ListPage
      name="imports"
      filters={{}}
      fetch={fetchImports}
      refetchMs={3000}
      rowKey={(i) => i.id}
      onOpen={(i) => void navigate(`/intake/imports/${i.id}`)}
      columns={[
        { key: "file", title: t("import.file"), render: (_, i) => <Link className="link" to={`/intake/imports/${i.id}`}>{i.file}</Link> },
        { key: "state", title: t("import.state"), render: (_, i) => <State family="job_state" code={i.state} /> },
        { key: "progress", title: t("import.progress"), width: 220, render: (_, i) => <ImportProgress of={i} brief /> },
        { key: "rows", title: t("import.rows"), align: "right", render: (_, i) => <Count value={i.rowsRead} /> },
        { key: "applied", title: t("import.applied"), align: "right", render: (_, i) => <Count value={i.applied} /> },
        { key: "duplicate", title: t("import.duplicate"), align: "right", render: (_, i) => <Count value={i.duplicate} /> },
        { key: "rejected", title: t("import.rejected"), align: "right", render: (_, i) => <span className={i.rejected > 0 ? "bad" : ""}><Count value={i.rejected} /></span> },
        { key: "at", title: t("import.started"), render: (_, i) => <When at={i.startedAt ?? i.createdAt} /> },
        { key: "by", title: t("jobs.by"), render: (_, i) => i.createdBy, extra: true },
      ]}
      empty={<EmptyState title={t("import.empty")} action={<Button type="primary" onClick={() => void navigate("/intake/upload")}>{t("intake.upload.title")}</Button>}>{t("import.empty_text")}</EmptyState>}
    />
  );
}
