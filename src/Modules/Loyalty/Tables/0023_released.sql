-- Of a reservation that was confirmed: how many of its points came back then, and before. They paid for nothing that a refund could bring back.
alter table redemptions add column released bigint not null default 0;
