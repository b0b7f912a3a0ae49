import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, Form, Modal, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { exact } from "../../shared/format/number";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { When } from "../../shared/ui/When";
import { FindPerson } from "../person/FindPerson";
import { PersonLink } from "../person/PersonLink";
import { issueCoupon, type Offer, previewIssuing } from "./api";
import { useOfferWords } from "./useOfferWords";

/** Coupons by hand: to whom, then what it comes to, then issuing. */
export function IssueCoupons({ offer, onClose, onDone }: { offer: Offer; onClose: () => void; onDone: () => Promise<unknown> }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const words = useOfferWords();
  const [key] = useState(() => crypto.randomUUID());
  const [persons, setPersons] = useState<string[]>([]);
  const preview = useQuery({ queryKey: ["offer-preview", offer.name, persons], queryFn: () => previewIssuing(offer.name, persons), enabled: persons.length > 0, placeholderData: keepPreviousData });
  const shown = persons.length === 0 ? undefined : preview.data;
  const will = shown?.willIssue ?? 0;
  const issuing = useMutation({
    mutationFn: async () => {
      // One after the other: what fails stops here, and what was issued stays issued; the same again issues the rest.
      for (const person of shown?.persons.filter((p) => p.refused === "") ?? []) await issueCoupon(offer.name, person.personId, `${key}-${person.personId}`);
    },
    onSuccess: () => {
      void message.success(t("offer.issued", { count: will, coupons: exact(will) }));
      onClose();
    },
    onSettled: onDone,
  });
  return (
    <Modal
      open
      width={640}
      title={t("offer.issue_title", { title: words.title(offer) })}
      onCancel={onClose}
      onOk={() => issuing.mutate()}
      okText={t("offer.issue_do", { count: will, coupons: exact(will) })}
      okButtonProps={{ disabled: will === 0 || preview.isPlaceholderData }}
      confirmLoading={issuing.isPending}
    >
      <ProblemAlert error={issuing.error ?? preview.error} />
      <Form layout="vertical">
        <Form.Item label={t("offer.whom")} extra={t("offer.whom_means")}><FindPerson key={persons.length} autoFocus except={persons} onChoose={(id) => setPersons([...persons, id].slice(0, 100))} /></Form.Item>
      </Form>
      {shown ? (
        <div className="stack" style={{ gap: 8 }}>
          <Table
            size="small"
            pagination={false}
            rowKey={(p) => p.personId}
            dataSource={shown.persons}
            columns={[
              { title: t("orders.person"), render: (_, p) => <PersonLink id={p.personId} name={p.name} /> },
              { title: t("offer.held"), align: "right", render: (_, p) => exact(p.held) },
              { title: t("offer.gets"), render: (_, p) => p.refused === "" ? t("offer.gets_it") : <span className="faint">{t(`problem.${p.refused}`, { defaultValue: p.refused })}</span> },
              { title: "", align: "right", render: (_, p) => <Button type="link" size="small" onClick={() => setPersons(persons.filter((id) => id !== p.personId))}>{t("offer.not_this")}</Button> },
            ]}
          />
          <div className="quiet">
            {shown.left === null ? null : <>{t("offer.left_before", { left: exact(shown.left) })} · </>}
            {shown.endsAt ? <>{t("offer.ends")} <When at={shown.endsAt} exactly /></> : t("offer.never")}
          </div>
        </div>
      ) : <p className="quiet">{t("offer.nobody_chosen")}</p>}
    </Modal>
  );
}
