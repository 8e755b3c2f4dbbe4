-- Who gave the money back at the till: the drawer is counted by cashier.

alter table refund add column cashier_id uuid;
