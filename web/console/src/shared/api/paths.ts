import type { components, paths } from "../../../../client/schema";

/** What the API's description says of the things it speaks of. */
export type Schemas = components["schemas"];

type Method = "get" | "post" | "put" | "patch" | "delete";

/** A path of the API as it is called: `/v1/persons/{id}` with something in place of `{id}`. */
type Filled<P extends string> = P extends `${infer Before}{${string}}${infer After}` ? `${Before}${string}${Filled<After>}` : P;

/** Every path that the API's description has for a method; generated, so that a call of what is not there does not compile. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [N in M]: object } ? Filled<P> : never;
}[keyof paths];

/** The description of a path from the path as it is called: the very same, as `/v1/persons/{id}` would take whatever follows it too. */
type Described<P extends string> = { [K in keyof paths]: [P, Filled<K>] extends [Filled<K>, P] ? K : never }[keyof paths];

type Succeeded = 200 | 201 | 202;

type BodyOf<Responses> = {
  [Status in keyof Responses]: Status extends Succeeded ? (Responses[Status] extends { content: { "application/json": infer Body } } ? Body : never) : never;
}[keyof Responses];

type OperationOf<M extends Method, P extends string> = paths[Described<P>][M] extends infer Operation ? (Operation extends { responses: infer Responses } ? BodyOf<Responses> : never) : never;

/** What a path answers by the API's description; of one of several paths, what one of them answers. */
export type AnswerOf<M extends Method, P extends string> = P extends string ? OperationOf<M, P> : never;
