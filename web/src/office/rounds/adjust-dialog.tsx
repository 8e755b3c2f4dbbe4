import { Button, Form, Input, InputNumber, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { adjustmentTakes } from '@huiquan/domain/round/adjustment.ts';
import type * as contract from '../../../../server/src/features/round/adjustment.contract.ts';
import { call } from '../../api/call.ts';
import { clockNow } from '../../ui/clock.ts';
import { countOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { useWords } from '../words.ts';
import { type Adjustment, type Round, type Rounds, takesWords } from './words.ts';

type Line = { readonly kind?: string; readonly quantity?: number | null };
type Given = {
  readonly takes: Adjustment['takes'];
  readonly sourceRoundId?: string;
  readonly targetRoundId?: string;
  readonly stock: readonly Line[];
  readonly reason: string;
};

type Props = {
  readonly programmeId: string;
  readonly rounds: Rounds;
  readonly onPrepared: (adjustmentId: string) => void;
};

/** Where nothing is chosen: the stock goes back to available. */
const toAvailable = 'available';

/** Prepares a move of stock between rounds; nothing moves before another person approves. */
export function AdjustDialog({ programmeId, rounds, onPrepared }: Props) {
  const { t } = useWords();
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<Given>();
  const prepare = async ({ takes, sourceRoundId, targetRoundId, stock, reason }: Given) => {
    const needsSource = takes === 'stock' || takes === 'residual';
    const lines = stock.flatMap(({ kind, quantity }) =>
      kind === undefined || quantity === undefined || quantity === null ? [] : [{ kind, quantity }],
    );
    const isDone = await act(async () => {
      const { adjustmentId } = await call<typeof contract.prepareAdjustmentRoute>(
        'POST /api/programmes/{programmeId}/adjustments',
        {
          params: { programmeId },
          body: {
            takes,
            ...(needsSource && sourceRoundId !== undefined ? { sourceRoundId } : {}),
            ...(targetRoundId === undefined || targetRoundId === toAvailable
              ? {}
              : { targetRoundId }),
            stock: lines,
            reason: reason.trim(),
          },
        },
      );
      onPrepared(adjustmentId);
    });
    if (isDone) setOpen(false);
  };
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('adjustNew')}
      </Button>
      <Modal
        open={isOpen}
        destroyOnHidden
        title={t('adjustTitle')}
        okText={t('adjustNew')}
        cancelText={t('deskCancel')}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <p className="desk-quiet">{t('adjustWhy')}</p>
        <Form<Given>
          form={form}
          layout="vertical"
          initialValues={{ takes: 'residual', stock: [{}] }}
          onFinish={(given) => void prepare(given)}
        >
          <Ends rounds={rounds} />
          <Lines rounds={rounds} />
          <Form.Item
            name="reason"
            label={t('adjustReason')}
            rules={[{ required: true, whitespace: true }]}
          >
            <Input.TextArea rows={2} maxLength={500} showCount />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}

const optionsOf = (rounds: readonly Round[], nameOf: (round: Round) => string) =>
  rounds.flatMap((one) =>
    one.roundId === undefined ? [] : [{ value: one.roundId, label: nameOf(one) }],
  );

/** Where from and where to. */
function Ends({ rounds }: { readonly rounds: Rounds }) {
  const { t } = useWords();
  const form = Form.useFormInstance<Given>();
  const takes = Form.useWatch('takes', form);
  const sourceId = Form.useWatch('sourceRoundId', form);
  const nameOf = (one: Round) =>
    `${t('roundNo', { number: one.number })}（${instantOf(one.opensAt)}）`;
  const isLive = (one: Round) => one.state === 'approved' || one.state === 'stopped';
  const sources = rounds.items.filter(
    (one) => one.mayRollOver && (takes === 'stock' ? isLive(one) : one.state === 'closed'),
  );
  const targets = rounds.items.filter(
    (one) =>
      one.mayRollOver &&
      isLive(one) &&
      Date.parse(one.closesAt) > clockNow() &&
      one.roundId !== sourceId,
  );
  const back = { value: toAvailable, label: t('adjustToAvailable') };
  const source = sources.find((one) => one.roundId === sourceId);
  const needsSource = takes === 'stock' || takes === 'residual';
  return (
    <>
      <Form.Item name="takes" label={t('adjustTakes')}>
        <Radio.Group
          options={adjustmentTakes.map((one) => ({ value: one, label: t(takesWords[one]) }))}
          onChange={() => form.setFieldValue('sourceRoundId', undefined)}
        />
      </Form.Item>
      {needsSource ? (
        <Form.Item name="sourceRoundId" label={t('adjustSource')} rules={[{ required: true }]}>
          <Select options={optionsOf(sources, nameOf)} notFoundContent={t('adjustNoSource')} />
        </Form.Item>
      ) : (
        <Pools rounds={rounds} />
      )}
      {source === undefined ? null : <Left source={source} />}
      <Form.Item name="targetRoundId" label={t('adjustTarget')} rules={[{ required: true }]}>
        <Select
          options={[...optionsOf(targets, nameOf), ...(takes === 'stock' ? [back] : [])]}
          notFoundContent={t('adjustNoTarget')}
        />
      </Form.Item>
    </>
  );
}

function Pools({ rounds }: { readonly rounds: Rounds }) {
  const { t } = useWords();
  return (
    <ul className="desk-consequences">
      {rounds.pools.map(({ pool, name, availableFen, expiredFen }) => (
        <li key={pool}>
          {t('adjustPoolAvailable', {
            pool: name,
            available: yuanOf(availableFen),
            expired: yuanOf(expiredFen),
          })}
        </li>
      ))}
    </ul>
  );
}

function Left({ source }: { readonly source: Round }) {
  const { t } = useWords();
  const kinds = source.stock
    .filter((one) => one.quantity > one.issued)
    .map((one) =>
      t('roundKindCount', { kind: one.name, count: countOf(one.quantity - one.issued) }),
    )
    .join('、');
  return (
    <p>{t('adjustSourceLeft', { number: source.number, kinds: kinds === '' ? '—' : kinds })}</p>
  );
}

/** What is moved, kind by kind. */
function Lines({ rounds }: { readonly rounds: Rounds }) {
  const { t } = useWords();
  const all = rounds.items.filter((one) => one.mayRollOver).flatMap((one) => one.stock);
  const byKind = new Map(all.map((one) => [one.kind, one]));
  const options = [...byKind.values()].map((one) => ({ value: one.kind, label: one.name }));
  return (
    <Form.List name="stock">
      {(fields, { add }) => (
        <>
          {fields.map(({ key, name }) => (
            <div key={key} className="round-line">
              <Form.Item
                name={[name, 'kind']}
                label={t('adjustKind')}
                rules={[{ required: name === 0 }]}
              >
                <Select options={options} />
              </Form.Item>
              <Form.Item
                name={[name, 'quantity']}
                label={t('adjustQuantity')}
                rules={[{ required: name === 0 }]}
              >
                <InputNumber min={1} max={10_000_000} precision={0} />
              </Form.Item>
            </div>
          ))}
          {fields.length < options.length ? (
            <p>
              <Button onClick={() => add({})}>{t('adjustAddKind')}</Button>
            </p>
          ) : null}
        </>
      )}
    </Form.List>
  );
}
