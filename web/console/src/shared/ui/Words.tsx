import { useCode } from "../state/useCode";

/** A code from the server in words. */
export function Words({ family, code }: { family: string; code: string }) {
  const words = useCode();
  return <>{words(family, code)}</>;
}
