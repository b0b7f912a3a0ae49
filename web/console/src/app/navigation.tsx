import {
  ApiOutlined,
  ApartmentOutlined,
  BarChartOutlined,
  ControlOutlined,
  CrownOutlined,
  FileTextOutlined,
  HeartOutlined,
  HomeOutlined,
  SafetyOutlined,
  SettingOutlined,
  ShoppingOutlined,
  TagOutlined,
  TeamOutlined,
  ThunderboltOutlined,
  UserOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";

export interface Place {
  to: string;
  /** Key of its name in the locale. */
  name: string;
  icon: ReactNode;
  scope: string;
  /** A line before it: another kind of work begins. */
  after?: boolean;
}

/** By the operator's job, in the order of a day. */
export const places: Place[] = [
  { to: "/", name: "nav.overview", icon: <HomeOutlined />, scope: "reports:read" },
  { to: "/members", name: "nav.members", icon: <UserOutlined />, scope: "persons:read" },
  { to: "/audiences", name: "nav.audiences", icon: <TeamOutlined />, scope: "audiences:read" },
  { to: "/journeys", name: "nav.journeys", icon: <ApartmentOutlined />, scope: "journeys:read" },
  { to: "/loyalty", name: "nav.loyalty", icon: <CrownOutlined />, scope: "loyalty:read" },
  { to: "/offers", name: "nav.offers", icon: <TagOutlined />, scope: "loyalty:read" },
  { to: "/reports", name: "nav.reports", icon: <BarChartOutlined />, scope: "reports:read" },
  { to: "/orders", name: "nav.orders", icon: <ShoppingOutlined />, scope: "orders:read" },
  { to: "/intake", name: "nav.intake", icon: <ApiOutlined />, scope: "intake:read", after: true },
  { to: "/definitions", name: "nav.definitions", icon: <FileTextOutlined />, scope: "definitions:read" },
  { to: "/privacy", name: "nav.privacy", icon: <SafetyOutlined />, scope: "privacy:write" },
  { to: "/jobs", name: "nav.jobs", icon: <ThunderboltOutlined />, scope: "jobs:read" },
  { to: "/status", name: "nav.status", icon: <HeartOutlined />, scope: "system:read" },
  { to: "/settings", name: "nav.settings", icon: <SettingOutlined />, scope: "" },
];

/** Pages that the palette finds besides those of the navigation. */
export const deeperPlaces: Place[] = [
  ...["overview", "gmv", "channels", "rfm", "cohorts", "retention", "repurchase", "stage-flow", "points"].map((report) => ({
    to: `/reports/${report}`,
    name: `report.${report.replaceAll("-", "_")}.title`,
    icon: <BarChartOutlined />,
    scope: "reports:read",
  })),
  { to: "/loyalty/approvals", name: "approvals.title", icon: <CrownOutlined />, scope: "loyalty:read" },
  { to: "/loyalty/bulk", name: "bulk.title", icon: <CrownOutlined />, scope: "loyalty:read" },
  { to: "/loyalty/pools", name: "pool.pools", icon: <CrownOutlined />, scope: "loyalty:read" },
  { to: "/loyalty/till", name: "till.title", icon: <CrownOutlined />, scope: "loyalty:write" },
  { to: "/loyalty/liability", name: "liability.title", icon: <CrownOutlined />, scope: "reports:read" },
  { to: "/loyalty/simulations", name: "simulation.title", icon: <CrownOutlined />, scope: "loyalty:read" },
  { to: "/members/review", name: "review.title", icon: <UserOutlined />, scope: "persons:read" },
  { to: "/definitions/identity/default", name: "rules.title", icon: <FileTextOutlined />, scope: "definitions:read" },
  { to: "/intake/upload", name: "intake.upload.title", icon: <ApiOutlined />, scope: "intake:write" },
  { to: "/intake?tab=live", name: "intake.tab.live", icon: <ApiOutlined />, scope: "intake:read" },
  { to: "/intake?tab=dead", name: "intake.tab.dead", icon: <ApiOutlined />, scope: "intake:read" },
  { to: "/settings?tab=users", name: "settings.tab.users", icon: <ControlOutlined />, scope: "admin" },
  { to: "/settings?tab=keys", name: "settings.tab.keys", icon: <ControlOutlined />, scope: "admin" },
  { to: "/settings?tab=audit", name: "settings.tab.audit", icon: <ControlOutlined />, scope: "admin" },
];
