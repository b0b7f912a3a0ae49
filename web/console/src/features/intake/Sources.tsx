import type { UseQueryResult } from "@tanstack/react-query";
import { Button, Table } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { percent } from "../../shared/format/number";
import { ChannelTag } from "../../shared/ui/ChannelTag";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Loaded } from "../../shared/ui/Loaded";
import { Count } from "../../shared/ui/Numbers";
import { Sheet } from "../../shared/ui/Page";
import { When } from "../../shared/ui/When";
import type { Source } from "./api";

export function Sources({ query }: { query: UseQueryResult<Source[]> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Loaded query={query}>
      {(sources) => sources.length === 0 ? (
        <Sheet><EmptyState title={t("intake.no_sources")} action={<Button type="primary" onClick={() => void navigate("/intake/upload")}>{t("intake.upload.title")}</Button>}>{t("intake.no_sources_text")}</EmptyState></Sheet>
      ) : (
        <Sheet flush>
          <Table
            rowKey={(s) => `${s.source}/${s.channel}`}
            dataSource={sources}
            pagination={sources.length > 50 ? { pageSize: 50 } : false}
            columns={[
              { title: t("intake.source"), render: (_, s) => <b className="mono">{s.source}</b> },
              { title: t("intake.channel"), render: (_, s) => <ChannelTag channel={s.channel} /> },
              { title: t("intake.events"), align: "right", render: (_, s) => <Count value={s.events} /> },
              { title: t("intake.rejected"), align: "right", render: (_, s) => (s.rejected === 0 ? <span className="faint">0</span> : <Link className="link" to={`/intake?tab=dead&source=${encodeURIComponent(s.source)}`}><Count value={s.rejected} /> <span className="faint">{s.events + s.rejected > 0 ? percent(s.rejected / (s.events + s.rejected), 2) : ""}</span></Link>) },
              { title: t("intake.last_at"), render: (_, s) => <When at={s.lastAt} /> },
              { title: "", align: "right", render: (_, s) => <Link className="link" to={`/intake?tab=live&source=${encodeURIComponent(s.source)}`}>{t("intake.watch")}</Link> },
            ]}
          />
        </Sheet>
      )}
    </Loaded>
  );
}
