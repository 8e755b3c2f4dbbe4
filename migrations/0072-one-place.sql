-- Into which channels an order pays: what a bank may see of an order hangs on it in five places.
create view funding_order_channel as
  select l.funding_order_id, f.channel
  from funding_order_line l join fund f on f.fund_id = l.fund_id;
call grant_app('select', 'funding_order_channel');

-- A fund's account of a kind, of one merchant or of none: by its key, for either end of a transfer.
create function account_of(of_fund uuid, of_kind text, of_merchant uuid)
returns table (account_id bigint) language sql stable as $$
  select a.account_id from account a
  where a.fund_id = of_fund and a.kind = of_kind and a.merchant_id = of_merchant
  union all
  select a.account_id from account a
  where a.fund_id = of_fund and a.kind = of_kind and a.merchant_id is null and of_merchant is null
$$;
