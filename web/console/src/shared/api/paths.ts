import type { paths } from "../../../../client/schema";

/** A path of the API as it is called: `/v1/persons/{id}` with something in place of `{id}`. */
type Filled<P extends string> = P extends `${infer Before}{${string}}${infer After}` ? `${Before}${string}${Filled<After>}` : P;

/** Every path that the API's description has for a method; generated, so that a call of what is not there does not compile. */
export type PathOf<Method extends "get" | "post" | "put" | "patch" | "delete"> = {
  [P in keyof paths]: paths[P] extends { [M in Method]: object } ? Filled<P> : never;
}[keyof paths];
