import { useRouteError } from "react-router";
import { ProblemAlert } from "../shared/ui/ProblemAlert";

/** A page that could not be shown: the rest of the frame stays usable. */
export function RouteProblem() {
  const error = useRouteError();
  return <ProblemAlert error={error} onRetry={() => location.reload()} />;
}
