import { QrcodeOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Modal, QRCode, Skeleton } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { digitsOf, fetchCode, type MemberCode } from "./api";

/** The member's card with its code, for who has no phone at hand. Asked for when it is wanted, and gone with the window. */
export function ShowCode({ personId, name }: { personId: string; name: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <div>
      <Button size="small" icon={<QrcodeOutlined aria-hidden />} onClick={() => setOpen(true)}>{t("member_code.show")}</Button>
      {open ? <Card personId={personId} name={name} onClose={() => setOpen(false)} /> : null}
    </div>
  );
}

function Card({ personId, name, onClose }: { personId: string; name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["member-code", personId],
    queryFn: async () => ({ ...(await fetchCode(personId)), askedAt: performance.now() }),
    // When its time is over there is another; a window that nobody sees asks for none.
    refetchInterval: ({ state }) => (state.data ? Math.max(state.data.leftMs - (performance.now() - state.data.askedAt), 500) : false),
    gcTime: 0,
    retry: false,
  });
  return (
    <Modal open width={360} title={name || t("person.nameless", { id: personId })} footer={null} onCancel={onClose} destroyOnHidden>
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      {query.data ? <Shown code={query.data} askedAt={query.data.askedAt} /> : query.isError ? null : <Skeleton active />}
    </Modal>
  );
}

function Shown({ code, askedAt }: { code: MemberCode; askedAt: number }) {
  const { t } = useTranslation();
  const left = useLeft(code.leftMs, askedAt);
  return (
    <div className="stack" style={{ gap: 12, justifyItems: "center", textAlign: "center" }}>
      {/* Dark on white in either theme: scanners want it so. */}
      <div role="img" aria-label={t("member_code.picture")}><QRCode type="svg" size={240} value={code.code} color="#000000" bgColor="#ffffff" errorLevel="M" /></div>
      <div className="mono" style={{ fontSize: 26, letterSpacing: 2 }} data-code={code.code}>{digitsOf(code.code)}</div>
      <div><span className="quiet">{t("members.card")}</span> <span className="mono">{code.card}</span></div>
      <div style={{ width: 240 }}>
        <div className="meter" aria-hidden><i style={{ width: `${(left * 1000 * 100) / code.stepMs}%` }} /></div>
        <div className="faint" style={{ fontSize: 13, marginTop: 4 }} role="timer">{t("member_code.left", { count: left })}</div>
      </div>
      <div className="faint" style={{ fontSize: 13 }}>{t("member_code.once")}</div>
    </div>
  );
}

/** Whole seconds until the code changes. */
function useLeft(leftMs: number, askedAt: number): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const ticking = setInterval(() => setNow(performance.now()), 500);
    return () => clearInterval(ticking);
  }, []);
  return Math.max(0, Math.ceil((leftMs - Math.max(0, now - askedAt)) / 1000));
}
