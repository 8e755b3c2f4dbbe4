import { Alert, Button, Form, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import type { prepareRoundRoute } from '../../../../server/src/features/round/round.contract.ts';
import { call } from '../../api/call.ts';
import { yuanOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { useWords } from '../words.ts';
import { costOf, type Round, type Rounds } from './words.ts';

type Quantities = Readonly<Record<string, number | null | undefined>>;

type Props = {
  readonly programmeId: string;
  readonly rounds: Rounds;
  readonly round: Round;
};

/** Prepares a round with the plan's quantities or others; another person approves it. */
export function PrepareDialog({ programmeId, rounds, round }: Props) {
  const { t } = useWords();
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<Quantities>();
  const { number } = round;
  const prepare = async (quantities: Quantities) => {
    const stock = round.stock
      .map(({ kind }) => ({ kind, quantity: quantities[kind] ?? 0 }))
      .filter((one) => one.quantity > 0);
    const isDone = await act(() =>
      call<typeof prepareRoundRoute>('POST /api/programmes/{programmeId}/rounds', {
        params: { programmeId },
        body: { number, stock },
      }),
    );
    if (isDone) setOpen(false);
  };
  const start = Object.fromEntries(round.stock.map((one) => [one.kind, one.quantity]));
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('roundPrepare')}
      </Button>
      <Modal
        open={isOpen}
        destroyOnHidden
        title={t('roundPrepareTitle', { number })}
        okText={t('roundPrepare')}
        cancelText={t('deskCancel')}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <p className="desk-quiet">{t('roundPrepareWhy')}</p>
        <Form<Quantities>
          form={form}
          layout="vertical"
          initialValues={start}
          onFinish={(quantities) => void prepare(quantities)}
        >
          {round.stock.map((one) => (
            <Form.Item
              key={one.kind}
              name={one.kind}
              label={t('roundQuantity', { kind: one.name, face: yuanOf(one.faceFen) })}
            >
              <InputNumber min={0} max={10_000_000} precision={0} suffix={t('roundSheets')} />
            </Form.Item>
          ))}
          <Form.Item
            name="stock"
            rules={[
              {
                validator: () =>
                  round.stock.some((one) => (form.getFieldValue(one.kind) ?? 0) > 0)
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('roundNoStock'))),
              },
            ]}
          >
            <Cost rounds={rounds} round={round} />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}

/** What the quantities come to, beside what their pools have. */
function Cost({ rounds, round }: { readonly rounds: Rounds; readonly round: Round }) {
  const { t } = useWords();
  const form = Form.useFormInstance<Quantities>();
  const quantities = Form.useWatch((values: Quantities) => values, form) ?? {};
  const countOf = (one: Round['stock'][number]) => quantities[one.kind] ?? 0;
  const ids = new Set(round.stock.map((one) => one.pool));
  const pools = rounds.pools.filter((one) => ids.has(one.pool));
  const isShort = pools.some(
    ({ pool, availableFen }) =>
      costOf(
        round.stock.filter((one) => one.pool === pool),
        countOf,
      ) > availableFen,
  );
  return (
    <Alert
      type={isShort ? 'warning' : 'info'}
      title={t('roundCost', { amount: yuanOf(costOf(round.stock, countOf)) })}
      description={pools
        .map(({ name: pool, availableFen }) =>
          t('roundPoolHas', { pool, amount: yuanOf(availableFen) }),
        )
        .join('；')}
    />
  );
}
