import { Link, useParams } from 'react-router';
import { countOf, endOf, spanOf, yuanOf } from '../ui/figures.ts';
import { Captcha } from './captcha.tsx';
import { captchaKinds, useClaim } from './claiming.ts';
import { ConsentAsk } from './consent/ask.tsx';
import { useProgramme, useRounds } from './home.tsx';
import { Shown, SignedIn, useLeft, useNow } from './parts.tsx';
import { useWords } from './words.ts';

/** One round: what there is, when, and a claim. */
export function RoundPage() {
  const { programmeId = '', number = '' } = useParams();
  const programme = useProgramme(programmeId);
  const rounds = useRounds(programmeId, 3_000);
  const { t } = useWords();
  return (
    <>
      <p className="links">
        <Link to="/">‹ {t('back')}</Link>
      </p>
      <Shown query={programme}>
        {(found) => (
          <Shown query={rounds}>
            {({ items }) => {
              const round = items.find((one) => String(one.number) === number);
              if (round === undefined) return <p className="quiet">{t('noMoreRounds')}</p>;
              return <RoundCard programme={found} round={round} />;
            }}
          </Shown>
        )}
      </Shown>
    </>
  );
}

type Programme = NonNullable<ReturnType<typeof useProgramme>['data']>;
type Round = NonNullable<ReturnType<typeof useRounds>['data']>['items'][number];

function RoundCard({ programme, round }: { readonly programme: Programme; readonly round: Round }) {
  const { t } = useWords();
  const now = useNow();
  const left = useLeft();
  const claiming = useClaim(round.roundId, programme.gates);
  const [opensAt, closesAt] = [Date.parse(round.opensAt), Date.parse(round.closesAt)];
  const isReady = round.state === 'approved';
  const isOpen = isReady && now >= opensAt && now < closesAt;
  const kinds = programme.kinds.flatMap((kind) => {
    const stock = round.stock.find((one) => one.kind === kind.kind);
    return stock === undefined ? [] : [{ ...kind, remaining: stock.remaining }];
  });
  return (
    <>
      <h1>{t('roundTitle', { number: round.number })}</h1>
      <p className="quiet">{spanOf(round.opensAt, round.closesAt)}</p>
      {now < opensAt ? (
        <p className="clock" role="timer">
          <span>{t('opensIn')}</span> {left(opensAt, now)}
        </p>
      ) : null}
      {now >= closesAt || round.state === 'closed' || round.state === 'stopped' ? (
        <p className="badge">{t('roundOver')}</p>
      ) : isReady ? null : (
        <p className="badge">{t('notReady')}</p>
      )}
      <Outcome claiming={claiming} />
      <SignedIn>
        {kinds.map((kind) => (
          <section key={kind.kind} className="card voucher">
            <div>
              <h2>{kind.name}</h2>
              <p className="quiet">{kind.words}</p>
              <p>
                {kind.remaining === 0
                  ? t('soldOut')
                  : t('left', { count: countOf(kind.remaining) })}
              </p>
            </div>
            <button
              type="button"
              className="first"
              disabled={!isOpen || kind.remaining === 0 || claiming.step !== 'idle'}
              onClick={() => void claiming.begin(kind.kind)}
            >
              {t('claim')}
            </button>
          </section>
        ))}
      </SignedIn>
      {claiming.step === 'captcha' && round.roundId !== undefined ? (
        <Captcha
          roundId={round.roundId}
          kinds={captchaKinds(programme.gates)}
          passed={claiming.passed}
          cancelled={claiming.close}
        />
      ) : null}
      <Consent claiming={claiming} />
      <Got claiming={claiming} programme={programme} />
    </>
  );
}

type Claiming = ReturnType<typeof useClaim>;

/** What is going on, or why there is no voucher. */
function Outcome({ claiming }: { readonly claiming: Claiming }) {
  const { t } = useWords();
  const { step, told } = claiming;
  if (step === 'place') return <p role="status">{t('locating')}</p>;
  if (step === 'claim') return <p role="status">{t('claiming')}</p>;
  if (step === 'cut') {
    return (
      <p className="trouble" role="status">
        {t('claimCut')}
      </p>
    );
  }
  if (told === undefined) return null;
  return (
    <p className="trouble" role="alert">
      {told.text}{' '}
      {told.link === undefined ? null : <Link to={told.link.to}>{t(told.link.word)}</Link>}
    </p>
  );
}

/** Asked at the moment it is needed, and said why. */
function Consent({ claiming }: { readonly claiming: Claiming }) {
  const { t } = useWords();
  const { step, missing } = claiming;
  if (step !== 'consent' || missing === undefined) return null;
  return (
    <div className="sheet" role="dialog" aria-modal="true" aria-label={t('consentAsk')}>
      <div className="card">
        <ConsentAsk
          key={missing}
          purpose={missing}
          agreed={() => void claiming.agreed()}
          refused={claiming.refused}
        />
      </div>
    </div>
  );
}

function Got({
  claiming,
  programme,
}: {
  readonly claiming: Claiming;
  readonly programme: Programme;
}) {
  const { t } = useWords();
  const { got } = claiming;
  if (got === undefined) return null;
  const name = programme.kinds.find((kind) => kind.kind === got.kind)?.name ?? '';
  return (
    <div className="sheet" role="dialog" aria-modal="true" aria-label={t('got')}>
      <div className="card center">
        <p className="tick">✓</p>
        <h2>{t('got')}</h2>
        <p className="face-value">
          {yuanOf(got.faceFen)} {t('yuan')}
        </p>
        <p>{t('gotText', { name, until: endOf(got.validTo) })}</p>
        <Link className="first" to="/app/wallet">
          {t('toWallet')}
        </Link>
        <button type="button" className="second" onClick={claiming.close}>
          {t('more')}
        </button>
      </div>
    </div>
  );
}
