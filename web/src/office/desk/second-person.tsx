import { Alert } from 'antd';
import type * as api from '../../../../server/src/features/programme/programme.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import { useWords } from '../words.ts';

/** What the signed-in person may do on the two sides of an act. */
export type Desk = ReplyOf<typeof api.versionChangesRoute>['desk'];

type Props = {
  readonly desk: Desk;
  /** Whether the signed-in person prepared what waits. */
  readonly isOwn: boolean;
  /** That another person must decide, in the words of the act. */
  readonly ownWords: string;
};

/** Tells who decides where the reader does not: another person, or whom the plan names. */
export function SecondPerson({ desk, isOwn, ownWords }: Props) {
  const { t } = useWords();
  const names = desk.approvers.join('、');
  const named = names === '' ? undefined : t('deskApprovers', { names });
  if (isOwn) {
    return (
      <Alert type="info" showIcon className="desk-note" title={ownWords} description={named} />
    );
  }
  if (desk.mayApprove || named === undefined) return null;
  return <Alert type="info" showIcon className="desk-note" title={named} />;
}
