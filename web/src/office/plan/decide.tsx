import { Alert, App } from 'antd';
import type * as expiry from '../../../../server/src/features/expiry/expiry.contract.ts';
import type * as api from '../../../../server/src/features/programme/programme.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, instantOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { ConfirmButton } from '../desk/confirm-button.tsx';
import { ReasonButton } from '../desk/reason-button.tsx';
import { SecondPerson } from '../desk/second-person.tsx';
import { useWords } from '../words.ts';
import { ChangeList } from './change-list.tsx';
import { errorsAmong } from './finding-list.tsx';
import type { Changes, Version } from './words.ts';

type Props = { readonly version: Version; readonly changes: Changes };

/** The decision of the second person: told what will happen before it does. */
export function Decide({ version, changes }: Props) {
  const { t } = useWords();
  const { data: session } = useSession();
  const { versionId } = version;
  const errors = errorsAmong(version.findings);
  const { desk } = changes;
  const isOwn = session?.id === version.preparedBy;
  if (isOwn || !desk.mayApprove) {
    return <SecondPerson desk={desk} isOwn={isOwn} ownWords={t('planOwn')} />;
  }
  return (
    <>
      {errors === 0 ? null : (
        <Alert type="error" showIcon title={t('planHasErrors', { count: errors })} />
      )}
      <div className="desk-acts">
        <Approve version={version} changes={changes} />
        <ReasonButton
          word={t('planReject')}
          work={(reason) =>
            call<typeof api.rejectVersionRoute>('POST /api/versions/{versionId}/rejection', {
              params: { versionId },
              body: { reason },
            })
          }
        />
      </div>
    </>
  );
}

function Approve({ version, changes }: Props) {
  const { t } = useWords();
  const { message } = App.useApp();
  const { versionId, contentHash, extendsVersionId } = version;
  const sent = { params: { versionId }, body: { contentHash } };
  const approve = () =>
    call<typeof api.approveVersionRoute>('POST /api/versions/{versionId}/approval', sent);
  const extend = async () => {
    const name = 'POST /api/programme-versions/{versionId}/extension-approval';
    const { moved } = await call<typeof expiry.extendProgrammeRoute>(name, sent);
    void message.info(t('planMoved', { count: countOf(moved) }));
  };
  return (
    <ConfirmButton
      word={t('planDecide')}
      look="primary"
      isDisabled={errorsAmong(version.findings) > 0}
      width={760}
      title={t('planApproveTitle', { number: version.number })}
      okText={t('deskApprove')}
      work={extendsVersionId === undefined ? approve : extend}
    >
      <p>
        <Consequence version={version} changes={changes} />
      </p>
      <p className="desk-quiet">{t('planConsequenceStop')}</p>
      <ChangeList changes={changes} />
    </ConfirmButton>
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
