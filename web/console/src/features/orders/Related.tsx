import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { problemWords } from "../../shared/api/problemWords";
import { ChannelTag } from "../../shared/ui/ChannelTag";
import { Money } from "../../shared/ui/Numbers";
import { Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { When } from "../../shared/ui/When";
import { useSession } from "../session/useSession";
import { answerDuplicate, fetchRelated, type RelatedOrder, takeBackDuplicate } from "./duplicates";

/** Orders that are, may be or are not the same sale; nothing where there are none. */
export function Related({ order }: { order: string }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["order", order, "duplicates"], queryFn: ({ signal }) => fetchRelated(order, signal) });
  if (query.error) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data || query.data.length === 0) return null;
  const isOpen = query.data.some((o) => o.relation === "suspected");
  return (
    <Sheet id="duplicates" title={t(isOpen ? "duplicates.suspected" : "duplicates.title")} note={isOpen ? t("duplicates.note") : undefined}>
      <div className="stack">
        {query.data.map((other) => <Line key={other.id} order={order} other={other} />)}
      </div>
    </Sheet>
  );
}

function Line({ order, other }: { order: string; other: RelatedOrder }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const saying = useMutation({
    mutationFn: (say: () => Promise<void>) => say(),
    onSuccess: async () => {
      await Promise.all([queries.invalidateQueries({ queryKey: ["order"] }), queries.invalidateQueries({ queryKey: ["orders"] }), queries.invalidateQueries({ queryKey: ["person"] })]);
      void message.success(t("duplicates.kept"));
    },
    onError: (error) => void message.error(problemWords(error)),
  });
  const say = (what: () => Promise<void>) => () => saying.mutate(what);
  return (
    <div className="row" data-relation={other.relation}>
      <span>{t(`duplicates.relation.${other.relation}`)}</span>
      <Link className="link mono" to={`/orders/${other.id}`}>{other.number}</Link>
      <ChannelTag channel={other.channel} shop={other.shop} />
      <Money minor={other.totalMinor} currency={other.currency} exactly />
      <When at={other.orderedAt} exactly />
      {other.answeredBy === "" ? null : <span className="quiet">{t("duplicates.by", { who: other.answeredBy })} <When at={other.answeredAt} /></span>}
      {!can("persons:write") ? null : other.relation === "suspected" ? (
        <>
          <Button size="small" disabled={saying.isPending} onClick={say(() => answerDuplicate(order, other.id, "one"))}>{t("duplicates.keep_this")}</Button>
          <Button size="small" disabled={saying.isPending} onClick={say(() => answerDuplicate(other.id, order, "one"))}>{t("duplicates.keep_that")}</Button>
          <Button size="small" disabled={saying.isPending} onClick={say(() => answerDuplicate(order, other.id, "two"))}>{t("duplicates.two")}</Button>
        </>
      ) : other.answeredBy === "" ? null : (
        <Button size="small" type="text" disabled={saying.isPending} onClick={say(() => takeBackDuplicate(order, other.id))}>{t("duplicates.take_back")}</Button>
      )}
    </div>
  );
}
