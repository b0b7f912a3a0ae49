import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, InputNumber, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCode } from "../../shared/state/useCode";
import { useSettled } from "../../shared/state/useSettled";
import { Facts } from "../../shared/ui/Facts";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { When } from "../../shared/ui/When";
import { type Conversion, convert, type ConversionQuote, type Moved, quoteConversion, reverseEntry } from "./conversions";
import { type PointType, scaled, signedOf, typeName } from "./pointTypes";

/** Points of one type become points of another: what leaves, what arrives and what stays is seen beforehand, both sides afterwards. */
export function ConvertPoints({ personId, types, conversions, onClose, onDone }: { personId: string; types: PointType[]; conversions: Conversion[]; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const [key] = useState(() => crypto.randomUUID());
  const [chosen, setChosen] = useState(0);
  const [points, setPoints] = useState<number | null>(null);
  const of = conversions[chosen];
  const asked = useSettled(points);
  const quote = useQuery({
    queryKey: ["conversion", personId, of?.from, of?.to, asked],
    queryFn: ({ signal }) => quoteConversion(personId, of!, asked!, signal),
    enabled: of !== undefined && asked !== null,
    gcTime: 0,
    retry: false,
  });
  // Another number is another request: what was refused may be asked with fewer.
  const converting = useMutation({ mutationFn: (q: ConversionQuote) => convert(personId, of!, q.leaves, `${key}-${of!.from}-${of!.to}-${q.leaves}`), onSuccess: onDone });
  if (!of) return null;
  const name = (type: string) => typeName(types.find((x) => x.name === type) ?? { name: type, title: "" }, t);
  const count = (type: string, value: number) => scaled(value, types.find((x) => x.name === type)?.scale ?? 0);
  const q = asked === points ? quote.data : undefined;
  if (converting.data) return <Done moved={converting.data} name={name} types={types} onClose={onClose} onDone={onDone} />;
  return (
    <Modal
      open
      title={t("convert.title")}
      onCancel={onClose}
      onOk={() => q && converting.mutate(q)}
      okText={q && q.leaves > 0 ? t("convert.do", { leaves: count(of.from, q.leaves), arrives: count(of.to, q.arrives) }) : t("convert.title")}
      okButtonProps={{ disabled: !q || q.refusal !== "" }}
      confirmLoading={converting.isPending}
    >
      <ProblemAlert error={converting.error ?? quote.error} />
      <Form layout="vertical">
        <Form.Item label={t("convert.which")} htmlFor="convert-which">
          <Select id="convert-which" value={chosen} onChange={setChosen} options={conversions.map((c, value) => ({ value, label: t("convert.rate_of", { from: name(c.from), to: name(c.to), points: count(c.from, c.points), gives: count(c.to, c.gives) }) }))} />
        </Form.Item>
        <Form.Item label={t("convert.how_many", { type: name(of.from) })} htmlFor="convert-points">
          <InputNumber id="convert-points" min={1} step={of.points} precision={0} value={points} onChange={setPoints} style={{ width: "100%" }} autoFocus />
        </Form.Item>
      </Form>
      {q ? <Preview quote={q} from={name(of.from)} to={name(of.to)} countFrom={(v) => count(of.from, v)} countTo={(v) => count(of.to, v)} /> : <p className="quiet">{t("convert.say_how_many")}</p>}
    </Modal>
  );
}

interface PreviewProps {
  quote: ConversionQuote;
  from: string;
  to: string;
  countFrom: (value: number) => string;
  countTo: (value: number) => string;
}

function Preview({ quote: q, from, to, countFrom, countTo }: PreviewProps) {
  const { t } = useTranslation();
  const code = useCode();
  const balance = (type: string, before: string, after: string) => t("convert.balance", { type, before, after });
  return (
    <div className="stack" style={{ gap: 12 }}>
      {q.refusal !== "" ? <Alert type="warning" showIcon title={code("problem", q.refusal)} /> : null}
      {q.refusal === "" && q.remainder > 0 ? <Alert type="info" showIcon title={t("convert.remainder", { remainder: countFrom(q.remainder), type: from })} /> : null}
      <Facts
        of={[
          [t("convert.leaves"), <>{from} <b className="number">{countFrom(q.leaves)}</b></>],
          [t("convert.arrives"), <>{to} <b className="number">{countTo(q.arrives)}</b>{q.leaves > 0 ? <span className="faint"> · {q.endsAt ? <>{t("convert.ends")} <When at={q.endsAt} exactly /></> : t("convert.for_ever")}</span> : null}</>],
          [t("convert.stays"), <>{from} <span className="number">{countFrom(q.remainder)}</span></>],
          [t("convert.then"), q.refusal === "" ? <>{balance(from, countFrom(q.spendable), countFrom(q.spendable - q.leaves))}<br />{balance(to, countTo(q.spendableThere), countTo(q.spendableThere + q.arrives))}</> : t("convert.has", { points: countFrom(q.spendable), type: from })],
        ]}
      />
    </div>
  );
}

/** Both sides as the ledgers have them, with a way back. */
function Done({ moved, name, types, onClose, onDone }: { moved: Moved[]; name: (type: string) => string; types: PointType[]; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const undoing = useMutation({ mutationFn: (entry: string) => reverseEntry(entry, t("convert.undone_because")), onSuccess: onDone });
  const first = moved[0];
  return (
    <Modal
      open
      title={t(undoing.isSuccess ? "convert.undone" : "convert.done")}
      onCancel={onClose}
      footer={
        <>
          {first && !undoing.isSuccess ? <Button loading={undoing.isPending} onClick={() => undoing.mutate(first.entryId)}>{t("convert.undo")}</Button> : null}
          <Button type="primary" onClick={onClose}>{t("convert.close")}</Button>
        </>
      }
    >
      <ProblemAlert error={undoing.error} />
      <Facts of={moved.map((m): [string, string] => [name(m.type), t("convert.entry", { points: signedOf(m.spendable, types.find((x) => x.name === m.type)?.scale ?? 0), entry: m.entryId })])} />
      <p className="quiet">{t(undoing.isSuccess ? "convert.undone_text" : "convert.done_text")}</p>
    </Modal>
  );
}
