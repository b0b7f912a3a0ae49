// Renders /openapi/v1.json. No framework and no other host: the document in, tables out. Text only ever becomes text nodes.
"use strict";

const el = (name, attributes, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

let api;

const resolve = (schema) => (schema?.$ref ? api.components.schemas[schema.$ref.split("/").pop()] : schema);

// A schema as an example in JSON's clothes: names, types and words for what they mean.
function shape(schema, depth = 0) {
  const name = schema?.$ref?.split("/").pop();
  const s = resolve(schema);
  if (!s) return "any";
  const variants = s.oneOf ?? s.anyOf;
  if (variants) return variants.map((v) => shape(v, depth)).join(" | ");
  if (s.enum) return s.enum.map((v) => JSON.stringify(v)).join(" | ");
  const types = [s.type ?? "any"].flat();
  const nullable = types.includes("null") ? " | null" : "";
  const type = types.find((t) => t !== "null") ?? "null";
  if (type === "array") return `[ ${shape(s.items, depth)} ]${nullable}`;
  if (type === "object" && s.properties) {
    if (depth > 4) return name ?? "object";
    const pad = "  ".repeat(depth + 1);
    const lines = Object.entries(s.properties).map(([key, value]) => {
      const optional = s.required?.includes(key) ? "" : "?";
      const note = resolve(value)?.description ?? value.description;
      return `${pad}"${key}"${optional}: ${shape(value, depth + 1)}${note ? `   // ${note}` : ""}`;
    });
    return `{\n${lines.join(",\n")}\n${"  ".repeat(depth)}}${nullable}`;
  }
  if (type === "object" && s.additionalProperties) return `{ [name]: ${shape(s.additionalProperties, depth)} }${nullable}`;
  return type + (s.format && s.format !== "int64" ? ` (${s.format})` : "") + nullable;
}

const bodyOf = (content) => {
  const [type, media] = Object.entries(content ?? {})[0] ?? [];
  return type ? { type, text: media.schema ? shape(media.schema) : "" } : null;
};

async function csrf() {
  const session = await fetch("/v1/session");
  return session.ok ? (await session.json()).csrf : null;
}

function tryIt(method, path, operation) {
  const fields = (operation.parameters ?? []).filter((p) => p.in !== "header").map((p) => [p, el("input", { "aria-label": p.name, placeholder: p.name })]);
  const sample = bodyOf(operation.requestBody?.content);
  const text = sample ? el("textarea", { rows: "6", cols: "80", "aria-label": "body", placeholder: sample.type }) : null;
  const answer = el("pre", { hidden: "" });
  const form = el("form", {}, ...fields.map(([, input]) => input), text, el("button", { type: "submit" }, "Send"), answer);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let url = path;
    const query = new URLSearchParams();
    for (const [parameter, input] of fields) {
      if (parameter.in === "path") url = url.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
      else if (input.value) query.set(parameter.name, input.value);
    }
    const headers = {};
    if (method !== "get") headers["X-CSRF-Token"] = (await csrf()) ?? "";
    if (text) headers["Content-Type"] = sample.type;
    const started = performance.now();
    const response = await fetch(url + (query.size ? `?${query}` : ""), { method: method.toUpperCase(), headers, body: text?.value || undefined });
    const body = await response.text();
    let shown = body.slice(0, 20000);
    try { shown = JSON.stringify(JSON.parse(body), null, 2).slice(0, 20000); } catch { /* not JSON: as it is */ }
    answer.hidden = false;
    answer.textContent = `${response.status} ${response.statusText} · ${Math.round(performance.now() - started)} ms\n\n${shown}`;
  });
  return el("details", {}, el("summary", {}, "Try it"), el("div", { class: "body" }, form));
}

function section(title, node) {
  return node ? el("div", {}, el("h3", {}, title), node) : null;
}

function parameters(list) {
  if (!list?.length) return null;
  const rows = list.map((p) => el("tr", {}, el("td", {}, el("code", {}, p.name)), el("td", {}, p.in), el("td", {}, shape(p.schema)), el("td", {}, p.description ?? "")));
  return el("table", {}, el("thead", {}, el("tr", {}, ...["Name", "In", "Type", ""].map((h) => el("th", {}, h)))), el("tbody", {}, ...rows));
}

function responses(operation) {
  return el("div", {}, ...Object.entries(operation.responses ?? {}).map(([status, response]) => {
    const body = bodyOf(response.content);
    const line = el("p", {}, el("code", {}, status), ` ${response.description ?? ""}`);
    return Number(status) < 400 && body?.text ? el("div", {}, line, el("pre", {}, body.text)) : line;
  }));
}

function render(path, method, operation) {
  const scopes = operation["x-scopes"] ?? [];
  const details = el("details", { "data-words": `${method} ${path} ${operation.summary ?? ""} ${scopes.join(" ")}`.toLowerCase() },
    el("summary", {}, el("b", { class: "method" }, method.toUpperCase()), el("code", {}, path), el("span", {}, operation.summary ?? "")));
  details.addEventListener("toggle", () => {
    if (!details.open || details.childElementCount > 1) return;
    const request = bodyOf(operation.requestBody?.content);
    details.append(el("div", { class: "body" },
      operation.description ? el("p", {}, operation.description) : null,
      el("p", {}, scopes.length ? `Scope: ${scopes.join(", ")}` : operation.security ? "Anybody who is signed in" : "Without credentials"),
      section("Parameters", parameters(operation.parameters)),
      section(`Body${request ? ` · ${request.type}` : ""}`, request ? el("pre", {}, request.text) : null),
      section("Answers", responses(operation)),
      tryIt(method, path, operation)));
  });
  return details;
}

async function show() {
  const main = document.getElementById("operations");
  const answer = await fetch("/openapi/v1.json");
  if (!answer.ok) {
    main.replaceChildren(el("p", {}, `The description could not be read (${answer.status}). Sign in again.`));
    return;
  }
  api = await answer.json();
  document.getElementById("version").textContent = api.info.version;
  document.getElementById("about").textContent = api.info.description ?? "";
  const groups = new Map();
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? "Other";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(render(path, method, operation));
    }
  main.replaceChildren(...[...groups].sort(([a], [b]) => a.localeCompare(b)).map(([tag, list]) => el("section", {}, el("h2", {}, tag), ...list)));
}

document.getElementById("find").addEventListener("input", (event) => {
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const group of document.querySelectorAll("main section")) {
    let any = false;
    for (const each of group.querySelectorAll("details[data-words]")) {
      each.hidden = !words.every((w) => each.dataset.words.includes(w));
      any ||= !each.hidden;
    }
    group.hidden = !any;
  }
});

show();
