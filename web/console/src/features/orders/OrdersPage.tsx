import { Button, Checkbox, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useQueryState } from "../../shared/state/useQueryState";
import { ChannelSelect } from "../../shared/ui/ChannelSelect";
import { DateRange } from "../../shared/ui/DateRange";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ListPage } from "../../shared/ui/ListPage";
import { Page } from "../../shared/ui/Page";
import { SearchBox } from "../../shared/ui/SearchBox";
import { fetchOrders } from "./api";
import { orderColumns } from "./columns";

const unfiltered = { q: "", status: "", channel: "", from: "", to: "", suspected_duplicate: "" };
const statuses = ["placed", "paid", "shipped", "completed", "closed", "partly_refunded", "refunded", "announced"];

export function OrdersPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [state, set] = useQueryState(unfiltered);
  const filtered = Object.values(state).some((v) => v !== "");

  return (
    <Page title={t("orders.title")} answer={t("orders.answer")}>
      <ListPage
        name="orders"
        filters={state}
        fetch={fetchOrders}
        columns={orderColumns(t)}
        exported={{ path: "/v1/orders/export.csv", title: t("orders.title") }}
        rowKey={(o) => o.id}
        onOpen={(o) => void navigate(`/orders/${o.id}`)}
        filterBar={
          <>
            <SearchBox value={state.q} onChange={(q) => set({ q })} placeholder={t("orders.search")} width={240} />
            <Select
              allowClear
              value={state.status || undefined}
              placeholder={t("orders.status")}
              aria-label={t("orders.status")}
              onChange={(status?: string) => set({ status: status ?? "" })}
              style={{ width: 136 }}
              options={statuses.map((status) => ({ value: status, label: t(`order_status.${status}`) }))}
            />
            <ChannelSelect value={state.channel} onChange={(channel) => set({ channel })} />
            <DateRange from={state.from} to={state.to} onChange={(from, to) => set({ from, to })} />
            <Checkbox checked={state.suspected_duplicate === "true"} onChange={(e) => set({ suspected_duplicate: e.target.checked ? "true" : "" })}>{t("duplicates.filter")}</Checkbox>
            {filtered ? <Button type="text" onClick={() => set(unfiltered)}>{t("filter.clear")}</Button> : null}
          </>
        }
        empty={
          filtered ? (
            <EmptyState title={t("orders.none_found")} action={<Button onClick={() => set(unfiltered)}>{t("filter.clear")}</Button>}>{t("orders.none_found_text")}</EmptyState>
          ) : (
            <EmptyState title={t("orders.empty")} action={<Button type="primary" onClick={() => void navigate("/intake/upload")}>{t("intake.upload.title")}</Button>}>{t("orders.empty_text")}</EmptyState>
          )
        }
      />
    </Page>
  );
}
