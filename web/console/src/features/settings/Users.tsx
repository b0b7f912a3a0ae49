import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Form, Input, Modal, Select, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemWords } from "../../shared/api/problemWords";
import { Loaded } from "../../shared/ui/Loaded";
import { Sheet } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { ShownOnce } from "../../shared/ui/ShownOnce";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import { useSession } from "../session/useSession";
import { changeUser, createUser, fetchUsers, type User } from "./api";

const roles = ["admin", "operator", "analyst", "clerk"];

export function Users() {
  const { t } = useTranslation();
  const { session } = useSession();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const query = useQuery({ queryKey: ["users"], queryFn: fetchUsers });
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<{ user: string; password: string } | null>(null);
  const changing = useMutation({
    mutationFn: ({ user, change }: { user: User; change: Parameters<typeof changeUser>[1] }) => changeUser(user.name, change),
    onSuccess: async (password, { user }) => {
      if (password !== "") setSecret({ user: user.name, password });
      await queries.invalidateQueries({ queryKey: ["users"] });
    },
    onError: (error) => void message.error(problemWords(error)),
  });
  const ask = (title: string, user: User, change: Parameters<typeof changeUser>[1]) => modal.confirm({ title, okText: t("action.yes"), cancelText: t("action.cancel"), onOk: () => changing.mutateAsync({ user, change }) });

  return (
    <>
      <Sheet title={t("settings.tab.users")} note={t("settings.users_note")} tools={<Button type="primary" onClick={() => setAdding(true)}>{t("settings.add_user")}</Button>} flush>
        <Loaded query={query}>
          {(users) => (
            <Table
              rowKey={(u) => u.name}
              dataSource={users}
              pagination={false}
              columns={[
                { title: t("settings.user"), render: (_, u) => <><b>{u.title}</b>{u.title === u.name ? null : <div className="faint mono">{u.name}</div>}</> },
                { title: t("settings.role"), render: (_, u) => <Select size="small" variant="borderless" value={u.role} aria-label={t("settings.role")} disabled={u.name === session?.user} style={{ width: 128, marginLeft: -8 }} onChange={(role) => changing.mutate({ user: u, change: { role } })} options={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))} /> },
                { title: t("settings.state"), render: (_, u) => <State family="user_state" code={u.disabled ? "disabled" : u.mustChangePassword ? "new" : "active"} /> },
                { title: t("settings.last_sign_in"), render: (_, u) => <When at={u.lastSignIn} /> },
                {
                  title: "",
                  align: "right",
                  render: (_, u) => (
                    <Dropdown
                      trigger={["click"]}
                      menu={{
                        items: [
                          { key: "reset", label: t("settings.reset_password"), onClick: () => void ask(t("settings.reset_ask", { user: u.name }), u, { reset_password: true }) },
                          { key: "disable", danger: !u.disabled, disabled: u.name === session?.user, label: t(u.disabled ? "settings.enable" : "settings.disable"), onClick: () => void ask(t(u.disabled ? "settings.enable_ask" : "settings.disable_ask", { user: u.name }), u, { disabled: !u.disabled }) },
                        ],
                      }}
                    >
                      <Button size="small">{t("action.more")}</Button>
                    </Dropdown>
                  ),
                },
              ]}
            />
          )}
        </Loaded>
      </Sheet>
      {adding ? <AddUser onClose={() => setAdding(false)} onMade={(made) => { setAdding(false); setSecret(made); void queries.invalidateQueries({ queryKey: ["users"] }); }} /> : null}
      {secret ? <ShownOnce title={t("settings.password_of", { user: secret.user })} text={t("settings.password_once")} secret={secret.password} onClose={() => setSecret(null)} /> : null}
    </>
  );
}

function AddUser({ onClose, onMade }: { onClose: () => void; onMade: (made: { user: string; password: string }) => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ name: string; title?: string; role: string }>();
  const making = useMutation({ mutationFn: createUser, onSuccess: (password, user) => onMade({ user: user.name, password }) });
  return (
    <Modal open title={t("settings.add_user")} onCancel={onClose} onOk={() => form.submit()} okText={t("settings.add_user")} confirmLoading={making.isPending}>
      <ProblemAlert error={making.error} />
      <Form form={form} layout="vertical" initialValues={{ role: "operator" }} onFinish={(v) => making.mutate({ name: v.name.trim(), role: v.role, ...(v.title ? { title: v.title } : {}) })}>
        <Form.Item name="name" label={t("settings.user_name")} extra={t("settings.user_name_rule")} rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9._-]{1,63}$/, message: t("settings.user_name_rule") }]}><Input autoFocus autoComplete="off" /></Form.Item>
        <Form.Item name="title" label={t("settings.user_title")}><Input maxLength={80} /></Form.Item>
        <Form.Item name="role" label={t("settings.role")}><Select options={roles.map((role) => ({ value: role, label: <>{t(`role.${role}`)} <span className="faint">{t(`role_means.${role}`)}</span></> }))} /></Form.Item>
      </Form>
    </Modal>
  );
}
