import { Alert, App, Button, Modal } from 'antd';
import { useState } from 'react';
import type * as expiry from '../../../../server/src/features/expiry/expiry.contract.ts';
import type * as api from '../../../../server/src/features/programme/programme.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, instantOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { ReasonDialog } from '../desk/reason-dialog.tsx';
import { SecondPerson } from '../desk/second-person.tsx';
import { useWords } from '../words.ts';
import { ChangeList } from './change-list.tsx';
import { errorsAmong } from './finding-list.tsx';
import type { Changes, Version } from './words.ts';

type Props = { readonly version: Version; readonly changes: Changes };

/** The decision of the second person: told what will happen before it does. */
export function Decide({ version, changes }: Props) {
  const { t } = useWords();
  const act = useAct();
  const { data: session } = useSession();
  const [dialog, setDialog] = useState<'approve' | 'reject'>();
  const { versionId } = version;
  const errors = errorsAmong(version.findings);
  const close = () => setDialog(undefined);
  const { desk } = changes;
  const isOwn = session?.id === version.preparedBy;
  if (isOwn || !desk.mayApprove) {
    return <SecondPerson desk={desk} isOwn={isOwn} ownWords={t('planOwn')} />;
  }
  const reject = (reason: string) =>
    act(() =>
      call<typeof api.rejectVersionRoute>('POST /api/versions/{versionId}/rejection', {
        params: { versionId },
        body: { reason },
      }),
    );
  return (
    <>
      {errors === 0 ? null : (
        <Alert type="error" showIcon title={t('planHasErrors', { count: errors })} />
      )}
      <div className="desk-acts">
        <Button type="primary" disabled={errors > 0} onClick={() => setDialog('approve')}>
          {t('planDecide')}
        </Button>
        <Button onClick={() => setDialog('reject')}>{t('planReject')}</Button>
      </div>
      {dialog === 'approve' ? (
        <Approval version={version} changes={changes} onClosed={close} />
      ) : null}
      {dialog === 'reject' ? (
        <ReasonDialog
          title={t('planReject')}
          label={t('deskReason')}
          onClosed={close}
          onGiven={reject}
        />
      ) : null}
    </>
  );
}

function Approval({ version, changes, onClosed }: Props & { readonly onClosed: () => void }) {
  const { t } = useWords();
  const act = useAct();
  const { message } = App.useApp();
  const { versionId, contentHash, extendsVersionId } = version;
  const sent = { params: { versionId }, body: { contentHash } };
  const approve = async () => {
    onClosed();
    if (extendsVersionId === undefined) {
      const name = 'POST /api/versions/{versionId}/approval';
      await act(() => call<typeof api.approveVersionRoute>(name, sent));
      return;
    }
    await act(async () => {
      const name = 'POST /api/programme-versions/{versionId}/extension-approval';
      const { moved } = await call<typeof expiry.extendProgrammeRoute>(name, sent);
      void message.info(t('planMoved', { count: countOf(moved) }));
    });
  };
  return (
    <Modal
      open
      width={760}
      title={t('planApproveTitle', { number: version.number })}
      okText={t('deskApprove')}
      cancelText={t('deskCancel')}
      onOk={() => void approve()}
      onCancel={onClosed}
    >
      <p>
        <Consequence version={version} changes={changes} />
      </p>
      <p className="desk-quiet">{t('planConsequenceStop')}</p>
      <ChangeList changes={changes} />
    </Modal>
  );
}

function Consequence({ version, changes }: Props) {
  const { t } = useWords();
  const count = countOf(changes.changes.length);
  if (version.extendsVersionId !== undefined) return t('planConsequenceExtend', { count });
  if (changes.before === undefined) return t('planConsequencePublish');
  const at = changes.takesEffectAt === undefined ? '' : instantOf(changes.takesEffectAt);
  return t('planConsequenceChange', { at, count });
}
