import { FileTextOutlined, SearchOutlined, UserOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { fetchDefinitions } from "../features/definitions/api";
import { fetchPersons } from "../features/members/api";
import { useSession } from "../features/session/useSession";
import { useTyped } from "../shared/state/useTyped";
import { ChannelMarks } from "../shared/ui/ChannelTag";
import { deeperPlaces, places } from "./navigation";

interface Found {
  key: string;
  group: string;
  icon: ReactNode;
  name: ReactNode;
  note?: ReactNode;
  to: string;
}

/** Ctrl-K: any page, person or definition by a few letters. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [query, setQuery] = useState("");
  const [text, setText] = useTyped(query, setQuery, 180);
  const [at, setAt] = useState(0);
  const list = useId();
  const found = useFound(text, query);
  const chosen = useRef<HTMLLIElement>(null);
  useEffect(() => chosen.current?.scrollIntoView({ block: "nearest" }), [at]);

  const open = (item: Found | undefined) => {
    if (!item) return;
    onClose();
    void navigate(item.to);
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.key === "ArrowDown") setAt((i) => Math.min(i + 1, found.length - 1));
    else if (e.key === "ArrowUp") setAt((i) => Math.max(i - 1, 0));
    else if (e.key === "Enter" && !e.nativeEvent.isComposing) open(found[at]);
    else return;
    e.preventDefault();
  };

  return (
    <Modal open footer={null} closable={false} onCancel={onClose} width={620} style={{ top: 96 }} styles={{ container: { padding: 0 } }} title={<span className="visually-hidden">{t("frame.find")}</span>} transitionName="" maskTransitionName="">
      <Input
        autoFocus
        size="large"
        variant="borderless"
        prefix={<SearchOutlined className="faint" />}
        placeholder={t("palette.placeholder")}
        value={text}
        onChange={(e) => { setText(e.target.value); setAt(0); }}
        onKeyDown={onKey}
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
        style={{ padding: "8px 20px 14px" }}
      />
      <ul className="palette-list" role="listbox" id={list} aria-label={t("frame.find")} style={{ borderTop: "1px solid var(--rule)" }}>
        {found.length === 0 ? <li className="group" role="presentation">{t("palette.nothing")}</li> : null}
        {found.map((item, i) => (
          <FoundRow key={item.key} item={item} id={`${list}-${i}`} isFirst={item.group !== found[i - 1]?.group} isChosen={i === at} rowRef={i === at ? chosen : undefined} onPoint={() => setAt(i)} onOpen={() => open(item)} />
        ))}
      </ul>
    </Modal>
  );
}

function FoundRow({ item, id, isFirst, isChosen, rowRef, onPoint, onOpen }: { item: Found; id: string; isFirst: boolean; isChosen: boolean; rowRef?: React.Ref<HTMLLIElement>; onPoint: () => void; onOpen: () => void }) {
  return (
    <>
      {isFirst ? <li className="group" role="presentation">{item.group}</li> : null}
      {/* Keys are handled by the box above: the row is never focused itself. */}
      <li ref={rowRef} id={id} role="option" aria-selected={isChosen} onMouseMove={onPoint} onClick={onOpen}>
        <span className="faint">{item.icon}</span>
        <span className="grow">{item.name}</span>
        <span className="faint row">{item.note}</span>
      </li>
    </>
  );
}

function useFound(text: string, settled: string): Found[] {
  const { t } = useTranslation();
  const { can } = useSession();
  const wanted = settled.trim();
  const persons = useQuery({
    queryKey: ["palette", "persons", wanted],
    queryFn: ({ signal }) => fetchPersons({ q: wanted, limit: "6" }, null, signal),
    enabled: wanted.length >= 2 && can("persons:read"),
    placeholderData: keepPreviousData,
  });
  const definitions = useQuery({ queryKey: ["definitions", ""], queryFn: ({ signal }) => fetchDefinitions("", signal), enabled: can("definitions:read"), staleTime: 60_000 });

  const words = text.trim().toLowerCase();
  const fits = (name: string) => words === "" || name.toLowerCase().includes(words);
  const pages = [...places, ...(words === "" ? [] : deeperPlaces)]
    .filter((place) => can(place.scope) && (fits(t(place.name)) || fits(place.to)))
    .map((place) => ({ key: place.to, group: t("palette.pages"), icon: place.icon, name: t(place.name), to: place.to }));
  const documents = words === "" ? [] : (definitions.data ?? [])
    .filter((d) => fits(d.name) || fits(d.title))
    .slice(0, 6)
    .map((d) => ({ key: `${d.kind}/${d.name}`, group: t("palette.definitions"), icon: <FileTextOutlined />, name: d.title || d.name, note: t(`definition.kind.${d.kind}`), to: `/definitions/${d.kind}/${encodeURIComponent(d.name)}` }));
  const people = wanted.length < 2 || words === "" ? [] : (persons.data?.items ?? []).map((p) => ({
    key: `person/${p.id}`,
    group: t("palette.persons"),
    icon: <UserOutlined />,
    name: p.name || t("person.nameless", { id: p.id }),
    note: <>{p.card}<ChannelMarks channels={p.channels} /></>,
    to: `/members/${p.id}`,
  }));
  return [...people, ...pages, ...documents];
}
