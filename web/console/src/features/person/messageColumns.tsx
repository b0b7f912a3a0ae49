import type { TFunction } from "i18next";
import { Words } from "../../shared/ui/Words";
import { State } from "../../shared/ui/State";
import { When } from "../../shared/ui/When";
import type { MessageLine } from "./api";

export function messageColumns(t: TFunction) {
  return [
    { key: "at", title: t("message.at"), render: (_: unknown, m: MessageLine) => <When at={m.at} /> },
    { key: "via", title: t("message.via"), render: (_: unknown, m: MessageLine) => <Words family="via" code={m.via} /> },
    { key: "template", title: t("message.template"), render: (_: unknown, m: MessageLine) => <>{m.template}{m.body ? <div className="quiet">{m.body}</div> : null}</> },
    { key: "journey", title: t("message.journey"), render: (_: unknown, m: MessageLine) => m.journey || <span className="faint">—</span> },
    { key: "state", title: t("message.state"), render: (_: unknown, m: MessageLine) => <State family="message_state" code={m.state} /> },
    { key: "reason", title: t("message.reason"), render: (_: unknown, m: MessageLine) => (m.reason ? <Words family="skip_reason" code={m.reason} /> : <span className="faint">—</span>) },
  ];
}
