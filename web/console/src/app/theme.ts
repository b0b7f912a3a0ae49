import { theme as antd, type ThemeConfig } from "antd";

/** The colours of base.css as Ant Design wants them. The accent is for the next action only; choices and focus of lists are ink. */
export function consoleTheme(dark: boolean): ThemeConfig {
  const c = dark
    ? { paper: "#141311", sheet: "#1c1a18", raised: "#24211e", sunk: "#23211e", ink: "#ece7df", ink2: "#b0a99d", ink3: "#938c80", rule: "#33302b", rule2: "#47433c", accent: "#e8734a", onAccent: "#1d0d05", good: "#74c090", bad: "#ef8a7d", warn: "#dfb051" }
    : { paper: "#faf8f5", sheet: "#ffffff", raised: "#ffffff", sunk: "#f3f0eb", ink: "#1f1d1a", ink2: "#5f5a52", ink3: "#767068", rule: "#e6e1d9", rule2: "#d3ccc1", accent: "#c64a1f", onAccent: "#ffffff", good: "#2a7549", bad: "#b3372b", warn: "#946200" };
  const next = { colorPrimary: c.accent, colorPrimaryHover: dark ? "#f08a64" : "#b03f17", colorPrimaryActive: dark ? "#d9643c" : "#983512", primaryColor: c.onAccent };
  return {
    algorithm: dark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: c.ink,
      colorInfo: c.ink2,
      colorLink: c.ink,
      colorLinkHover: c.accent,
      colorSuccess: c.good,
      colorError: c.bad,
      colorWarning: c.warn,
      // What the algorithm makes of these muted colours is nearly as dark as the text upon it.
      ...(dark
        ? { colorSuccessBg: "#1c2a21", colorSuccessBorder: "#35533f", colorErrorBg: "#33201d", colorErrorBorder: "#5e3a35", colorWarningBg: "#2e2716", colorWarningBorder: "#574a26", colorInfoBg: c.sunk, colorInfoBorder: c.rule2 }
        : { colorSuccessBg: "#eaf3ec", colorSuccessBorder: "#c3dccb", colorErrorBg: "#fbecea", colorErrorBorder: "#ecc8c3", colorWarningBg: "#faf1dc", colorWarningBorder: "#e8d6a8", colorInfoBg: c.sunk, colorInfoBorder: c.rule2 }),
      colorTextBase: c.ink,
      colorBgBase: c.sheet,
      colorBgLayout: c.paper,
      colorBgContainer: c.sheet,
      colorBgElevated: c.raised,
      colorText: c.ink,
      colorTextSecondary: c.ink2,
      colorTextTertiary: c.ink3,
      colorTextDescription: c.ink2,
      colorTextPlaceholder: c.ink3,
      colorBorder: c.rule2,
      colorBorderSecondary: c.rule,
      colorFillAlter: c.sunk,
      colorTextLightSolid: dark ? "#141311" : "#ffffff",
      borderRadius: 6,
      fontSize: 14,
      lineHeight: 1.65,
      fontFamily: "inherit",
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.16s",
      controlOutline: dark ? "rgba(232,115,74,0.28)" : "rgba(217,87,43,0.22)",
      boxShadow: dark ? "0 8px 32px rgba(0,0,0,0.5)" : "0 8px 32px rgba(31,29,26,0.12)",
      boxShadowSecondary: dark ? "0 8px 32px rgba(0,0,0,0.5)" : "0 8px 32px rgba(31,29,26,0.12)",
    },
    components: {
      Button: { ...next, primaryShadow: "none", defaultShadow: "none", dangerShadow: "none", fontWeight: 500 },
      Table: { headerBg: "transparent", headerColor: c.ink2, headerSplitColor: "transparent", rowHoverBg: c.sunk, rowSelectedBg: c.sunk, rowSelectedHoverBg: c.sunk, cellPaddingBlock: 11, cellPaddingInline: 16, cellPaddingInlineMD: 14, cellPaddingBlockMD: 10, cellPaddingInlineSM: 12, borderColor: c.rule },
      Tabs: { itemColor: c.ink2, itemSelectedColor: c.ink, itemHoverColor: c.ink, inkBarColor: c.ink, horizontalItemGutter: 28 },
      Segmented: { trackBg: c.sunk, itemSelectedBg: dark ? "#3d3933" : c.raised, itemColor: c.ink2 },
      Tooltip: { colorBgSpotlight: dark ? "#33302b" : "#2b2824", colorTextLightSolid: "#f5f1ea" },
      Tag: { defaultBg: c.sunk, defaultColor: c.ink },
      Steps: { colorPrimary: c.ink },
      Progress: { defaultColor: dark ? "#86a9d1" : "#3b5f86", remainingColor: c.sunk },
      Alert: { defaultPadding: "12px 16px" },
      Modal: { titleFontSize: 16 },
    },
  };
}
