import { useTranslation } from "react-i18next";
import { useCode } from "../../shared/state/useCode";
import type { LinkEnd } from "./api";

/** An identifier: what kind, and its value as far as it may be seen. */
export function End({ end }: { end: Pick<LinkEnd, "namespace" | "value"> }) {
  const code = useCode();
  return <span className="nowrap"><span className="quiet">{code("namespace", end.namespace)}</span> <span className="mono">{end.value}</span></span>;
}

/** Why a link joins nothing, in words. */
export function useRuleWords(): (rule: string) => string {
  const code = useCode();
  return (rule) => {
    const [kind = "", namespace = ""] = rule.split(":");
    return code("dropped_rule", kind, { namespace: code("namespace", namespace) });
  };
}

/** A person by number: 0 is nobody, below 0 somebody who does not exist yet. */
export function useWho(): (id: string) => string {
  const { t } = useTranslation();
  return (id) => (id === "" || id === "0" ? t("identity.nobody") : id.startsWith("-") ? t("identity.somebody_new") : `#${id}`);
}
