import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { Navigate, useSearchParams } from "react-router";
import { setPreferences, usePreferences } from "../../app/preferences";
import mark from "../../assets/danke.svg";
import { usePageTitle } from "../../shared/state/usePageTitle";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { signIn } from "./api";
import { useSession } from "./useSession";

export function SignInPage() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { session } = useSession();
  const queries = useQueryClient();
  const [params] = useSearchParams();
  usePageTitle(t("session.sign_in"));

  const entering = useMutation({
    mutationFn: (v: { user: string; password: string }) => signIn(v.user.trim(), v.password),
    onSuccess: (entered) => queries.setQueryData(["session"], entered),
  });

  if (session) return <Navigate to={session.mustChangePassword ? "/password" : placeWithin(params.get("to"))} replace />;

  return (
    <div className="sign-in">
      <section className="words">
        <div className="brand"><img src={mark} alt="" />单客 Danke</div>
        <div>
          <h1>{t("session.promise")}</h1>
        </div>
        <ol>
          <li><b>{t("session.loop.one")}</b> {t("session.loop.one_text")}</li>
          <li><b>{t("session.loop.two")}</b> {t("session.loop.two_text")}</li>
          <li><b>{t("session.loop.three")}</b> {t("session.loop.three_text")}</li>
        </ol>
      </section>
      <section className="form">
        <div className="corner">
          <Button type="text" onClick={() => setPreferences({ language: language === "zh" ? "en" : "zh" })}>{language === "zh" ? "English" : "中文"}</Button>
        </div>
        <Form layout="vertical" requiredMark={false} onFinish={(values: { user: string; password: string }) => entering.mutate(values)}>
          <h1 style={{ marginBottom: 24 }}>{t("session.sign_in")}</h1>
          <ProblemAlert error={entering.error} />
          <Form.Item name="user" label={t("session.user")} rules={[{ required: true, message: t("session.user_needed") }]}>
            <Input size="large" autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item name="password" label={t("session.password")} rules={[{ required: true, message: t("session.password_needed") }]}>
            <Input.Password size="large" autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" size="large" htmlType="submit" block loading={entering.isPending}>{t("session.enter")}</Button>
          <p className="faint" style={{ marginTop: 16, fontSize: 13 }}>{t("session.first_time")}</p>
        </Form>
      </section>
    </div>
  );
}

/** Only a place within the console: an address from elsewhere in the URL is not followed. */
function placeWithin(to: string | null): string {
  return to?.startsWith("/") && !to.startsWith("//") && !to.startsWith("/\\") ? to : "/";
}
