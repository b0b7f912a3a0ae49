import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { startLanguage } from "./app/i18n";
import { isDarkNow } from "./app/preferences";

document.documentElement.dataset.theme = isDarkNow() ? "dark" : "light";

void startLanguage().then(() => {
  createRoot(document.getElementById("root")!).render(<App />);
});
