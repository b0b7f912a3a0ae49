import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { toProblem } from "../api/problem";

/** What happened, what to do next, and the id to quote. */
export function ProblemAlert({ error, onRetry, inline = false }: { error: unknown; onRetry?: () => void; inline?: boolean }) {
  const { t, i18n } = useTranslation();
  if (!error) return null;
  const problem = toProblem(error);
  const known = `problem.${problem.code}`;
  const isKnown = i18n.exists(known);
  // The server's own sentence is English: beside words in another language it stands with the code, for who looks into it.
  const detail = problem.detail !== "" && problem.detail !== problem.code ? problem.detail : null;
  const isAside = isKnown && !i18n.language.startsWith("en");
  const title = isKnown ? t(known) : t(`problem.status.${statusFamily(problem.status)}`);
  const next = t(`problem.next.${statusFamily(problem.status)}`);
  return (
    <Alert
      role="alert"
      type={problem.isPassing ? "warning" : "error"}
      showIcon
      style={inline ? undefined : { marginBottom: 16 }}
      title={title}
      description={
        <>
          {detail && !isAside ? <div>{detail}</div> : null}
          <div>{next}</div>
          <div className="faint mono">
            {problem.code}
            {problem.id ? ` · ${problem.id}` : ""}
            {detail && isAside ? ` · ${detail}` : ""}
          </div>
        </>
      }
      action={onRetry ? <Button size="small" onClick={onRetry}>{t("action.retry")}</Button> : undefined}
    />
  );
}

function statusFamily(status: number): string {
  if (status === 0) return "offline";
  if (status === 401 || status === 403 || status === 404 || status === 409 || status === 413 || status === 429) return String(status);
  if (status === 503 || status === 502 || status === 504) return "busy";
  if (status >= 500) return "server";
  if (status >= 400) return "request";
  return "console";
}
