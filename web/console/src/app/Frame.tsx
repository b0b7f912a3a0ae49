import { GlobalOutlined, LogoutOutlined, MenuFoldOutlined, MenuUnfoldOutlined, MoonOutlined, SearchOutlined, SunOutlined, UserOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Badge, Button, Dropdown, Tooltip } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, NavLink, Outlet, useLocation, useNavigate, useNavigation, useSearchParams } from "react-router";
import mark from "../assets/danke.svg";
import { useAwaiting } from "../features/loyaltyApprovals/useAwaiting";
import { signOut } from "../features/session/api";
import { useSession } from "../features/session/useSession";
import { brandQuery } from "../features/settings/useBrand";
import { ProblemAlert } from "../shared/ui/ProblemAlert";
import { places } from "./navigation";
import { setPreferences, useIsDark, usePreferences } from "./preferences";

const CommandPalette = lazy(() => import("./CommandPalette").then((m) => ({ default: m.CommandPalette })));
const PersonDrawer = lazy(() => import("../features/person/PersonDrawer").then((m) => ({ default: m.PersonDrawer })));

/** What is around every page: who may be here, where else one can go, and the two things that open over a page. */
export function Frame() {
  const { session, error, isPending, refetch } = useSession();
  const location = useLocation();
  if (isPending) return <div className="frame" aria-busy="true" />;
  if (error) return <main><ProblemAlert error={error} onRetry={() => void refetch()} /></main>;
  if (!session) return <Navigate to={`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`} replace />;
  if (session.mustChangePassword) return <Navigate to="/password" replace />;
  return <Inside />;
}

function Inside() {
  const { t } = useTranslation();
  const { narrow } = usePreferences();
  const [finding, setFinding] = useState(false);
  const brand = useQuery(brandQuery);
  const [params] = useSearchParams();
  const moving = useNavigation().state === "loading";
  const { pathname } = useLocation();

  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") {
        e.preventDefault();
        setFinding(true);
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  useEffect(() => {
    window.scrollTo(0, 0);
  }, [pathname]);

  // Times are in the brand's zone: pages wait for it rather than show one zone and then another.
  if (brand.isPending) return <div className="frame" aria-busy="true" />;

  return (
    <div className={narrow ? "frame narrow" : "frame"}>
      <a className="skip" href="#main">{t("frame.skip")}</a>
      <Side brand={brand.data?.name ?? ""} />
      <div>
        <Top onFind={() => setFinding(true)} />
        <main id="main" tabIndex={-1} aria-busy={moving}>
          <Outlet />
        </main>
      </div>
      <Suspense>
        {finding ? <CommandPalette onClose={() => setFinding(false)} /> : null}
        {params.has("person") ? <PersonDrawer /> : null}
      </Suspense>
    </div>
  );
}

function Side({ brand }: { brand: string }) {
  const { t } = useTranslation();
  const { narrow } = usePreferences();
  const { can } = useSession();
  const awaiting = useAwaiting();
  return (
    <div className="side">
      <Link className="brand" to="/">
        <img src={mark} alt="" />
        <span>
          单客 Danke
          <small>{brand}</small>
        </span>
      </Link>
      <nav aria-label={t("frame.navigation")}>
        {places.filter((place) => can(place.scope)).map((place) => (
          <div key={place.to}>
            {place.after ? <hr /> : null}
            <NavLink to={place.to} end={place.to === "/"} title={narrow ? t(place.name) : undefined} aria-label={narrow ? t(place.name) : undefined}>
              {place.icon}
              <span className="label">{t(place.name)}</span>
              {place.to === "/loyalty" && awaiting > 0 ? <Badge count={awaiting} size="small" title={t("approvals.waiting", { count: awaiting })} style={{ marginLeft: 8 }} /> : null}
            </NavLink>
          </div>
        ))}
      </nav>
      <div className="foot">
        <Button type="text" block={!narrow} icon={narrow ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />} aria-label={t(narrow ? "frame.widen" : "frame.narrow")} onClick={() => setPreferences({ narrow: !narrow })} style={{ justifyContent: narrow ? "center" : "flex-start", color: "var(--ink-3)" }}>
          {narrow ? null : t("frame.narrow")}
        </Button>
      </div>
    </div>
  );
}

function Top({ onFind }: { onFind: () => void }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const dark = useIsDark();
  return (
    <header className="top">
      <button type="button" className="finder" onClick={onFind} aria-keyshortcuts="Control+K">
        <SearchOutlined />
        {t("frame.find")}
        <kbd>Ctrl K</kbd>
      </button>
      <span className="grow" />
      <Tooltip title={t("frame.other_language")}>
        <Button type="text" icon={<GlobalOutlined aria-hidden />} lang={language === "zh" ? "en" : "zh-CN"} onClick={() => setPreferences({ language: language === "zh" ? "en" : "zh" })}>
          {language === "zh" ? "English" : "中文"}
        </Button>
      </Tooltip>
      <Tooltip title={t(dark ? "frame.light" : "frame.dark")}>
        <Button type="text" icon={dark ? <SunOutlined /> : <MoonOutlined />} aria-label={t(dark ? "frame.light" : "frame.dark")} onClick={() => setPreferences({ theme: dark ? "light" : "dark" })} />
      </Tooltip>
      <Me />
    </header>
  );
}

function Me() {
  const { t } = useTranslation();
  const { session } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    await signOut().catch(() => undefined);
    queries.clear();
    await navigate("/sign-in");
  };
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          { key: "who", disabled: true, label: `${session?.user ?? ""} · ${t(`role.${session?.role ?? "clerk"}`)}` },
          { key: "password", label: t("session.change_password"), onClick: () => void navigate("/password") },
          { type: "divider" },
          { key: "leave", icon: <LogoutOutlined />, label: t("session.sign_out"), onClick: () => void leave() },
        ],
      }}
    >
      <Button type="text" icon={<UserOutlined />}>{session?.name ?? ""}</Button>
    </Dropdown>
  );
}
