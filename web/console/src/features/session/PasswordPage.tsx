import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { Navigate, useNavigate } from "react-router";
import { usePageTitle } from "../../shared/state/usePageTitle";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { changePassword } from "./api";
import { useSession } from "./useSession";

interface Values {
  old: string;
  fresh: string;
  again: string;
}

// As the server asks; it has more to say and then says it.
const shortest = 10;

/** A new password: by choice, or because the first one was printed on a terminal. */
export function PasswordPage() {
  const { t } = useTranslation();
  const { session, isPending } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  usePageTitle(t("session.change_password"));

  const changing = useMutation({
    mutationFn: (v: Values) => changePassword({ old: v.old, new: v.fresh }),
    onSuccess: async () => {
      await queries.refetchQueries({ queryKey: ["session"] });
      void message.success(t("session.password_changed"));
      await navigate("/");
    },
  });

  if (isPending) return null;
  if (!session) return <Navigate to="/sign-in" replace />;
  return (
    <div className="sign-in" style={{ gridTemplateColumns: "1fr" }}>
      <section className="form">
        <Form<Values> layout="vertical" requiredMark={false} onFinish={(v) => changing.mutate(v)}>
          <h1 style={{ marginBottom: 8 }}>{t("session.change_password")}</h1>
          <p className="quiet" style={{ marginBottom: 24 }}>{t(session.mustChangePassword ? "session.must_change" : "session.may_change", { count: shortest })}</p>
          <ProblemAlert error={changing.error} />
          <input type="text" autoComplete="username" value={session.user} readOnly hidden />
          <Form.Item name="old" label={t("session.old_password")} rules={[{ required: true, message: t("session.password_needed") }]}>
            <Input.Password autoComplete="current-password" autoFocus />
          </Form.Item>
          <Form.Item name="fresh" label={t("session.new_password")} rules={[{ required: true, min: shortest, message: t("session.too_short", { count: shortest }) }]}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Form.Item
            name="again"
            label={t("session.again")}
            dependencies={["fresh"]}
            rules={[({ getFieldValue }) => ({ validator: (_, value) => (value === getFieldValue("fresh") ? Promise.resolve() : Promise.reject(new Error(t("session.differs")))) })]}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <div className="row">
            <Button type="primary" htmlType="submit" loading={changing.isPending}>{t("session.save_password")}</Button>
            {session.mustChangePassword ? null : <Button onClick={() => void navigate(-1)}>{t("action.cancel")}</Button>}
          </div>
        </Form>
      </section>
    </div>
  );
}
