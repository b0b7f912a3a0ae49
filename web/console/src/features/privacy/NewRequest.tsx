import { useMutation, useQuery } from "@tanstack/react-query";
import { Form, Input, Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Loaded } from "../../shared/ui/Loaded";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { SearchBox } from "../../shared/ui/SearchBox";
import { fetchPersons } from "../members/api";
import { addRequest, erases, fetchPreview, type RequestKind } from "./api";
import { PreviewTable } from "./PreviewTable";

/** Registers what a person asked for: whom, what, how it came in. Nothing is done yet. */
export function NewRequest({ person: given, onClose }: { person: string; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [kind, setKind] = useState<RequestKind>("export");
  const [person, setPerson] = useState(given);
  const [note, setNote] = useState("");
  const preview = useQuery({ queryKey: ["privacy-preview", person], queryFn: ({ signal }) => fetchPreview(person, signal), enabled: person !== "", gcTime: 0, retry: false });
  const adding = useMutation({
    mutationFn: () => addRequest(kind, person, note.trim()),
    onSuccess: (made) => void navigate(`/privacy/${made.id}`),
  });
  return (
    <Modal open width={720} title={t("privacy.new")} onCancel={onClose} onOk={() => adding.mutate()} okText={t("privacy.register")} okButtonProps={{ disabled: person === "" }} confirmLoading={adding.isPending}>
      <div className="stack" style={{ gap: 16 }}>
        <ProblemAlert error={adding.error} />
        <Form layout="vertical">
          <Form.Item label={t("privacy.kind")}>
            <Radio.Group value={kind} onChange={(e) => setKind(e.target.value as RequestKind)} className="stack" style={{ gap: 6 }} options={(["export", "erase", "anonymise"] as const).map((k) => ({ value: k, label: <>{t(`privacy_kind.${k}`)} <span className="faint">{t(`privacy.means.${k}`)}</span></> }))} />
          </Form.Item>
          <Form.Item label={t("privacy.person")}>{given === "" ? <Whom onChoose={setPerson} /> : <span className="mono">#{given}</span>}</Form.Item>
          <Form.Item label={t("privacy.note")} extra={t("privacy.note_means")} style={{ marginBottom: 0 }}>
            <Input maxLength={500} value={note} onChange={(e) => setNote(e.target.value)} />
          </Form.Item>
        </Form>
        {person !== "" && erases(kind) ? <Loaded query={preview} rows={4}>{(p) => <PreviewTable preview={p} />}</Loaded> : null}
      </div>
    </Modal>
  );
}

/** The person, by whatever is known of them. */
function Whom({ onChoose }: { onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const found = useQuery({ queryKey: ["persons", "privacy", q], queryFn: ({ signal }) => fetchPersons({ q, limit: "8" }, null, signal), enabled: q.trim() !== "" });
  return (
    <div className="stack" style={{ gap: 8 }}>
      <SearchBox value={q} onChange={setQ} placeholder={t("privacy.find_whom")} width={420} />
      <ProblemAlert error={found.error} />
      {found.data?.items.length === 0 ? <p className="quiet" style={{ margin: 0 }}>{t("privacy.nobody")}</p> : null}
      <Radio.Group className="stack" style={{ gap: 6 }} onChange={(e) => onChoose(String(e.target.value))} options={(found.data?.items ?? []).map((p) => ({ value: p.id, label: <span>{p.name || t("person.nameless", { id: p.id })} <span className="mono faint">#{p.id}{p.card ? ` · ${p.card}` : ""}</span></span> }))} />
    </div>
  );
}
