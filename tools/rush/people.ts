import { randomInt } from 'node:crypto';
import { consentTexts } from '@huiquan/domain/consent/texts.ts';
import { someName, someResidentId } from '../../server/src/given/roster.ts';
import { solveForTests } from '../../server/src/ports/captcha/captcha.sandbox.ts';
import type { CaptchaKeys } from '../../server/src/ports/captcha/keys.ts';
import { openPhone, addressOf, type Counted, type Heard, type Phone } from './phone.ts';
import type { Serving } from './server.ts';

/** Somebody at a phone, signed in with a proved name. */
export type Caller = { readonly phone: Phone; readonly token: string };

/** The town as the rush finds it: where the server is, and how captchas are solved there. */
export type Town = {
  readonly serving: Serving;
  readonly captchaKeys: CaptchaKeys;
  readonly counted: Counted;
};

function demand(what: string, heard: Heard | undefined, status: number): Heard {
  if (heard?.status === status) return heard;
  const told = heard === undefined ? 'no answer' : JSON.stringify(heard.json);
  throw new Error(`${what}: ${told}`);
}

/** Signs the `n`th resident in by SMS code, agrees to both purposes and proves the name. */
export async function signIn({ serving, counted }: Town, n: number): Promise<Caller> {
  const phone = openPhone(serving.base, addressOf(n), counted);
  const number = `13${String(n).padStart(9, '0')}`;
  const wanted = serving.codeFor(number);
  const asked = await phone.insist({ path: '/api/sign-in/sms-codes', body: { phone: number } });
  demand('SMS code', asked, 202);
  const body = { phone: number, code: await wanted, keep: 'token' };
  const opened = demand(
    'sign-in',
    await phone.insist({ path: '/api/sign-in/resident', body }),
    201,
  );
  const token = String(opened.json['token']);
  for (const purpose of ['real_name', 'location'] as const) {
    const { version } = consentTexts[purpose];
    const consent = { purpose, version, answer: 'agreed' };
    const path = '/api/me/consents';
    demand('consent', await phone.insist({ path, token, body: consent }), 200);
  }
  const identity = { name: someName(n), residentId: someResidentId(n) };
  const path = '/api/me/real-name';
  demand('real name', await phone.insist({ path, token, body: identity }), 200);
  phone.hangUp();
  return { phone, token };
}

/** One in ten drags and clicks; the rest answer the question of 长辈版, which needs no image. */
const imagesOneIn = 10;

/** A pass for a claim, by solving what is asked; the refusal's code where none is given. */
export async function passCaptcha(town: Town, caller: Caller, roundId: string) {
  const { phone, token } = caller;
  const wantsImages = randomInt(imagesOneIn) === 0;
  const kinds = wantsImages ? (['slider', 'picture'] as const) : (['question'] as const);
  const form = wantsImages ? 'standard' : 'elder';
  let pass: string | undefined;
  for (const kind of kinds) {
    const path = `/api/rounds/${roundId}/captchas`;
    const offer = await phone.insist({ path, token, body: { kind, form } });
    if (offer?.status !== 200) return { refused: codeOf(offer) };
    const challenge = String(offer.json['challenge']);
    const solved = solveForTests(challenge, town.captchaKeys);
    if (solved === undefined) throw new Error('a captcha of somebody else');
    const { kind: _, ...answer } = solved;
    const body = { challenge, ...answer, ...(pass === undefined ? {} : { pass }) };
    const answered = await phone.insist({
      path: `/api/rounds/${roundId}/captcha-answers`,
      token,
      body,
    });
    if (answered?.status !== 200) return { refused: codeOf(answered) };
    pass = String(answered.json['pass']);
  }
  return { pass };
}

/** Why a request was refused, in the catalogue's word. */
export function codeOf(heard: Heard | undefined): string {
  if (heard === undefined) return 'no_answer';
  const { code } = heard.json;
  return typeof code === 'string' ? code : `status ${heard.status}`;
}
