import { createBrowserRouter } from "react-router";
import { Frame } from "./Frame";
import { NotFound } from "./NotFound";
import { RouteProblem } from "./RouteProblem";

// Every page is a chunk of its own; the frame and what is on each page come first.
export const router = createBrowserRouter([
  { path: "/sign-in", lazy: async () => ({ Component: (await import("../features/session/SignInPage")).SignInPage }), errorElement: <RouteProblem />, hydrateFallbackElement: <div /> },
  { path: "/password", lazy: async () => ({ Component: (await import("../features/session/PasswordPage")).PasswordPage }), errorElement: <RouteProblem />, hydrateFallbackElement: <div /> },
  {
    path: "/",
    element: <Frame />,
    errorElement: <RouteProblem />,
    hydrateFallbackElement: <div />,
    children: [
      {
        errorElement: <RouteProblem />,
        children: [
          { index: true, lazy: async () => ({ Component: (await import("../features/overview/OverviewPage")).OverviewPage }) },
          { path: "members", lazy: async () => ({ Component: (await import("../features/members/MembersPage")).MembersPage }) },
          { path: "members/review", lazy: async () => ({ Component: (await import("../features/review/ReviewPage")).ReviewPage }) },
          { path: "members/:id", lazy: async () => ({ Component: (await import("../features/person/PersonPage")).PersonPage }) },
          { path: "audiences", lazy: async () => ({ Component: (await import("../features/audiences/AudiencesPage")).AudiencesPage }) },
          { path: "audiences/:name", lazy: async () => ({ Component: (await import("../features/audiences/AudiencePage")).AudiencePage }) },
          { path: "journeys", lazy: async () => ({ Component: (await import("../features/journeys/JourneysPage")).JourneysPage }) },
          { path: "journeys/:name", lazy: async () => ({ Component: (await import("../features/journeys/JourneyPage")).JourneyPage }) },
          { path: "offers", lazy: async () => ({ Component: (await import("../features/offers/OffersPage")).OffersPage }) },
          { path: "offers/:name", lazy: async () => ({ Component: (await import("../features/offers/OfferPage")).OfferPage }) },
          { path: "loyalty", lazy: async () => ({ Component: (await import("../features/loyalty/LoyaltyPage")).LoyaltyPage }) },
          { path: "loyalty/simulations", lazy: async () => ({ Component: (await import("../features/loyaltySimulation/SimulationsPage")).SimulationsPage }) },
          { path: "loyalty/simulations/:id", lazy: async () => ({ Component: (await import("../features/loyaltySimulation/SimulationPage")).SimulationPage }) },
          { path: "loyalty/liability", lazy: async () => ({ Component: (await import("../features/loyaltyLiability/LiabilityPage")).LiabilityPage }) },
          { path: "loyalty/approvals", lazy: async () => ({ Component: (await import("../features/loyaltyApprovals/ApprovalsPage")).ApprovalsPage }) },
          { path: "loyalty/pools", lazy: async () => ({ Component: (await import("../features/loyaltyPools/PoolsPage")).PoolsPage }) },
          { path: "loyalty/pools/:id", lazy: async () => ({ Component: (await import("../features/loyaltyPools/PoolPage")).PoolPage }) },
          { path: "loyalty/till", lazy: async () => ({ Component: (await import("../features/memberCodes/TillPage")).TillPage }) },
          { path: "loyalty/bulk", lazy: async () => ({ Component: (await import("../features/loyaltyBulk/BulksPage")).BulksPage }) },
          { path: "loyalty/bulk/:id", lazy: async () => ({ Component: (await import("../features/loyaltyBulk/BulkPage")).BulkPage }) },
          { path: "reports", lazy: async () => ({ Component: (await import("../features/reports/ReportsPage")).ReportsPage }) },
          { path: "reports/:name", lazy: async () => ({ Component: (await import("../features/reports/ReportPage")).ReportPage }) },
          { path: "orders", lazy: async () => ({ Component: (await import("../features/orders/OrdersPage")).OrdersPage }) },
          { path: "orders/:id", lazy: async () => ({ Component: (await import("../features/orders/OrderPage")).OrderPage }) },
          { path: "intake", lazy: async () => ({ Component: (await import("../features/intake/IntakePage")).IntakePage }) },
          { path: "intake/upload", lazy: async () => ({ Component: (await import("../features/intake/UploadPage")).UploadPage }) },
          { path: "intake/imports/:id", lazy: async () => ({ Component: (await import("../features/intake/ImportPage")).ImportPage }) },
          { path: "intake/dead-letters/:id", lazy: async () => ({ Component: (await import("../features/intake/DeadLetterPage")).DeadLetterPage }) },
          { path: "definitions", lazy: async () => ({ Component: (await import("../features/definitions/DefinitionsPage")).DefinitionsPage }) },
          { path: "definitions/:kind/:name", lazy: async () => ({ Component: (await import("../features/definitions/DefinitionPage")).DefinitionPage }) },
          { path: "privacy", lazy: async () => ({ Component: (await import("../features/privacy/PrivacyPage")).PrivacyPage }) },
          { path: "privacy/:id", lazy: async () => ({ Component: (await import("../features/privacy/RequestPage")).RequestPage }) },
          { path: "jobs", lazy: async () => ({ Component: (await import("../features/jobs/JobsPage")).JobsPage }) },
          { path: "settings", lazy: async () => ({ Component: (await import("../features/settings/SettingsPage")).SettingsPage }) },
          { path: "status", lazy: async () => ({ Component: (await import("../features/status/StatusPage")).StatusPage }) },
          { path: "*", element: <NotFound /> },
        ],
      },
    ],
  },
]);
