import { useQuery } from "@tanstack/react-query";
import { Button, Drawer } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Facts } from "../../shared/ui/Facts";
import { Loaded } from "../../shared/ui/Loaded";
import { Count, Money } from "../../shared/ui/Numbers";
import { When } from "../../shared/ui/When";
import { ChannelMarks } from "../../shared/ui/ChannelTag";
import { fetchPerson, type Person } from "./api";
import { channelsOf, place } from "./describe";
import { Reachability } from "./Reachability";
import { TierProgress } from "./TierProgress";
import { Timeline } from "./Timeline";
import { useOpenPerson } from "./useOpenPerson";

/** The essentials of a person beside whatever page one is on; the whole is one more click. */
export function PersonDrawer() {
  const { t } = useTranslation();
  const { openedId, open } = useOpenPerson();
  const navigate = useNavigate();
  const id = openedId ?? "";
  const query = useQuery({ queryKey: ["person", id], queryFn: ({ signal }) => fetchPerson(id, signal), enabled: id !== "" });
  return (
    <Drawer
      open={id !== ""}
      onClose={() => open(null)}
      size={480}
      mask={false}
      title={query.data ? query.data.name || t("person.nameless", { id: query.data.id }) : t("person.title")}
      extra={<Button type="primary" onClick={() => void navigate(`/members/${query.data?.id ?? id}`)}>{t("person.open_page")}</Button>}
      styles={{ wrapper: { boxShadow: "-8px 0 32px rgba(0,0,0,0.10)" } }}
    >
      <Loaded query={query} rows={8}>{(person) => <Essentials person={person} />}</Loaded>
    </Drawer>
  );
}

function Essentials({ person }: { person: Person }) {
  const { t } = useTranslation();
  const { membership, worth } = person;
  return (
    <div className="stack">
      <Facts
        of={[
          [t("person.channels"), <ChannelMarks channels={channelsOf(person)} />],
          [t("members.card"), membership ? <span className="mono">{membership.card}</span> : t("person.no_membership")],
          [t("members.tier"), membership?.tierTitle],
          [t("person.points"), membership ? <Count value={membership.spendable} /> : null],
          [t("person.orders"), <Count value={worth.orders} />],
          [t("person.net"), worth.orders === 0 ? null : <Money minor={worth.netMinor} currency={worth.currency} />],
          [t("person.last_order"), worth.lastOrder ? <When at={worth.lastOrder} /> : null],
          [t("person.place"), place(person)],
        ]}
      />
      {membership ? <TierProgress membership={membership} /> : null}
      <div>
        <h3>{t("person.reach")}</h3>
        <Reachability consents={person.consents} />
      </div>
      <div>
        <h3>{t("person.lately")}</h3>
        <Timeline personId={person.id} kinds="" brief />
      </div>
    </div>
  );
}
