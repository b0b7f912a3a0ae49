import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { EmptyState } from "../shared/ui/EmptyState";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState title={t("not_found.title")} action={<Link className="link" to="/">{t("not_found.home")}</Link>}>
      {t("not_found.text")}
    </EmptyState>
  );
}
