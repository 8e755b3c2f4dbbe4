import { useQuery } from '@tanstack/react-query';
import type * as people from '../../../../server/src/features/people/organisation.contract.ts';
import type * as api from '../../../../server/src/features/programme/programme.contract.ts';
import { call } from '../../api/call.ts';
import { useSession } from '../../ui/session.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../desk/failed.tsx';
import { type Key, useStateWords, useWords } from '../words.ts';
import { Draft, type Base } from './draft.tsx';
import type { Edit } from './plan-page.tsx';
import { samplePlan } from './sample-plan.ts';

const titles = {
  new: 'planEditNew',
  version: 'planEditVersion',
  extension: 'planEditExtension',
} as const satisfies Readonly<Record<Edit, Key>>;

type Props = { readonly programmeId: string; readonly edit: Edit };

/** The desk at which a plan is written: what it begins from is fetched first. */
export function DraftPage({ programmeId, edit }: Props) {
  const { t } = useWords();
  const words = useStateWords();
  const { data: session } = useSession();
  const organisationId = session?.organisationId;
  const query = useQuery({
    queryKey: ['draft-base', edit, programmeId, organisationId],
    // What a draft began from does not change under the hands of its writer.
    staleTime: Infinity,
    queryFn: async (): Promise<Base> => {
      if (edit === 'new') return baseOfNew(organisationId);
      return baseOfVersion(programmeId);
    },
  });
  return (
    <>
      <h1>{t(titles[edit])}</h1>
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(base) => <Draft base={base} edit={edit} programmeId={programmeId} />}
      </Loaded>
    </>
  );
}

async function baseOfNew(organisationId: string | undefined): Promise<Base> {
  const empty = { text: samplePlan, number: undefined, parties: [] };
  if (organisationId === undefined) return { ...empty, organiser: undefined };
  const organiser = await call<typeof people.getOrganisationRoute>(
    'GET /api/organisations/{organisationId}',
    { params: { organisationId } },
  ).catch(() => undefined);
  return { ...empty, organiser };
}

async function baseOfVersion(programmeId: string): Promise<Base> {
  const programme = await call<typeof api.getProgrammeRoute>('GET /api/programmes/{programmeId}', {
    params: { programmeId },
  });
  const { parties, versions } = programme;
  const from = versions.find((one) => one.state !== 'rejected') ?? versions[0];
  if (from === undefined) return { text: '', number: undefined, parties, organiser: undefined };
  const { planText: text } = await call<typeof api.getVersionRoute>(
    'GET /api/versions/{versionId}',
    { params: { versionId: from.versionId } },
  );
  return { text, number: from.number, parties, organiser: undefined };
}
