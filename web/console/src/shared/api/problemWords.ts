import i18next from "i18next";
import { toProblem } from "./problem";

/** What went wrong in the words of the screen's language; the server's own only where a code has none. */
export function problemWords(error: unknown): string {
  const problem = toProblem(error);
  const known = `problem.${problem.code}`;
  return i18next.exists(known) ? i18next.t(known) : problem.message;
}
