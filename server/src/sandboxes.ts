import { join } from 'node:path';
import type { Config } from './config.ts';
import type { Ports } from './http/context.ts';
import type { Keys } from './keys.ts';
import { makeBankSandbox, type BankSandbox } from './ports/bank.sandbox.ts';
import { makeCaptchaService } from './ports/captcha/captcha.ts';
import { makeCaptchaKeys } from './ports/captcha/keys.ts';
import { makePuzzlePool } from './ports/captcha/pool.ts';
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

/**
 * Plays every outside party. The bank and the payment network remember, in journals beside the
 * database, what they were told before a restart, as real ones do. Location and captcha are the
 * house's own. `ports.captcha.close()` ends the painter.
 */
export function makeSandboxes(config: Config, keys: Keys): Sandboxes {
  const captchaKeys = makeCaptchaKeys({ id: '1', secret: keys.derive('captcha') });
  return {
    sms: makeSmsSandbox(),
    identity: makeIdentitySandbox(),
    bank: makeBankSandbox({ journal: join(config.dataFolder, 'sandbox-bank.jsonl') }),
    paymentNetwork: makePaymentNetworkSandbox({
      journal: join(config.dataFolder, 'sandbox-network.jsonl'),
    }),
    location: makeLocationService(),
    captcha: makeCaptchaService(captchaKeys, makePuzzlePool()),
    captchaKeys,
  };
}
