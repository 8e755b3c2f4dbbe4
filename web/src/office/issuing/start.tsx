import type { startIssueRoute } from '../../../../server/src/features/issuing/issuing.contract.ts';
import { call } from '../../api/call.ts';
import { countOf } from '../../ui/figures.ts';
import { ConfirmButton } from '../desk/confirm-button.tsx';
import { useWords } from '../words.ts';
import type { Batch } from './words.ts';

/** Starts an approved batch; from then on only a recall takes something back. */
export function Start({ batch }: { readonly batch: Batch }) {
  const { t } = useWords();
  const { batchId, rosterName: file } = batch;
  const [people, vouchers] = [countOf(batch.entitlementCount), countOf(batch.voucherCount)];
  return (
    <div className="desk-acts">
      <ConfirmButton
        word={t('issueStart')}
        look="primary"
        title={t('issueStartTitle', { file })}
        work={() =>
          call<typeof startIssueRoute>('POST /api/issue-batches/{batchId}/start', {
            params: { batchId },
          })
        }
      >
        <ul className="desk-consequences">
          <li>{t('issueStartWho', { people, vouchers })}</li>
          <li>{t('issueStartStop')}</li>
        </ul>
      </ConfirmButton>
    </div>
  );
}
