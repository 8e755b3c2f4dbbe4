-- What the payment network tells of its own accord may contradict what it said before.

alter table reconciliation_exception
  drop constraint exception_source_known,
  add constraint exception_source_known
    check (source in ('bank_receipt', 'bank_statement', 'network_file', 'network_notice'));
