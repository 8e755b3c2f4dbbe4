import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { fetchFile } from '../../api/call.ts';
import { reasonOf } from '../../ui/states.tsx';
import { useStateWords, useWords } from '../words.ts';
import type { Application } from './words.ts';

type Props = { readonly programmeId: string; readonly application: Application };

const document = 'GET /api/programmes/{programmeId}/merchants/{merchantId}/documents/{digest}';

/** The papers of an application; each is fetched when it is asked for. */
export function Documents({ programmeId, application }: Props) {
  const { t } = useWords();
  const { documents, merchantId } = application;
  const [shown, show] = useState<string>();
  return (
    <section className="desk-section">
      <h3>{t('merchantDocuments')}</h3>
      {documents.length === 0 ? <p>{t('merchantNoDocuments')}</p> : null}
      {documents.map(({ kind, digest }) => (
        <div key={digest}>
          <Button onClick={() => show(digest)}>
            {t('merchantDocument', {
              kind: t(kind === 'licence' ? 'merchantLicence' : 'merchantOther'),
            })}
          </Button>
          {shown === digest ? <Picture params={{ programmeId, merchantId, digest }} /> : null}
        </div>
      ))}
    </section>
  );
}

function Picture({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const { t } = useWords();
  const words = useStateWords();
  const [url, setUrl] = useState<string>();
  const { data, error } = useQuery({
    queryKey: ['document', params['digest']],
    queryFn: () => fetchFile(document, { params }),
    staleTime: Infinity,
  });
  useEffect(() => {
    if (data === undefined) return undefined;
    const made = URL.createObjectURL(data.blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  if (error !== null) return <p role="alert">{reasonOf(error, words)}</p>;
  if (url === undefined) return <p role="status">{words.loading}</p>;
  return <img className="desk-picture" src={url} alt={t('merchantOther')} />;
}
