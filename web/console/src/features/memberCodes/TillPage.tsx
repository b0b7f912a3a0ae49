import { useMutation } from "@tanstack/react-query";
import { Button, Form, Input, type InputRef } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Problem } from "../../shared/api/problem";
import { MetricCard } from "../../shared/ui/MetricCard";
import { Count } from "../../shared/ui/Numbers";
import { Page, Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { When } from "../../shared/ui/When";
import { useSession } from "../session/useSession";
import { codeFrom, type Shown, verify } from "./api";

/** At the till: a code is scanned or typed, and says whose it is. */
export function TillPage() {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [asked, setAsked] = useState({ code: "", key: "" });
  const box = useRef<InputRef>(null);
  const asking = useMutation({
    mutationFn: ({ code, key }: { code: string; key: string }) => verify(code, key),
    // The next member's code replaces what is there, right or wrong: a scanner only types and presses Enter.
    onSettled: () => box.current?.focus({ cursor: "all" }),
    onSuccess: () => setText(""),
  });
  const ask = () => {
    const code = codeFrom(text);
    if (code === "" || asking.isPending) return;
    // Whether the first request was heard nobody knows when no answer came: sent again under its key it is not a second showing.
    const again = code === asked.code && asking.error instanceof Problem && asking.error.isPassing;
    const next = { code, key: again ? asked.key : crypto.randomUUID() };
    setAsked(next);
    asking.mutate(next);
  };
  return (
    <Page title={t("till.title")} crumbs={[{ to: "/loyalty", title: t("nav.loyalty") }]} answer={t("till.answer")}>
      <div className="stack" style={{ maxWidth: 720 }}>
        <Sheet title={t("till.code")}>
          <Form layout="vertical" onFinish={ask}>
            <Form.Item label={t("till.scan")} htmlFor="till-code" extra={t("till.scan_means")} style={{ marginBottom: 0 }}>
              <div className="row" style={{ flexWrap: "nowrap" }}>
                <Input id="till-code" ref={box} size="large" autoFocus allowClear autoComplete="off" spellCheck={false} value={text} onChange={(e) => setText(e.target.value)} placeholder={t("till.example")} className="mono" />
                <Button type="primary" size="large" htmlType="submit" loading={asking.isPending} disabled={text.trim() === ""}>{t("till.ask")}</Button>
              </div>
            </Form.Item>
          </Form>
        </Sheet>
        <div aria-live="polite">
          <ProblemAlert error={asking.error} />
          {asking.data ? <Member of={asking.data} /> : null}
        </div>
      </div>
    </Page>
  );
}

function Member({ of }: { of: Shown }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const name = of.name || t("person.nameless", { id: of.personId });
  return (
    <Sheet title={can("persons:read") ? <Link className="link" to={`/members/${of.personId}`}>{name}</Link> : name} note={<span className="mono">{of.card}</span>}>
      <div className="cards">
        <MetricCard label={t("person.points")} value={<Count value={of.spendable} />} note={of.pending > 0 ? <>{t("person.pending")} <Count value={of.pending} /></> : null} />
        <MetricCard label={t("members.tier")} value={of.tierTitle} note={<>{t("till.shown")} <When at={of.at} exactly /></>} />
      </div>
      <div className="row" style={{ marginTop: 16 }}>
        {can("persons:read") ? <Link to={`/members/${of.personId}?tab=points`}><Button>{t("till.points")}</Button></Link> : null}
      </div>
    </Sheet>
  );
}
