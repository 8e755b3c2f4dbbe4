import { join } from 'node:path';
import type { Config } from './config.ts';
import type { Ports } from './http/context.ts';
import type { Keys } from './keys.ts';
import { makeBankSandbox, type BankSandbox } from './ports/bank.sandbox.ts';
import { makeCaptchaService } from './ports/captcha/captcha.ts';
import { makeCaptchaKeys } from './ports/captcha/keys.ts';
import { makePuzzlePool } from './ports/captcha/pool.ts';
import { makeFolderDocuments } from './ports/documents.ts';
import { makeIdentitySandbox, type IdentitySandbox } from './ports/identity.sandbox.ts';
import { makeLocationService } from './ports/location.ts';
import {
  makePaymentNetworkSandbox,
  type PaymentNetworkSandbox,
} from './ports/payment-network.sandbox.ts';
import { makeSmsSandbox, type SmsSandbox } from './ports/sms.sandbox.ts';

/** The ports of an installation whose bank, payment network, SMS and identity are played. */
export type Sandboxes = Ports & {
  readonly bank: BankSandbox;
  readonly paymentNetwork: PaymentNetworkSandbox;
  readonly sms: SmsSandbox;
  readonly identity: IdentitySandbox;
};

function showing(sms: SmsSandbox, onMessage: (phone: string, text: string) => void): SmsSandbox {
  return {
    ...sms,
    send: async (message, call) => {
      const answer = await sms.send(message, call);
      const last = sms.outbox(message.phone).at(-1);
      const isCode = answer.outcome === 'accepted' && last?.code !== undefined;
      if (isCode) onMessage(last.phone, last.text);
      return answer;
    },
  };
}

/**
 * Plays every outside party. The bank and the payment network remember, in journals beside the
 * database, what they were told before a restart, as real ones do. Location and captcha are the
 * house's own. `ports.captcha.close()` ends the painter.
 */
export function makeSandboxes(
  config: Config,
  keys: Keys,
  /** Shown each code that reached a phone: the demo's phones are this window. */
  onMessage: (phone: string, text: string) => void,
): Sandboxes {
  const captchaKeys = makeCaptchaKeys({ id: '1', secret: keys.derive('captcha') });
  return {
    sms: showing(makeSmsSandbox(), onMessage),
    identity: makeIdentitySandbox(),
    bank: makeBankSandbox({ journal: join(config.dataFolder, 'sandbox-bank.jsonl') }),
    paymentNetwork: makePaymentNetworkSandbox({
      journal: join(config.dataFolder, 'sandbox-network.jsonl'),
    }),
    location: makeLocationService(),
    documents: makeFolderDocuments(join(config.dataFolder, 'documents')),
    captcha: makeCaptchaService(captchaKeys, makePuzzlePool()),
    captchaKeys,
  };
}
