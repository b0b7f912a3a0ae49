import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Checkbox, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Loaded } from "../../shared/ui/Loaded";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import type { Person } from "./api";
import { End } from "./Ends";
import { FindPerson } from "./FindPerson";
import { decide, fetchPreview, type Wanted } from "./identity";
import { PreviewOf } from "./PreviewOf";

/** Somebody says who is one person and who is not: chosen, seen beforehand, confirmed with a reason. */
export function DecideDialog({ person, kind, onClose }: { person: Person; kind: Wanted["kind"]; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [key] = useState(() => crypto.randomUUID());
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const [reason, setReason] = useState("");
  const preview = useQuery({ queryKey: ["identity-preview", person.id, wanted], queryFn: () => fetchPreview(person.id, wanted!), enabled: wanted !== null, gcTime: 0, retry: false });
  const deciding = useMutation({
    mutationFn: () => decide(person.id, wanted!, reason.trim(), key),
    onSuccess: async (now) => {
      void message.success(t(kind === "merge" ? "identity.merged" : "identity.split_done"));
      onClose();
      await queries.invalidateQueries();
      if (now !== "" && now !== person.id) await navigate(`/members/${now}?tab=identity`);
    },
  });
  return (
    <Modal
      open
      width={760}
      title={t(kind === "merge" ? "identity.merge_title" : "identity.split_title")}
      onCancel={onClose}
      onOk={() => deciding.mutate()}
      okText={t(kind === "merge" ? "identity.merge_do" : "identity.split_do")}
      okButtonProps={{ disabled: !preview.data || reason.trim() === "", danger: true }}
      confirmLoading={deciding.isPending}
    >
      <div className="stack" style={{ gap: 16 }}>
        <ProblemAlert error={deciding.error} />
        {kind === "merge" ? <Other person={person} onChoose={(other) => setWanted({ kind: "merge", other })} /> : <Some person={person} onChoose={(identifiers) => setWanted(identifiers.length > 0 ? { kind: "split", identifiers } : null)} />}
        {wanted ? <Loaded query={preview} rows={4}>{(p) => <PreviewOf preview={p} />}</Loaded> : null}
        <Form layout="vertical">
          <Form.Item label={t("identity.reason")} extra={t("identity.reason_means")} required style={{ marginBottom: 0 }}>
            <Input.TextArea rows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} />
          </Form.Item>
        </Form>
      </div>
    </Modal>
  );
}

/** The other person. */
function Other({ person, onChoose }: { person: Person; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className="stack" style={{ gap: 8 }}>
      <p className="quiet" style={{ margin: 0 }}>{t("identity.merge_text")}</p>
      <FindPerson except={[person.id]} autoFocus onChoose={onChoose} />
    </div>
  );
}

/** Those of the person's identifiers that are somebody else's. */
function Some({ person, onChoose }: { person: Person; onChoose: (ids: string[]) => void }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string[]>([]);
  const choose = (ids: string[]) => {
    setChosen(ids);
    onChoose(ids);
  };
  return (
    <div className="stack" style={{ gap: 8 }}>
      <p className="quiet" style={{ margin: 0 }}>{t("identity.split_text")}</p>
      <Checkbox.Group
        className="stack"
        style={{ gap: 6 }}
        value={chosen}
        onChange={choose}
        options={person.identifiers.map((i) => ({ value: i.id, disabled: chosen.length === person.identifiers.length - 1 && !chosen.includes(i.id), label: <span><End end={i} />{i.scope ? <span className="faint"> · {i.scope}</span> : null}</span> }))}
      />
    </div>
  );
}
