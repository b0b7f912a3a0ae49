import { useMutation, useQueries, useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { AudienceConsequence } from "../audiences/AudienceConsequence";
import { fetchVersion, publish, type Version } from "./api";
import { DifferenceList } from "./DifferenceList";

/** Going live: says what changes and, for an audience, for how many, before it is done. */
export function PublishButton({ kind, name, draft, live }: { kind: string; name: string; draft: Version; live: Version | undefined }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const publishing = useMutation({
    mutationFn: () => publish(kind, name, draft.version),
    onSuccess: async () => {
      setOpen(false);
      void message.success(t("definition.published", { version: draft.version }));
      await Promise.all(["versions", "definitions", "audiences", "journeys", "offers", "offer", "program"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
  });
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>{t("definition.publish", { version: draft.version })}</Button>
      <Modal open={open} width={720} title={t("definition.publish_title", { version: draft.version })} onCancel={() => setOpen(false)} onOk={() => publishing.mutate()} okText={t("definition.publish", { version: draft.version })} confirmLoading={publishing.isPending} destroyOnHidden>
        <ProblemAlert error={publishing.error} />
        <p className="quiet" style={{ marginBottom: 16 }}>{t(`definition.publish_means.${kind}`)}</p>
        {open ? <Changes kind={kind} name={name} draft={draft} live={live} /> : null}
      </Modal>
    </>
  );
}

function Changes({ kind, name, draft, live }: { kind: string; name: string; draft: Version; live: Version | undefined }) {
  const { t } = useTranslation();
  const wanted = live ? [draft.version, live.version] : [draft.version];
  const bodies = useQueries({ queries: wanted.map((version) => ({ queryKey: ["version", kind, name, version], queryFn: () => fetchVersion(kind, name, version), staleTime: Infinity })) });
  const [after, before] = bodies.map((q) => q.data?.body);
  if (bodies.some((q) => q.isPending)) return null;
  return (
    <div className="stack">
      {live ? <div><h3>{t("definition.changes", { from: live.version, to: draft.version })}</h3><DifferenceList before={before} after={after} kind={kind} /></div> : <p>{t("definition.first_live")}</p>}
      {kind === "audience" ? <AudienceConsequence definition={after} /> : null}
    </div>
  );
}
