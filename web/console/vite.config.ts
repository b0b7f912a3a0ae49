import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Where `npm run dev` finds a running server; the built console is served by that server itself.
const server = process.env.DANKE_URL ?? "http://127.0.0.1:5080";

export default defineConfig({
  plugins: [react()],
  build: {
    // The server's content security policy allows no data: URIs and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|react-router|scheduler|@tanstack|i18next|react-i18next)[\\/]/, priority: 3 },
            { name: "charts", test: /node_modules[\\/](echarts|zrender)[\\/]/, priority: 2 },
          ],
        },
      },
    },
  },
  server: {
    proxy: { "/v1": server, "/openapi": server, "/api-docs": server, "/health": server },
  },
  test: { environment: "happy-dom" },
});
