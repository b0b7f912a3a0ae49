import { useQuery } from "@tanstack/react-query";
import { Table } from "antd";
import { useTranslation } from "react-i18next";
import { Loaded } from "../../shared/ui/Loaded";
import { fetchMessages } from "./api";
import { messageColumns } from "./messageColumns";

export function Messages({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["messages", personId], queryFn: ({ signal }) => fetchMessages(personId, null, signal) });
  return (
    <Loaded query={query}>
      {(page) => <Table size="small" pagination={false} rowKey={(m) => m.id} dataSource={page.items} columns={messageColumns(t)} locale={{ emptyText: <p className="quiet" style={{ padding: 24 }}>{t("message.none")}</p> }} />}
    </Loaded>
  );
}
