import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Loaded } from "../../shared/ui/Loaded";
import { Page, Sheet } from "../../shared/ui/Page";
import { fetchReports } from "./api";
import { reportWords } from "./words";

/** The reports by the question that each answers. */
export function ReportsPage() {
  const { t, i18n } = useTranslation();
  const query = useQuery({ queryKey: ["reports"], queryFn: ({ signal }) => fetchReports(signal), staleTime: 60_000 });
  return (
    <Page title={t("nav.reports")} answer={t("report.answer")}>
      <Loaded query={query}>
        {({ reports }) => reports.length === 0 ? <Sheet><EmptyState title={t("report.none")} /></Sheet> : (
          <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(300px, 1fr))", gap: 16 }}>
            {reports.map((report) => {
              const words = reportWords(report.name, t, i18n);
              return (
                <Link key={report.name} to={report.name === "overview" ? "/" : `/reports/${report.name}`} className="sheet" style={{ color: "inherit", textDecoration: "none" }}>
                  <h2>{words.question || report.question}</h2>
                  <p className="quiet" style={{ marginTop: 4 }}>{report.title[i18n.language === "en" ? "en" : "zh"] || words.title}</p>
                </Link>
              );
            })}
          </div>
        )}
      </Loaded>
    </Page>
  );
}
