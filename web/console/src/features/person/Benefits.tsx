import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemWords } from "../../shared/api/problemWords";
import { exact } from "../../shared/format/number";
import { useCode } from "../../shared/state/useCode";
import { Sheet } from "../../shared/ui/Page";
import { When } from "../../shared/ui/When";
import { type BenefitLine, type BenefitRecord, fetchBenefits, gifts, undoUse, countUse } from "../loyalty/benefits";
import { useTierTitle } from "../loyalty/TierTag";
import { useSession } from "../session/useSession";

/** What the member has beside points: used and left, given and when, with a button for each use. Nothing where the program has none. */
export function Benefits({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const queries = useQueryClient();
  const sheet = useQuery({ queryKey: ["benefits", personId], queryFn: ({ signal }) => fetchBenefits(personId, signal), enabled: can("loyalty:read"), retry: false });
  const refresh = () => {
    for (const key of ["benefits", "person", "timeline"]) void queries.invalidateQueries({ queryKey: [key, personId] });
  };
  if (!sheet.data || sheet.data.items.length + sheet.data.records.length === 0) return null;
  const { items, records } = sheet.data;
  const theirs = items.filter((b) => b.isTheirs);
  return (
    <Sheet title={t("benefit.title")} note={t("benefit.count", { count: theirs.length })}>
      <div className="stack" style={{ gap: 12 }}>
        {items.map((b) => <Line key={b.name} personId={personId} benefit={b} mayUse={can("loyalty:write")} onDone={refresh} />)}
        {records.length > 0 ? <Records records={records} items={items} mayUndo={can("loyalty:write")} onDone={refresh} /> : null}
      </div>
    </Sheet>
  );
}

function Line({ personId, benefit: b, mayUse, onDone }: { personId: string; benefit: BenefitLine; mayUse: boolean; onDone: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const tier = useTierTitle();
  const { message } = App.useApp();
  const [key, setKey] = useState(() => crypto.randomUUID());
  const isGift = gifts.includes(b.kind);
  const use = async () => {
    try {
      await countUse(personId, b.name, key);
      void message.success(t("benefit.used_once", { title: b.title }));
      setKey(crypto.randomUUID());
      onDone();
    } catch (error) {
      void message.error(problemWords(error));
    }
  };
  return (
    <div className="row" style={{ justifyContent: "space-between", alignItems: "flex-start", flexWrap: "nowrap", opacity: b.isTheirs ? 1 : 0.6 }}>
      <div>
        <div>{b.title} <Tag>{code("benefit.kind", b.kind)}</Tag></div>
        <div className="faint" style={{ fontSize: 13 }}>{b.isTheirs || isGift ? <What benefit={b} /> : t("benefit.of_tiers", { tiers: b.tiers.map(tier).join(t("tier.and")) })}</div>
      </div>
      {!isGift && b.isTheirs && mayUse ? (
        <Popconfirm title={t("benefit.use_sure", { title: b.title })} onConfirm={() => use()}><Button size="small" disabled={b.left === 0}>{t("benefit.use")}</Button></Popconfirm>
      ) : null}
    </div>
  );
}

/** What it gives, or how much is left and until when. */
function What({ benefit: b }: { benefit: BenefitLine }) {
  const { t } = useTranslation();
  const code = useCode();
  const tier = useTierTitle();
  if (gifts.includes(b.kind))
    return (
      <>
        {[b.points > 0 ? t("benefit.points", { points: exact(b.points) }) : "", b.voucher ? t("benefit.voucher", { voucher: b.voucher }) : "", b.kind === "entry_gift" && b.tiers.length > 0 ? t("benefit.on_entering", { tiers: b.tiers.map(tier).join(t("tier.and")) }) : ""].filter((s) => s !== "").join(" · ")}
        {b.next ? <> · {t("benefit.next")} {b.next}</> : null}
      </>
    );
  if (b.times === null) return <>{t("benefit.unlimited", { used: exact(b.used) })}</>;
  return <>{t("benefit.left_of", { left: exact(b.left ?? 0), times: exact(b.times), per: code("benefit.per", b.per) })}{b.resetsAt ? <> · {t("benefit.resets")} <When at={b.resetsAt} exactly /></> : null}</>;
}

function Records({ records, items, mayUndo, onDone }: { records: BenefitRecord[]; items: BenefitLine[]; mayUndo: boolean; onDone: () => void }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const { message } = App.useApp();
  const title = (name: string) => items.find((b) => b.name === name)?.title ?? name;
  const undo = async (id: string) => {
    try {
      await undoUse(id, t("benefit.undone_by_hand"));
      onDone();
    } catch (error) {
      void message.error(problemWords(error));
    }
  };
  return (
    <div>
      <div className="faint" style={{ marginBottom: 4 }}>{t("benefit.records")}</div>
      {(all ? records : records.slice(0, 4)).map((r) => (
        <div key={r.id} className="row" style={{ justifyContent: "space-between", marginBottom: 6 }}>
          <span>
            {title(r.benefit)}{r.times > 1 ? ` × ${exact(r.times)}` : ""}{r.points > 0 ? ` · ${t("benefit.points", { points: exact(r.points) })}` : ""}{r.voucher ? ` · ${r.voucher}` : ""}
            {r.state === "reversed" ? <Tag style={{ marginInlineStart: 6 }}>{r.occasion ? t("benefit.taken_back", { points: exact(r.takenBack) }) : t("benefit.undone")}</Tag> : null}
            {r.order || r.reason ? <div className="faint" style={{ fontSize: 13 }}>{[r.order ? t("points.order", { number: r.order }) : "", r.reason].filter((s) => s !== "").join(" · ")}</div> : null}
          </span>
          <span className="row"><When at={r.at} exactly />{r.state === "used" && mayUndo ? <Popconfirm title={t("benefit.undo_sure")} onConfirm={() => undo(r.id)}><Button type="link" size="small">{t("benefit.undo")}</Button></Popconfirm> : null}</span>
        </div>
      ))}
      {records.length > 4 && !all ? <Button type="link" size="small" style={{ padding: 0 }} onClick={() => setAll(true)}>{t("timeline.more")}</Button> : null}
    </div>
  );
}
