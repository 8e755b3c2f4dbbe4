import { Button, Modal } from 'antd';
import { useState } from 'react';
import type { startIssueRoute } from '../../../../server/src/features/issuing/issuing.contract.ts';
import { call } from '../../api/call.ts';
import { countOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { useWords } from '../words.ts';
import type { Batch } from './words.ts';

/** Starts an approved batch; from then on only a recall takes something back. */
export function Start({ batch }: { readonly batch: Batch }) {
  const { t } = useWords();
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const { batchId, rosterName: file } = batch;
  const [people, vouchers] = [countOf(batch.entitlementCount), countOf(batch.voucherCount)];
  const start = async () => {
    setOpen(false);
    await act(() =>
      call<typeof startIssueRoute>('POST /api/issue-batches/{batchId}/start', {
        params: { batchId },
      }),
    );
  };
  return (
    <div className="desk-acts">
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('issueStart')}
      </Button>
      <Modal
        open={isOpen}
        title={t('issueStartTitle', { file })}
        okText={t('issueStart')}
        cancelText={t('deskCancel')}
        onOk={() => void start()}
        onCancel={() => setOpen(false)}
      >
        <ul className="desk-consequences">
          <li>{t('issueStartWho', { people, vouchers })}</li>
          <li>{t('issueStartStop')}</li>
        </ul>
      </Modal>
    </div>
  );
}
