-- A person's enrolment in a program, with the balances that the entries and lots add up to.
create table memberships (
  person_id bigint not null,
  program text not null,
  card text {c} not null unique,
  state text not null,                 -- active, left, merged (kept for its card)
  tier text not null,
  tier_since_ms bigint not null,
  growth bigint not null,              -- the value that decides the tier
  points_pending bigint not null,
  points_spendable bigint not null,    -- may be negative: debt
  points_earned bigint not null,       -- ever, net of claw-backs
  points_spent bigint not null,
  points_expired bigint not null,
  next_expiry_ms bigint,               -- of the lot that expires next
  joined_at_ms bigint not null,
  joined_channel text not null,
  left_at_ms bigint,
  primary key (person_id, program)
) {rowless};
create index memberships_by_expiry on memberships (program, next_expiry_ms);

-- The points that one earning made, with their own validity. remaining: spendable when active.
create table lots (
  lot_id bigint not null primary key,
  person_id bigint not null,
  program text not null,
  order_id bigint not null,            -- 0: not from an order
  state text not null,                 -- pending, active, spent, expired, cancelled
  amount bigint not null,
  remaining bigint not null,
  earned_at_ms bigint not null,
  active_at_ms bigint,
  expires_at_ms bigint
) {rowless};
create index lots_by_person on lots (person_id, program, state);

-- Append-only: every movement of points or growth. Sums equal the membership's balances.
create table points_entries (
  entry_id bigint not null primary key,
  person_id bigint not null,
  program text not null,
  via_key bigint not null,             -- the identifier it came in by, so that a split gives each side its own
  lot_id bigint not null,              -- 0: debt or growth
  order_id bigint not null,
  kind text not null,                  -- earn_pending, activate, cancel, claw_back, spend, adjust, expire, write_off
  pending bigint not null,             -- change of the pending balance
  spendable bigint not null,           -- change of the spendable balance
  growth bigint not null,              -- change of the growth value
  at_ms bigint not null,               -- when it happened
  recorded_at_ms bigint not null,
  rule text not null,                  -- rule and program version that said so
  command_key text not null
) {rowless};
create index points_entries_by_person on points_entries (person_id, program);

-- What one order has been given so far: the ledger moves by the difference to what it should have.
create table order_awards (
  order_id bigint not null,
  program text not null,
  lot_id bigint not null,              -- its lot, 0: none yet
  base_minor bigint not null,          -- what the points were computed from
  earned bigint not null,              -- points given, net of claw-backs
  growth bigint not null,
  state text not null,                 -- pending, active
  tier text not null,                  -- whose rate was used
  program_version bigint not null,
  primary key (order_id, program)
) {rowless};

create table tier_moves (
  tier_move_id bigint not null primary key,
  person_id bigint not null,
  program text not null,
  from_tier text not null,
  to_tier text not null,
  growth bigint not null,
  at_ms bigint not null,
  reason text not null,
  command_key text not null
) {rowless};
create index tier_moves_by_person on tier_moves (person_id);
