import { useEffect, useState } from 'react';
import type * as owner from '../../../../server/src/features/merchant/owner.contract.ts';
import { fetchFile, upload } from '../../api/call.ts';
import { useWords } from '../words.ts';
import { useOwnerReason } from './form.tsx';

/** A paper that lies on the server. */
export type Paper = { readonly kind: string; readonly digest: string };

type Props = {
  readonly merchantId: string;
  readonly kind: string;
  readonly name: string;
  readonly onUploaded: (paper: Paper) => void;
};

/** One kind of paper: choose or photograph it, then see what the server has kept of it. */
export function PaperUpload({ merchantId, kind, name, onUploaded }: Props) {
  const { t } = useWords();
  const reason = useOwnerReason();
  const [digest, setDigest] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string>();
  const send = async (file: File) => {
    setBusy(true);
    setTrouble(undefined);
    try {
      const route = 'POST /api/merchants/{merchantId}/documents';
      const sent = { params: { merchantId }, fields: { kind } };
      const made = await upload<typeof owner.uploadDocumentRoute>(route, sent, file);
      setDigest(made.digest);
      onUploaded({ kind, digest: made.digest });
    } catch (error) {
      setTrouble(reason(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="owner-paper">
      <label className="till-secondary">
        {isBusy ? t('applyUploading') : t('applyUpload', { kind: name })}
        <input
          type="file"
          accept="image/jpeg,image/png,image/webp"
          disabled={isBusy}
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file !== undefined) void send(file);
            event.target.value = '';
          }}
        />
      </label>
      {trouble === undefined ? null : (
        <p className="till-trouble" role="alert">
          {trouble}
        </p>
      )}
      {digest === undefined ? null : (
        <KeptImage merchantId={merchantId} digest={digest} name={name} />
      )}
    </div>
  );
}

type ImageProps = { readonly merchantId: string; readonly digest: string; readonly name: string };

/** The image as it was kept. */
function KeptImage({ merchantId, digest, name }: ImageProps) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    let made: string | undefined;
    let isLeft = false;
    const show = async () => {
      const route = 'GET /api/merchants/{merchantId}/documents/{digest}';
      const { blob } = await fetchFile(route, { params: { merchantId, digest } });
      if (isLeft) return;
      made = URL.createObjectURL(blob);
      setAddress(made);
    };
    // The paper is there all the same; only its picture is not shown.
    void show().catch(() => setAddress(undefined));
    return () => {
      isLeft = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [merchantId, digest]);
  return address === undefined ? null : <img src={address} alt={name} />;
}
