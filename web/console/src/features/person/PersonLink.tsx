import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useOpenPerson } from "./useOpenPerson";

/** A person: one click opens the drawer, with Ctrl or the middle button the whole page. */
export function PersonLink({ id, name }: { id: string; name?: string }) {
  const { t } = useTranslation();
  const { open } = useOpenPerson();
  if (id === "" || id === "0") return <span className="faint">{t("person.guest")}</span>;
  return (
    <Link
      className="link"
      to={`/members/${id}`}
      onClick={(e) => {
        if (e.ctrlKey || e.metaKey || e.shiftKey) return;
        e.preventDefault();
        open(id);
      }}
    >
      {name || t("person.nameless", { id })}
    </Link>
  );
}
