import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type * as lists from '../../../../server/src/features/redemption/list.contract.ts';
import type * as contract from '../../../../server/src/features/redemption/redemption.contract.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { ReplyOf } from '../../api/call.ts';
import { yuanOf } from '../../ui/figures.ts';
import { fenOf } from '../pay/amount.ts';
import { useTillReason } from '../reason.ts';
import { useWords } from '../words.ts';
import { BackFigures } from './back-figures.tsx';
import type { Send } from './redemption-dialog.tsx';

type Props = {
  readonly redemptionId: string;
  readonly leftFen: number;
  readonly send: Send;
  readonly onDone: (done: ReplyOf<typeof contract.refundRoute>) => void;
};

const plain = (fen: number) => yuanOf(fen).replaceAll(',', '');

function usePreview({ redemptionId, send }: Props, amountFen: number) {
  return useQuery({
    queryKey: ['refund-preview', redemptionId, amountFen],
    enabled: amountFen > 0,
    queryFn: () =>
      send<typeof lists.refundPreviewRoute>('GET /api/redemptions/{redemptionId}/refund-preview', {
        params: { redemptionId },
        query: { amountFen },
      }),
  });
}

/** Goods came back: how much, under which number, and what it does, before it is done. */
export function RefundForm(props: Props) {
  const { redemptionId, leftFen, send, onDone } = props;
  const { t } = useWords();
  const reason = useTillReason();
  const [text, setText] = useState(plain(leftFen));
  const [refundNo, setRefundNo] = useState(() => `R${newId().slice(-8).toUpperCase()}`);
  const [trouble, setTrouble] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const amountFen = fenOf(text);
  const preview = usePreview(props, amountFen);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setTrouble(undefined);
    try {
      // The number makes it happen once, however often it is sent.
      const body = { refundNo: refundNo.trim(), amountFen };
      const name = 'POST /api/redemptions/{redemptionId}/refunds';
      onDone(await send<typeof contract.refundRoute>(name, { params: { redemptionId }, body }));
    } catch (error) {
      setTrouble(reason(error));
      setBusy(false);
    }
  };
  const wrong =
    amountFen === 0 ? t('backRefundBad') : preview.error === null ? '' : reason(preview.error);
  return (
    <form className="till-form is-bare" onSubmit={(event) => void submit(event)}>
      <label>
        <span>{t('backRefundAmount')}</span>
        <input
          name="amount"
          inputMode="decimal"
          value={text}
          onChange={(event) => setText(event.target.value.trim())}
        />
        <small>{t('backRefundLeft', { amount: yuanOf(leftFen) })}</small>
      </label>
      <label>
        <span>{t('backRefundNo')}</span>
        <input
          name="refundNo"
          required
          maxLength={64}
          value={refundNo}
          onChange={(event) => setRefundNo(event.target.value)}
        />
      </label>
      {preview.data === undefined ? null : (
        <BackFigures back={preview.data} payment={preview.data.payment} />
      )}
      {(trouble ?? wrong) === '' ? null : (
        <p className="till-trouble" role="alert">
          {trouble ?? wrong}
        </p>
      )}
      <button
        type="submit"
        className="till-primary"
        disabled={isBusy || preview.data === undefined}
      >
        {t('backRefundDo', { amount: yuanOf(amountFen) })}
      </button>
    </form>
  );
}
