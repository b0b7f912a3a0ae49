import { Alert, Table } from "antd";
import { useTranslation } from "react-i18next";
import { exact } from "../../shared/format/number";
import { Words } from "../../shared/ui/Words";
import type { Preview } from "./api";

/** What an erasing would take and keep, counted. */
export function PreviewTable({ preview }: { preview: Preview }) {
  const { t, i18n } = useTranslation();
  const isChinese = i18n.language.startsWith("zh");
  return (
    <div className="stack" style={{ gap: 12 }}>
      {preview.formerNumbers.length > 0 ? <Alert type="info" showIcon title={t("privacy.also_former", { numbers: preview.formerNumbers.join(", ") })} /> : null}
      {preview.pointsForfeited > 0 ? <Alert type="warning" showIcon title={t("privacy.points_forfeited", { points: exact(preview.pointsForfeited) })} /> : null}
      <Table
        size="small"
        pagination={false}
        rowKey={(r) => r.table}
        dataSource={preview.tables.filter((r) => r.rows > 0)}
        columns={[
          { title: t("privacy.what"), render: (_, r) => (isChinese ? r.titleZh : r.titleEn) },
          { title: t("privacy.rows"), align: "right", render: (_, r) => <span className="mono">{exact(r.rows)}</span> },
          { title: t("privacy.fate"), render: (_, r) => <Words family="privacy_fate" code={r.fate} /> },
        ]}
      />
      <p className="quiet" style={{ margin: 0 }}>{t("privacy.elsewhere")}</p>
    </div>
  );
}
